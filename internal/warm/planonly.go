package warm

import (
	"context"
	"io"
	"iter"
	"slices"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/planner"
)

// PlanOptions are those of a plan that is not submitted.
type PlanOptions struct {
	// Resources is what to choose from; nil crawls the config's sources.
	Resources iter.Seq2[crawler.Resource, error]
	// LeftOut is told of each resource that is left out; nil is not.
	LeftOut func(planner.LeftOut)
	// Stdin is what a source or a log called - is read from.
	Stdin io.Reader
	// Quota is what each zone is taken to have to spend, whatever the service and the config say; 0 asks them.
	Quota int
	// Days is how many days are planned; 0 is one.
	Days int

	decisions *decisions
}

// PlanOnly makes the plan that Run would submit, and counts the documents and logs that failed.
func (w *Warmer) PlanOnly(ctx context.Context, o PlanOptions) (plan *planner.Plan, faults int, err error) {
	zones, err := w.Zones(ctx)
	if err != nil {
		return nil, 0, err
	}
	w.whatIf = o.Quota
	from, err := w.planning(ctx, o.Stdin, zones, nil, &faults)
	if err != nil {
		return nil, faults, err
	}
	from.LeftOut, from.Days, from.decisions = o.LeftOut, o.Days, o.decisions
	c := w.crawlerFor(zones, &faults)
	sources, stdin := w.Config.Sources, o.Stdin
	if o.Resources != nil {
		sources, stdin = weighing(sources), nil // it may be what the resources come from
	}
	seeds, err := w.seeds(ctx, c, sources, stdin, &faults)
	if err != nil {
		return nil, faults, err
	}
	from.Weights = seeds.Weights
	resources := w.Discover(ctx, c, seeds)
	if o.Resources != nil {
		resources = parentsFirst(o.Resources)
	} else {
		w.noteAlone()
	}
	chosen, err := w.Plan(ctx, resources, from)
	if err != nil {
		return nil, faults, err
	}
	plan = w.joinTitles(chosen, from.titles)
	tellCovered(chosen, plan, o.LeftOut)
	if o.decisions != nil {
		tellCovered(chosen, plan, o.decisions.leftOut)
	}
	return plan, faults, nil
}

// tellCovered tells of the targets that were chosen and are now found in a title that is one target.
func tellCovered(chosen, joined *planner.Plan, leftOut func(planner.LeftOut)) {
	if leftOut == nil || len(chosen.Targets) == len(joined.Targets) {
		return
	}
	still := map[string]bool{}
	for _, t := range joined.Targets {
		still[t.URL] = true
	}
	for _, t := range chosen.Targets {
		if !still[t.URL] {
			leftOut(planner.LeftOut{URL: t.URL, Reason: planner.Covered})
		}
	}
}

// weighing are the sources whose URLs may have a weight.
func weighing(sources []config.Source) []config.Source {
	return slices.DeleteFunc(slices.Clone(sources), func(s config.Source) bool { return s.List == "" && s.Weight == 1 })
}

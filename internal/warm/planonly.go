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
}

// PlanOnly makes the plan that Run would submit, and counts the documents and logs that failed.
func (w *Warmer) PlanOnly(ctx context.Context, o PlanOptions) (plan *planner.Plan, faults int, err error) {
	zones, err := w.Zones(ctx)
	if err != nil {
		return nil, 0, err
	}
	from, err := w.planning(ctx, o.Stdin, zones, nil, &faults)
	if err != nil {
		return nil, faults, err
	}
	from.LeftOut = o.LeftOut
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
	if o.Resources == nil {
		o.Resources = w.Discover(ctx, c, seeds)
	}
	if plan, err = w.Plan(ctx, o.Resources, from); err != nil {
		return nil, faults, err
	}
	return w.joinTitles(plan, from.titles), faults, nil
}

// weighing are the sources whose URLs may have a weight.
func weighing(sources []config.Source) []config.Source {
	return slices.DeleteFunc(slices.Clone(sources), func(s config.Source) bool { return s.List == "" && s.Weight == 1 })
}

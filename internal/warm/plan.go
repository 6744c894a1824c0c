package warm

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

// progressEvery is how many resources pass between two words of progress: a terminal shows no more.
const progressEvery = 100

// Planning is what a plan is made from beside the resources.
type Planning struct {
	Zones   map[string][]string
	Quotas  map[string]ZoneQuota // nil bounds nothing
	Demand  planner.Popularity
	Weights map[string]float64
	Warm    func(zone, url string) bool
	LeftOut func(planner.LeftOut)
	// Days is how many days are planned, the later ones on the whole of a day's quota; 0 is one.
	Days int

	titles    *titles
	decisions *decisions
	holdOut   planner.HoldOut
}

// Plan chooses among the resources. The error is the context's.
func (w *Warmer) Plan(ctx context.Context, resources iter.Seq2[crawler.Resource, error], from Planning) (*planner.Plan, error) {
	p := w.planner(from)
	resources = w.distinct(resources)
	if t := from.titles; t != nil {
		resources = t.watch(resources)
		p.OnLeftOut = both(t.leftOut, p.OnLeftOut)
	}
	if d := from.decisions; d != nil {
		resources = d.watch(resources)
		p.OnLeftOut = both(d.leftOut, p.OnLeftOut)
	}
	if w.changes != nil {
		resources = w.changes.watch(ctx, resources)
	}
	n := 0
	for r, err := range resources {
		if err != nil {
			return nil, err
		}
		p.Add(r)
		if n++; n%progressEvery == 0 {
			w.Watch.progress(StageCrawl, n, 0)
		}
		if err := w.early.look(ctx, p); err != nil {
			return nil, err
		}
	}
	w.Watch.progress(StageCrawl, n, n)
	plan := p.Plan()
	if gap := plan.Gap(); gap > 0 {
		w.Watch.note(fmt.Sprintf("the plan is at most %.1f %% below the optimum within its pins, floors and caps: some targets need a playlist that those leave out, or were sent before it was made",
			100*gap))
	}
	return plan, context.Cause(ctx)
}

// both tells two; the second may be nil.
func both(first, second func(planner.LeftOut)) func(planner.LeftOut) {
	if second == nil {
		return first
	}
	return func(l planner.LeftOut) {
		first(l)
		second(l)
	}
}

// planner is the one that the config describes.
func (w *Warmer) planner(from Planning) *planner.Planner {
	rules := &w.Config.Plan
	return &planner.Planner{
		Zones:      known(from.Zones, from.Quotas),
		Budget:     budgets(from.Quotas, func(q ZoneQuota) int { return q.Budget }),
		Days:       from.Days,
		Daily:      budgets(from.Quotas, w.dailyBudget),
		Include:    w.Config.Crawl.Include,
		Exclude:    w.Config.Crawl.Exclude,
		Popularity: from.Demand,
		Weights:    from.Weights,
		Warm:       from.Warm,
		Keys:       w.Config.Playlists.Renditions.Keys,
		OnLeftOut:  from.LeftOut,
		Pin:        slices.Concat(w.changes.first(), rules.Pin),
		Block:      rules.Block,
		Boost:      boosts(rules.Boost),
		Floor:      floors(rules.Floor),
		Cap:        caps(rules.Cap),
		TitleCap:   rules.PerTitleCap,
		Miss:       planner.MissCost(rules.Miss),
		HoldOut:    from.holdOut,
	}
}

// known leaves out the zones whose quota could not be read: nothing could be submitted to them.
func known(zones map[string][]string, quotas map[string]ZoneQuota) map[string][]string {
	if quotas == nil {
		return zones
	}
	out := map[string][]string{}
	for zone := range quotas {
		out[zone] = zones[zone]
	}
	return out
}

func budgets(quotas map[string]ZoneQuota, of func(ZoneQuota) int) map[string]int {
	if quotas == nil {
		return nil
	}
	out := map[string]int{}
	for zone, q := range quotas {
		out[zone] = of(q)
	}
	return out
}

// dailyBudget is what a plan may spend of a day of which nothing is spent.
func (w *Warmer) dailyBudget(q ZoneQuota) int {
	if w.whatIf > 0 {
		return q.Budget
	}
	q.Available = q.Daily
	return w.budget(q.Quota)
}

// assume gives each zone so much to spend, with no reserve.
func assume(zones map[string][]string, units int) map[string]ZoneQuota {
	out := map[string]ZoneQuota{}
	for zone := range zones {
		out[zone] = ZoneQuota{Quota: submitter.Quota{Daily: units, Available: units}, Budget: units}
	}
	return out
}

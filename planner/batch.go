package planner

import "github.com/edgewarm/edgewarm/crawler"

// batchSize is how many resources are gathered before Popularity is asked about them. Finding a URL's demand is waiting for
// memory more than anything else, and lookups that follow one another wait together. As many as fit into a processor's
// nearest cache beside what is looked up.
const batchSize = 32

// batch holds the resources that came last and are not decided upon.
type batch struct {
	list [batchSize]gathered
	n    int
}

// gathered is a resource with all that is known of it before its demand is.
type gathered struct {
	crawler.Resource
	from ancestry
	// zone is where it may be a target, reason why it may not in any.
	zone   *zone
	reason Reason
	// cold is the Planner's Cold of it.
	cold    float64
	counted Demand
}

// gather takes a resource into the batch.
func (p *Planner) gather(r *crawler.Resource) {
	g := &p.batch.list[p.batch.n]
	g.Resource = *r
	g.from = p.inherit(&g.Resource)
	g.zone, g.reason = p.place(&g.Resource)
	g.cold, g.counted = 1, Demand{}
	if g.reason == "" && p.Cold != nil {
		if g.cold = min(p.Cold(g.zone.name, g.URL), 1); g.cold <= 0 {
			g.reason = Warm
		}
	}
	if p.batch.n++; p.batch.n == batchSize {
		p.decide()
	}
}

// decide looks up the demand of the batch, and considers each of it in the order in which it came.
func (p *Planner) decide() {
	all := p.batch.list[:p.batch.n]
	p.batch.n = 0
	if p.Popularity != nil {
		for i := range all {
			if g := &all[i]; g.reason == "" {
				g.counted = p.Popularity.Demand(g.URL)
			}
		}
	}
	for i := range all {
		if g := &all[i]; g.reason == "" {
			p.consider(g)
		} else {
			p.leave(g.URL, g.reason)
		}
	}
}

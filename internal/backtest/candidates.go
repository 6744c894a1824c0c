package backtest

import (
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
)

// candidate is a resource that may be a target: every order chooses among the same ones.
type candidate struct {
	url  string
	cost int
	// found is its place among the resources.
	found int
	// lastMod is its own, else that of the document that lists it, and so on.
	lastMod          time.Time
	last, all, after planner.Demand
}

// candidates are those of a night.
type candidates struct {
	all []candidate
	// cost is that of all, known what the day after asks for of them.
	cost  int
	known Amount
}

// candidates are what the planner takes when nothing bounds it.
func (b *Backtest) candidates(n *Night) *candidates {
	costs := map[string]int{}
	for _, t := range b.plan(n, nil).Targets {
		costs[t.URL] = t.Cost
	}
	c := &candidates{}
	modified := LastModified{}
	for i := range n.Resources {
		r := &n.Resources[i]
		lastMod := modified.Of(r)
		cost, ok := costs[r.URL]
		if !ok {
			continue
		}
		delete(costs, r.URL) // of a URL that is given twice the first counts
		one := candidate{
			url: r.URL, cost: cost, found: i, lastMod: lastMod,
			last: n.Last.Demand(r.URL), all: n.All.Demand(r.URL), after: n.After.Demand(r.URL),
		}
		c.all = append(c.all, one)
		c.cost += cost
		c.known.add(newAmount(one.after))
	}
	return c
}

// covered is what the day after asks for of those that come first and fit.
func (c *candidates) covered(order []candidate, units int) Amount {
	var sum Amount
	for i := range order {
		if order[i].cost > units {
			continue
		}
		units -= order[i].cost
		sum.add(newAmount(order[i].after))
	}
	return sum
}

// LastModified finds when resources were last modified by what lists them. Its zero value is not ready: make one.
type LastModified map[string]time.Time

// Of is the resource's own time, else that of the document that lists it, zero when neither states one. Resources are to
// be given in the order in which they were found.
func (m LastModified) Of(r *crawler.Resource) time.Time {
	at := r.LastMod
	if at.IsZero() {
		at = m[r.Parent]
	}
	switch r.Kind {
	case crawler.Page, crawler.Playlist: // a sitemap's own time says nothing of what it lists
		if !at.IsZero() {
			m[r.URL] = at
		}
	}
	return at
}

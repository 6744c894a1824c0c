// Package backtest measures plans on the past: for each night of a log it makes the plan that would have been made with
// what was known then, and counts what the day after asked for of it. Beside the plan stand the orders that are taken
// where nobody plans, and the best that anybody could have done who knew the day after.
//
// It is pure: whoever calls it has read the logs and the resources.
package backtest

import (
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
)

// Night is one plan that is to be scored.
type Night struct {
	// Day is the midnight at which it is made, for the day that begins then.
	Day time.Time
	// Resources are what was known by then, in the order in which it was found.
	Resources []crawler.Resource
	// Listed tells that Resources are of a crawl. Else they were made of the URLs of logs, and have no order of their own.
	Listed bool
	// Last has the counts of the day before, All those of all days before.
	Last, All planner.Popularity
	// After has the counts of the day that follows, Total their sum.
	After planner.Popularity
	Total planner.Demand
}

// Backtest is how plans are made and how large they are.
type Backtest struct {
	// Planner returns a planner for a night, with the demand that was known then. A nil budget bounds nothing.
	Planner func(n *Night, budget map[string]int) *planner.Planner
	// Zone is the only zone of those planners.
	Zone   string
	Quotas []Quota

	report Report
}

// Run scores a night.
func (b *Backtest) Run(n *Night) {
	c := b.candidates(n)
	day := DayReport{Day: n.Day.Format(time.DateOnly), Candidates: len(c.all), Total: newAmount(n.Total), Known: c.known}
	for _, quota := range b.Quotas {
		units := quota.Of(c.cost)
		score := QuotaReport{Quota: quota.String(), Units: units}
		score.Orders = append(score.Orders, Row{Order: Plan, Covered: b.planned(n, units)})
		for _, o := range orders {
			if o.listed && !n.Listed {
				continue
			}
			score.Orders = append(score.Orders, Row{Order: o.name, Covered: c.covered(o.choose(c), units)})
		}
		score.finish(day.Total)
		day.Quotas = append(day.Quotas, score)
	}
	b.report.Days = append(b.report.Days, day)
}

// Report is what the nights came to, all together.
func (b *Backtest) Report() *Report {
	r := b.report
	r.sum()
	return &r
}

// planned is what the plan of the night covers.
func (b *Backtest) planned(n *Night, units int) Amount {
	plan := b.plan(n, map[string]int{b.Zone: units})
	var sum Amount
	for _, t := range plan.Targets {
		sum.add(newAmount(n.After.Demand(t.URL)))
	}
	return sum
}

func (b *Backtest) plan(n *Night, budget map[string]int) *planner.Plan {
	p := b.Planner(n, budget)
	for i := range n.Resources {
		p.Add(n.Resources[i])
	}
	return p.Plan()
}

package planner

import (
	"slices"

	"github.com/edgewarm/edgewarm/crawler"
)

// Plan is what to warm, best first.
type Plan struct {
	// Targets are in the order in which they are to be submitted.
	Targets []Target
	// LeftOut counts the resources that are not targets, by reason.
	LeftOut map[Reason]int
	// Discovered counts all resources: len(Targets) + the sum of LeftOut.
	Discovered int
	// Value is the sum of the targets' scores. Optimum is what the units could have been worth at most, within the pins,
	// floors and caps, if no target needed another.
	Value, Optimum float64
	// HeldOut are those that would be targets and are held out, best first; LeftOut counts them too.
	HeldOut []Target
	// Early is how many of the targets Certain returned, and Regret how many of those would not be targets otherwise.
	Early, Regret int
	// Curve is how much of the demand each number of units covers: see Point.
	Curve []Point
}

// Gap is how far the plan is from the optimum at most, as a share of it, from 0 to 1.
func (p *Plan) Gap() float64 {
	if p.Optimum <= p.Value {
		return 0
	}
	return 1 - p.Value/p.Optimum
}

// Target is one URL of a plan. Its JSON names are a promise.
type Target struct {
	// Rank is its place in the plan, from 1.
	Rank int    `json:"rank"`
	URL  string `json:"url"`
	Zone string `json:"zone"`
	// Kind is what the crawler found it to be, Title the playlist of the whole that it is part of.
	Kind  crawler.Kind `json:"kind"`
	Title string       `json:"title,omitempty"`
	// Cost is what it takes of the zone's daily quota, in units.
	Cost int `json:"cost"`
	// Day is the day on whose quota it is to go, from 1; 0 in a plan for one day.
	Day int `json:"day,omitzero"`
	// Score is what it is worth, and Why what that is made of.
	Score float64 `json:"score"`
	Why   Why     `json:"why"`
	State string  `json:"state"`
}

// statePlanned is the state of each target of a plan; submitting moves it on.
const statePlanned = "planned"

// Plan returns what the budget holds of what was added, best first. Discovered = len(Targets) + the sum of LeftOut.
func (p *Planner) Plan() *Plan {
	p.start()
	p.decide()
	f := p.fit(p.pool.list, false)
	plan := &Plan{Discovered: p.discovered}
	best, blocked := p.worth(f), f.blocked
	if plan.Early, plan.Regret = p.early(); plan.Regret > 0 {
		f = p.fitSent(p.pool.list)
	}
	var taken []*candidate
	for _, i := range f.order {
		c := &p.pool.list[i]
		if c.heldOut {
			p.leaveWorth(c, HeldOut)
			plan.HeldOut = append(plan.HeldOut, c.Target)
			continue
		}
		if !c.taken {
			p.leaveOver(c)
			continue
		}
		c.Why.Rule = c.rule
		plan.Value += c.Score
		taken = append(taken, c)
	}
	plan.Value, plan.Optimum = rounded(plan.Value), best
	if blocked {
		plan.Optimum = p.worth(p.fit(p.pool.list, true))
	}
	plan.number(taken, p.days())
	if p.hopeless > 0 {
		p.leftOut[OverQuota] += p.hopeless
	}
	plan.LeftOut = p.leftOut
	plan.Curve = p.curve.points()
	return plan
}

// number gives the targets their rank and their day.
func (plan *Plan) number(taken []*candidate, days *days) {
	plan.Targets = make([]Target, 0, len(taken))
	for _, c := range taken {
		c.Day = days.next(c.zone, c.Cost)
		plan.Targets = append(plan.Targets, c.Target)
	}
	slices.SortStableFunc(plan.Targets, func(a, b Target) int { return a.Day - b.Day })
	for i := range plan.Targets {
		plan.Targets[i].Rank = i + 1
	}
}

// early counts what was sent already, and what of that a plan would not have.
func (p *Planner) early() (sent, regret int) {
	for i := range p.pool.list {
		if c := &p.pool.list[i]; c.sent {
			sent++
			if !c.taken {
				regret++
			}
		}
	}
	return sent, regret
}

// worth is the value of what a fit chose.
func (p *Planner) worth(f *fit) float64 {
	sum := 0.0
	for _, i := range f.order {
		if c := &p.pool.list[i]; c.taken {
			sum += c.Score
		}
	}
	return rounded(sum)
}

package planner

import (
	"slices"
	"strings"
	"time"

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
}

// Target is one URL of a plan. Its JSON names are a promise.
type Target struct {
	// Rank is its place in the plan, from 1.
	Rank int    `json:"rank"`
	URL  string `json:"url"`
	Zone string `json:"zone"`
	// Kind is what the crawler found it to be.
	Kind crawler.Kind `json:"kind"`
	// Cost is what it takes of the zone's daily quota, in units.
	Cost int `json:"cost"`
	// Score is what it is worth, and Why what that is made of.
	Score float64 `json:"score"`
	Why   Why     `json:"why"`
	State string  `json:"state"`

	lastMod time.Time
	start   time.Duration
}

// rank puts the targets in order and numbers them.
func (p *Plan) rank() {
	slices.SortFunc(p.Targets, func(a, b Target) int {
		switch {
		case a.before(&b):
			return -1
		case b.before(&a):
			return 1
		}
		return 0
	})
	for i := range p.Targets {
		p.Targets[i].Rank = i + 1
	}
}

// before is the order of the plan: the higher score, what a player needs sooner, the newer, and at last the URL, so that
// no two targets are equal.
func (t *Target) before(o *Target) bool {
	switch {
	case t.Score != o.Score:
		return t.Score > o.Score
	case t.start != o.start:
		return t.start < o.start
	case !t.lastMod.Equal(o.lastMod):
		return t.lastMod.After(o.lastMod)
	}
	return strings.Compare(t.URL, o.URL) < 0
}

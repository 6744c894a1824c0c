package planner

import (
	"strings"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/glob"
)

// Boost multiplies the score of what it matches.
type Boost struct {
	// Match is a pattern: see Planner.Pin.
	Match string
	Times float64
}

// Bound is a floor or a cap: how much of each zone's budget goes at least, or at most, to what it matches. Exactly one of
// Units and Share counts: Share when it is more than 0.
type Bound struct {
	// Match is a pattern: see Planner.Pin.
	Match string
	Units int
	// Share is that of the zone's budget, from 0 to 1, rounded down.
	Share float64
}

// unitsOf is what the bound comes to in units.
func (b Bound) unitsOf(budget int) int {
	if b.Share > 0 {
		return int(b.Share*float64(budget) + 1e-9)
	}
	return b.Units
}

// matches tells whether a pattern means a resource: a pattern without a slash is one of hosts, any other a glob of the URL
// or of its title's.
func matches(pattern string, r *crawler.Resource) bool {
	if strings.IndexByte(pattern, '/') < 0 {
		return glob.Host(pattern, hostOf(r.URL))
	}
	return glob.Match(pattern, r.URL) || r.Title != "" && glob.Match(pattern, r.Title)
}

func anyMatches(patterns []string, r *crawler.Resource) bool {
	for _, pattern := range patterns {
		if matches(pattern, r) {
			return true
		}
	}
	return false
}

// boost is the product of those that match, 0 for none.
func (p *Planner) boost(r *crawler.Resource) float64 {
	product, any := 1.0, false
	for _, b := range p.Boost {
		if matches(b.Match, r) {
			product, any = product*b.Times, true
		}
	}
	if !any {
		return 0
	}
	return product
}

// bound is the number of the first that matches, plus 1; 0 for none.
func bound(bounds []Bound, r *crawler.Resource) int {
	for i, b := range bounds {
		if matches(b.Match, r) {
			return i + 1
		}
	}
	return 0
}

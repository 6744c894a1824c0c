package effect_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/effect"
	"github.com/edgewarm/edgewarm/internal/trace"
	"github.com/edgewarm/edgewarm/planner"
)

// night is a site, what was asked of it the day before, and on how many edges each object is asked for on the day after:
// what it is missed when it is cold, for each edge misses once.
type night struct {
	resources []crawler.Resource
	before    counts
	asked     map[string]float64
	misses    map[string]int
}

type counts map[string]float64

func (c counts) Demand(url string) planner.Demand { return planner.Demand{Requests: c[url]} }

func nightOf(seed uint64) *night {
	n := &night{before: counts{}, asked: map[string]float64{}, misses: map[string]int{}}
	site := trace.New(trace.Options{Seed: seed, Days: 2, Films: 25, Series: 6, Viewings: 1200})
	edges := map[string]map[int]bool{}
	for day := range site.Days() {
		if day.Date.Equal(site.Start) {
			for _, r := range day.Requests {
				n.before[site.Base+r.Path]++
			}
			continue
		}
		n.resources = day.Resources
		for _, r := range day.Requests {
			url := site.Base + r.Path
			if edges[url] == nil {
				edges[url] = map[int]bool{}
			}
			edges[url][r.Client.Edge] = true
			n.asked[url]++
			n.misses[url] = len(edges[url])
		}
	}
	return n
}

// warmed plans, holding some out, and warms the rest: of what an object would be missed, so much is avoided, by chance.
// It returns what may be compared, and how many misses were avoided of that.
func (n *night) warmed(budget int, share, works float64, salt uint64) (objects []effect.Object, truth float64) {
	h := planner.HoldOut{Share: share, Salt: fmt.Sprint(salt)}
	p := planner.Planner{Zones: map[string][]string{"zone-a": {"*"}}, Budget: map[string]int{"zone-a": budget}, Popularity: n.before, HoldOut: h}
	for i := range n.resources {
		p.Add(n.resources[i])
	}
	plan := p.Plan()
	random := rand.New(rand.NewPCG(salt, 1))
	for i := range plan.Targets {
		t := &plan.Targets[i]
		if !h.Compares(t) {
			continue
		}
		missed := 0
		for range n.misses[t.URL] {
			if random.Float64() >= works {
				missed++
			}
		}
		truth += float64(n.misses[t.URL] - missed)
		objects = append(objects, effect.Object{Score: t.Score, Requests: n.asked[t.URL], Misses: float64(missed), Units: t.Cost})
	}
	for _, t := range plan.HeldOut {
		objects = append(objects, effect.Object{Score: t.Score, Held: true, Requests: n.asked[t.URL], Misses: float64(n.misses[t.URL])})
	}
	return objects, truth
}

// On made-up sites, where it is known how many misses were avoided, the interval has that number in it as often as it says,
// and half of the estimates are above it: whether warming works well, hardly or not at all. Where it does not, that is
// hardly ever said to be an effect; where it does, it always is.
func TestIntervalCoversTheTruth(t *testing.T) {
	t.Parallel()
	var nights []*night
	for seed := range uint64(3) {
		nights = append(nights, nightOf(seed+1))
	}
	var all tally
	for _, c := range []struct {
		budget       int
		share, works float64
	}{{1000, 0.04, 0.9}, {2000, 0.02, 0.5}, {2000, 0.05, 0}, {600, 0.1, 0.9}} {
		var sum tally
		for _, n := range nights {
			for salt := range uint64(30) {
				objects, truth := n.warmed(c.budget, c.share, c.works, salt)
				sum.count(effect.Compare(objects), truth)
			}
		}
		t.Logf("%d units, %g %% held out, %g %% avoided: %+v", c.budget, c.share*100, c.works*100, sum)
		if c.works == 0 && sum.avoided+sum.added > sum.given/10 || c.works > 0 && sum.avoided < sum.given {
			t.Errorf("%d units, %g avoided: %d and %d of %d say an effect", c.budget, c.works, sum.avoided, sum.added, sum.given)
		}
		all.given, all.covered, all.above = all.given+sum.given, all.covered+sum.covered, all.above+sum.above
	}
	if all.given < 300 || all.covered*100 < all.given*92 {
		t.Errorf("%d of %d intervals cover the truth, want 95 in 100", all.covered, all.given)
	}
	if share := float64(all.above) / float64(all.given); share < 0.4 || share > 0.6 {
		t.Errorf("%.0f %% of the estimates are above the truth, want a half", share*100)
	}
}

// tally counts comparisons with a known truth.
type tally struct{ given, covered, above, avoided, added int }

func (s *tally) count(r effect.Report, truth float64) {
	if r.Avoided == nil {
		return
	}
	s.given++
	if r.Avoided.Low <= truth && truth <= r.Avoided.High {
		s.covered++
	}
	if r.Avoided.Value > truth {
		s.above++
	}
	switch r.Verdict {
	case effect.Avoided:
		s.avoided++
	case effect.Added:
		s.added++
	}
}

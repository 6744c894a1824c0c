package planner_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
)

// heldPlan plans what is shuffled, holding a share out.
func heldPlan(rnd *rand.Rand, all []crawler.Resource, demand counts, budget int, h planner.HoldOut) (*planner.Plan, map[string]planner.LeftOut) {
	leftOut := map[string]planner.LeftOut{}
	p := planner.Planner{
		Zones: zones, Budget: map[string]int{"zone-a": budget}, Popularity: demand, HoldOut: h,
		OnLeftOut: func(l planner.LeftOut) { leftOut[l.URL] = l },
	}
	order := rnd.Perm(len(all))
	slices.SortStableFunc(order, func(i, j int) int { return all[i].Depth - all[j].Depth }) // playlists before what they list
	for _, i := range order {
		p.Add(all[i])
	}
	return p.Plan(), leftOut
}

// Whatever the site, the budget and the share: what would be planned is planned or held out, the units of what is held out
// go to the next best, nothing that others need is held out, and the order in which it was found does not matter.
func TestHoldOut(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		rnd := rand.New(rand.NewPCG(seed, 83))
		all, demand := small(rnd, 3+rnd.IntN(30), 60)
		budget, share := 1+rnd.IntN(len(all)), rnd.Float64()
		h := planner.HoldOut{Share: share, Salt: fmt.Sprint(seed)}
		whole, _ := heldPlan(rnd, all, demand, budget, planner.HoldOut{})
		plan, leftOut := heldPlan(rnd, all, demand, budget, h)
		planned, held := map[string]bool{}, map[string]bool{}
		for _, target := range plan.Targets {
			planned[target.URL] = true
		}
		for _, target := range plan.HeldOut {
			held[target.URL] = true
			if !h.Compares(&target) || target.Kind != crawler.Segment && target.Kind != crawler.Page {
				t.Fatalf("seed %d: a %s is held out", seed, target.Kind)
			}
			if l := leftOut[target.URL]; l.Reason != planner.HeldOut || l.Score != target.Score || planned[target.URL] {
				t.Fatalf("seed %d: %s is held out, and left out as %+v", seed, target.URL, l)
			}
		}
		for _, target := range whole.Targets {
			if !planned[target.URL] && !held[target.URL] {
				t.Fatalf("seed %d: %s is neither planned nor held out", seed, target.URL)
			}
		}
		sum := len(plan.Targets)
		for _, n := range plan.LeftOut {
			sum += n
		}
		if sum != len(all) || plan.LeftOut[planner.HeldOut] != len(plan.HeldOut) || len(plan.Targets) > budget {
			t.Fatalf("seed %d: %d targets for %d units, %v of %d", seed, len(plan.Targets), budget, plan.LeftOut, len(all))
		}
		if plan.LeftOut[planner.OverQuota] > 0 && len(plan.Targets) < budget && len(whole.Targets) == budget {
			t.Fatalf("seed %d: %d of %d units are not spent", seed, budget-len(plan.Targets), budget)
		}
		again, _ := heldPlan(rnd, all, demand, budget, h)
		want, _ := json.Marshal([]any{plan.Targets, plan.HeldOut})
		if got, _ := json.Marshal([]any{again.Targets, again.HeldOut}); string(got) != string(want) {
			t.Fatalf("seed %d: in another order another plan", seed)
		}
	}
}

// The share is held out, one day's draw says nothing of the next, and a URL's nothing of one like it.
func TestHoldOutIsDrawn(t *testing.T) {
	t.Parallel()
	const n, share = 100_000, 0.02
	held := func(salt string) []string {
		p := planner.Planner{Zones: zones, HoldOut: planner.HoldOut{Share: share, Salt: salt}}
		for i := range n {
			p.Add(page(fmt.Sprintf("https://a.example/vod/seg-%05d.ts", i)))
		}
		var out []string
		for _, target := range p.Plan().HeldOut {
			out = append(out, target.URL)
		}
		return out
	}
	first, second := held("2026-10-01"), held("2026-10-02")
	both := 0
	for _, url := range second {
		if slices.Contains(first, url) {
			both++
		}
	}
	// Within four standard deviations of a lottery.
	within := func(got int, want float64) bool { return math.Abs(float64(got)-want) < 4*math.Sqrt(want) }
	if !within(len(first), n*share) || !within(len(second), n*share) || !within(both, n*share*share) {
		t.Errorf("held out are %d and %d of %d, %d twice", len(first), len(second), n, both)
	}
	runs := 0
	for i := 1; i < len(first); i++ {
		if first[i][:len(first[i])-4] == first[i-1][:len(first[i-1])-4] { // of the same ten
			runs++
		}
	}
	if !within(runs, n/10*45*share*share) {
		t.Errorf("%d are held out beside another of the same ten", runs)
	}
}

// Pins go and floors are filled before anything is held out.
func TestHoldOutLeavesRules(t *testing.T) {
	t.Parallel()
	p := planner.Planner{
		Zones: zones, Budget: map[string]int{"zone-a": 10}, HoldOut: planner.HoldOut{Share: 1},
		Pin: []string{"*/kids/7"}, Floor: []planner.Bound{{Match: "*/kids/*", Units: 3}},
	}
	for i := range 10 {
		p.Add(page(fmt.Sprintf("https://a.example/kids/%d", i)))
	}
	if plan := p.Plan(); len(plan.Targets) != 3 || len(plan.HeldOut) != 7 || plan.Targets[0].URL != "https://a.example/kids/7" {
		t.Errorf("planned are %q, %d held out", urls(plan), len(plan.HeldOut))
	}
}

func TestHoldOutMay(t *testing.T) {
	t.Parallel()
	h := planner.HoldOut{Share: 1, May: func(target *planner.Target) bool { return target.URL != "https://a.example/kept" }}
	p := planner.Planner{Zones: zones, HoldOut: h, Weights: map[string]float64{"https://a.example/new": 5}}
	for _, path := range []string{"kept", "drawn", "new"} {
		p.Add(page("https://a.example/" + path))
	}
	plan := p.Plan()
	if got := urls(plan); !slices.Equal(got, []string{"https://a.example/new", "https://a.example/kept"}) || len(plan.HeldOut) != 1 {
		t.Errorf("planned are %q, held out %+v", got, plan.HeldOut)
	}
}

package planner_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
)

// small makes up a site of a few titles with demand that owes nothing to what needs what, and pages beside them.
func small(rnd *rand.Rand, titles, segments int) ([]crawler.Resource, counts) {
	demand := counts{}
	var all []crawler.Resource
	add := func(r crawler.Resource) {
		demand[r.URL] = float64(rnd.IntN(12))
		all = append(all, r)
	}
	for n := range titles {
		master := fmt.Sprintf("https://a.example/%d/master.m3u8", n)
		variant := fmt.Sprintf("https://a.example/%d/v/index.m3u8", n)
		add(crawler.Resource{URL: master, Kind: crawler.Playlist, Title: master})
		add(crawler.Resource{URL: variant, Kind: crawler.Playlist, Parent: master, Title: master, Depth: 1})
		part := crawler.Resource{Parent: variant, Title: master, Depth: 2}
		if rnd.IntN(2) == 0 {
			part.URL, part.Kind = fmt.Sprintf("https://a.example/%d/v/init.mp4", n), crawler.Init
			add(part)
		}
		for s := range 1 + rnd.IntN(segments) {
			part.URL, part.Kind = fmt.Sprintf("https://a.example/%d/v/%d.m4s", n, s), crawler.Segment
			part.Start = time.Duration(s) * 6 * time.Second
			add(part)
		}
	}
	for n := range rnd.IntN(3) {
		add(page(fmt.Sprintf("https://a.example/page-%d", n)))
	}
	return all, demand
}

// needs are, for each resource, those that must be chosen with it, as bits.
func needs(all []crawler.Resource) []uint32 {
	at := map[string]int{}
	for i, r := range all {
		at[r.URL] = i
	}
	out := make([]uint32, len(all))
	for i, r := range all {
		for parent, ok := at[r.Parent]; ok; parent, ok = at[all[parent].Parent] {
			out[i] |= 1 << parent
		}
		for j, init := range all {
			if init.Kind == crawler.Init && init.Parent == r.Parent && r.Kind == crawler.Segment {
				out[i] |= 1 << j
			}
		}
	}
	return out
}

// The plan is worth as much as the best of all choices that have what they need, and has what it needs itself.
func TestPlanIsTheOptimum(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	for round := range 60 {
		all, demand := small(rnd, 2, 4)
		scores := scoresOf(all, demand)
		needed := needs(all)
		for budget := range len(all) + 1 {
			plan := planOf(all, demand, budget)
			best := exhaustive(scores, needed, budget)
			if math.Abs(plan.Value-best) > 1e-6 || plan.Gap() != 0 {
				t.Fatalf("round %d, %d units of %d: the plan is worth %v with a gap of %v, the best choice %v", round, budget, len(all), plan.Value, plan.Gap(), best)
			}
			if orphan := orphan(plan, all, needed); orphan != "" {
				t.Fatalf("round %d, %d units: %s is chosen without what it needs", round, budget, orphan)
			}
		}
	}
}

func planOf(all []crawler.Resource, demand counts, budget int) *planner.Plan {
	p := planner.Planner{Zones: zones, Popularity: demand, Budget: map[string]int{"zone-a": budget}}
	for _, r := range all {
		p.Add(r)
	}
	return p.Plan()
}

// scoresOf are what the planner says that each is worth.
func scoresOf(all []crawler.Resource, demand counts) []float64 {
	p := planner.Planner{Zones: zones, Popularity: demand}
	for _, r := range all {
		p.Add(r)
	}
	score := map[string]float64{}
	for _, target := range p.Plan().Targets {
		score[target.URL] = target.Score
	}
	out := make([]float64, len(all))
	for i, r := range all {
		out[i] = score[r.URL]
	}
	return out
}

// exhaustive looks at every choice.
func exhaustive(scores []float64, needs []uint32, budget int) float64 {
	best := 0.0
choices:
	for choice := range uint32(1) << len(scores) {
		if bits.OnesCount32(choice) > budget {
			continue
		}
		sum := 0.0
		for left := choice; left != 0; left &= left - 1 {
			i := bits.TrailingZeros32(left)
			if needs[i]&^choice != 0 {
				continue choices
			}
			sum += scores[i]
		}
		best = max(best, sum)
	}
	return best
}

// orphan is one that was chosen, or comes, before something that it needs; empty for none.
func orphan(plan *planner.Plan, all []crawler.Resource, needs []uint32) string {
	at := map[string]int{}
	for i, r := range all {
		at[r.URL] = i
	}
	var chosen uint32
	for _, target := range plan.Targets {
		i := at[target.URL]
		if needs[i]&^chosen != 0 {
			return target.URL
		}
		chosen |= 1 << i
	}
	return ""
}

// The same resources give the same bytes in any order, with all that can be configured, also when far more come than the
// budget holds.
func TestPlanIsTheSameInAnyOrder(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 6))
	all, demand := small(rnd, 400, 20)
	for i := range 3000 {
		all = append(all, page(fmt.Sprintf("https://b.example/%d", i)))
		demand[all[len(all)-1].URL] = float64(rnd.IntN(50))
	}
	var first []byte
	for run := range 20 {
		p := planner.Planner{
			Zones: zones, Popularity: demand, Budget: map[string]int{"zone-a": 150, "zone-b": 40}, Days: 2,
			Pin:   []string{"https://a.example/7/master.m3u8", "https://a.example/99/v/1.m4s"},
			Block: []string{"https://a.example/8/*"},
			Boost: []planner.Boost{{Match: "https://a.example/1?/*", Times: 3}},
			Floor: []planner.Bound{{Match: "*/3?/*", Share: 0.1}},
			Cap:   []planner.Bound{{Match: "b.example", Units: 30}, {Match: "*/2*/*", Units: 20}}, TitleCap: 9,
			Miss: planner.MissCost{Start: 1, MiB: 0.02},
		}
		for _, r := range all {
			p.Add(r)
		}
		plan := p.Plan()
		if n := len(plan.Targets); n < 300 {
			t.Fatalf("got %d targets only", n)
		}
		got, err := json.Marshal(plan)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = got
		} else if !bytes.Equal(first, got) {
			t.Fatalf("run %d differs", run)
		}
		rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	}
}

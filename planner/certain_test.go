package planner_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
)

// ranked is a Popularity that knows all that anybody asks for.
type ranked struct{ counts }

func (r ranked) AtLeast(n float64) (urls int, known bool) {
	for _, of := range r.counts {
		if of >= n {
			urls++
		}
	}
	return urls, n > 0
}

// asked is n pages, the i-th of which is asked for n − i times.
func asked(n int) (ranked, []crawler.Resource) {
	demand, all := ranked{counts{}}, []crawler.Resource{}
	for i := range n {
		all = append(all, page(fmt.Sprintf("https://a.example/%04d", i)))
		demand.counts[all[i].URL] = float64(n - i)
	}
	return demand, all
}

func urlsOf(targets []planner.Target) []string {
	out := []string{}
	for _, t := range targets {
		out = append(out, t.URL)
	}
	return out
}

var plenty = map[string]int{"zone-a": 1 << 20, "zone-b": 1 << 20}

func TestCertain(t *testing.T) {
	t.Parallel()
	demand, all := asked(100)
	for name, c := range map[string]struct {
		p    planner.Planner
		add  []int // of all
		want []int
	}{
		"what nothing beats":            {planner.Planner{}, []int{0, 4, 9, 10, 50}, []int{0, 4, 9}},
		"what comes late":               {planner.Planner{}, []int{99, 10}, nil},
		"a pin":                         {planner.Planner{Pin: []string{"*/0099"}}, []int{99, 8, 9}, []int{99, 8}},
		"what floors may ask for":       {planner.Planner{Floor: []planner.Bound{{Match: "*/00*", Units: 3}}}, []int{6, 7}, []int{6}},
		"under a cap":                   {planner.Planner{Cap: []planner.Bound{{Match: "*/0000", Units: 3}}}, []int{0, 1}, []int{1}},
		"a boost that others may have":  {planner.Planner{Boost: []planner.Boost{{Match: "*/x", Times: 50}}}, []int{0, 1}, nil},
		"a weight that others may have": {planner.Planner{Weights: map[string]float64{"https://a.example/new": 1000}}, []int{0, 1}, nil},
		"a size that others may have":   {planner.Planner{Miss: planner.MissCost{MiB: 1}}, []int{0, 1}, nil},
		"no budget that ends":           {planner.Planner{Budget: nil}, []int{99}, []int{99}},
	} {
		p := c.p
		p.Zones, p.Popularity, p.Budget = zones, demand, map[string]int{"zone-a": 10}
		if name == "no budget that ends" {
			p.Budget = nil
		}
		for _, i := range c.add {
			p.Add(all[i])
		}
		want := []string{}
		for _, i := range c.want {
			want = append(want, all[i].URL)
		}
		if diff := cmp.Diff(want, urlsOf(p.Certain(plenty, nil))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if again := p.Certain(plenty, nil); len(again) > 0 {
			t.Errorf("%s: %v are returned again", name, urlsOf(again))
		}
	}
}

// Who does not know what people ask for is certain of pins only, and who knows nothing of sizes of all the less.
func TestCertainWithoutDemand(t *testing.T) {
	t.Parallel()
	demand, all := asked(5)
	for _, popularity := range []planner.Popularity{nil, demand.counts} {
		p := planner.Planner{Zones: zones, Popularity: popularity, Budget: map[string]int{"zone-a": 10}, Pin: []string{"*/0003"}}
		for _, r := range all {
			p.Add(r)
		}
		if diff := cmp.Diff([]string{all[3].URL}, urlsOf(p.Certain(plenty, nil))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// No more goes than may, and of what may not go nothing is lost.
func TestCertainWithin(t *testing.T) {
	t.Parallel()
	demand, all := asked(20)
	p := planner.Planner{Zones: zones, Popularity: demand, Budget: map[string]int{"zone-a": 10}}
	for _, r := range all {
		p.Add(r)
	}
	odd := func(url string) bool { return url[len(url)-1]%2 == 1 }
	if got := urlsOf(p.Certain(map[string]int{"zone-a": 2}, odd)); !slices.Equal(got, []string{all[1].URL, all[3].URL}) {
		t.Errorf("got %v", got)
	}
	if got := urlsOf(p.Certain(map[string]int{"zone-b": 9}, nil)); len(got) > 0 {
		t.Errorf("got %v of a zone that may have none", got)
	}
	plan := p.Plan()
	if plan.Early != 2 || plan.Regret != 0 || len(plan.Targets) != 10 {
		t.Errorf("got %d early, a regret of %d, %d targets", plan.Early, plan.Regret, len(plan.Targets))
	}
}

// What was certain is in the plan that was made without asking, whatever the order, and so the plan is the same.
func TestCertainIsInThePlan(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		random := rand.New(rand.NewPCG(seed, 0))
		demand, all := ranked{counts{}}, []crawler.Resource{}
		for i := range 40 {
			all = append(all, film(fmt.Sprint("f", i), random.IntN(60), demand.counts, float64(random.IntN(500)))...)
		}
		all = append(all, page("https://b.example/"))
		demand.counts["https://b.example/"] = 1e6
		make := func() *planner.Planner {
			return &planner.Planner{
				Zones: zones, Popularity: demand, Budget: map[string]int{"zone-a": 200, "zone-b": 1},
				Pin: []string{"https://a.example/f7/5.ts"}, Floor: []planner.Bound{{Match: "*/f3/*", Units: 10}},
			}
		}
		whole, early := make(), make()
		var certain []string
		for i, r := range all {
			whole.Add(r)
			early.Add(r)
			if i%37 == 0 {
				certain = append(certain, urlsOf(early.Certain(plenty, nil))...)
			}
		}
		want, got := whole.Plan(), early.Plan()
		if len(certain) == 0 || got.Early != len(certain) || got.Regret != 0 {
			t.Fatalf("seed %d: %d were certain, %d early, a regret of %d", seed, len(certain), got.Early, got.Regret)
		}
		if diff := cmp.Diff(want.Targets, got.Targets); diff != "" || !maps.Equal(want.LeftOut, got.LeftOut) {
			t.Fatalf("seed %d: the plan is another (-want +got):\n%s", seed, diff)
		}
	}
}

// A pattern that pins more than the budget holds: what was sent stays in the plan, once, and what that costs is told.
func TestCertainRegret(t *testing.T) {
	t.Parallel()
	demand, all := asked(3000)
	p := planner.Planner{Zones: zones, Popularity: demand, Budget: map[string]int{"zone-a": 10}, Pin: []string{"*"}}
	left := map[string]int{}
	p.OnLeftOut = func(l planner.LeftOut) { left[l.URL]++ }
	var early []string
	for _, r := range slices.Backward(all) {
		p.Add(r)
		early = append(early, urlsOf(p.Certain(map[string]int{"zone-a": 4 - len(early)}, nil))...)
	}
	want := []string{all[2999].URL, all[2998].URL, all[2997].URL, all[2996].URL}
	if !slices.Equal(early, want) {
		t.Fatalf("%v were certain", early)
	}
	plan := p.Plan()
	slices.Reverse(want)
	want = append(urlsIn(all[:6]), want...)
	if diff := cmp.Diff(want, urls(plan)); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
	rules := map[string]int{}
	for _, target := range plan.Targets {
		rules[target.Why.Rule]++
	}
	if plan.Early != 4 || plan.Regret != 4 || rules["early"] != 4 || rules["pin"] != 6 || plan.Gap() <= 0 {
		t.Errorf("got %d early, a regret of %d, rules %v, a gap of %g", plan.Early, plan.Regret, rules, plan.Gap())
	}
	if len(left) != 2990 || plan.Discovered != 3000 || plan.LeftOut[planner.OverQuota] != 2990 {
		t.Errorf("%d were left out, %v", len(left), plan.LeftOut)
	}
}

func urlsIn(all []crawler.Resource) (out []string) {
	for _, r := range all {
		out = append(out, r.URL)
	}
	return out
}

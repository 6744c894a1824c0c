package planner_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
)

// counts is a Popularity of a table.
type counts map[string]float64

func (c counts) Demand(url string) planner.Demand { return planner.Demand{Requests: c[url]} }

var zones = map[string][]string{"zone-a": {"a.example", "*.wild.example"}, "zone-b": {"b.example", "x.wild.example"}}

func page(url string) crawler.Resource { return crawler.Resource{URL: url, Kind: crawler.Page} }

func urls(p *planner.Plan) (out []string) {
	for _, t := range p.Targets {
		out = append(out, t.URL)
	}
	return out
}

func TestPlanReasons(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   crawler.Resource
		want planner.Reason // "" for a target
	}{
		"page":            {page("https://a.example/"), ""},
		"no URL":          {crawler.Resource{URL: "mailto:a@b", Err: errors.New("scheme")}, planner.Invalid},
		"failed":          {crawler.Resource{URL: "https://a.example/", Kind: crawler.Page, Err: errors.New("404")}, planner.Failed},
		"failed sitemap":  {crawler.Resource{URL: "https://a.example/s", Kind: crawler.Sitemap, Err: errors.New("404")}, planner.Failed},
		"sitemap":         {crawler.Resource{URL: "https://a.example/s", Kind: crawler.Sitemap}, planner.DocumentOnly},
		"key":             {crawler.Resource{URL: "https://a.example/k", Kind: crawler.Key}, planner.Key},
		"live playlist":   {crawler.Resource{URL: "https://a.example/l", Kind: crawler.Playlist, Role: crawler.RoleLive}, planner.Live},
		"live segment":    {crawler.Resource{URL: "https://a.example/l", Kind: crawler.Segment}, ""},
		"gap":             {crawler.Resource{URL: "https://a.example/g", Kind: crawler.Segment, Role: crawler.RoleGap}, planner.Gap},
		"excluded":        {page("https://a.example/private/x"), planner.Excluded},
		"not included":    {page("https://a.example/y?not=me"), planner.Excluded},
		"no zone":         {page("https://c.example/"), planner.NoZone},
		"wildcard itself": {page("https://wild.example/"), planner.NoZone},
		"port":            {page("https://a.example:8443/"), ""},
		"warm":            {page("https://a.example/warm"), planner.Warm},
		"no units":        {page("https://b.example/"), planner.OverQuota},
	} {
		p := planner.Planner{
			Budget:  map[string]int{"zone-a": 1},
			Zones:   zones,
			Include: []string{"https://*/", "*/warm", "*/?", "*/private/*", "*.example:*"},
			Exclude: []string{"*/private/*"},
			Warm:    func(_, url string) bool { return url == "https://a.example/warm" },
		}
		p.Add(c.in)
		plan := p.Plan()
		var got planner.Reason
		for reason, n := range plan.LeftOut {
			if got = reason; n != 1 {
				t.Errorf("%s: got %d of %s, want 1", name, n, reason)
			}
		}
		if got != c.want || len(plan.Targets)+len(plan.LeftOut) != 1 {
			t.Errorf("%s: got reason %q and targets %v, want %q", name, got, urls(plan), c.want)
		}
	}
}

func TestPlanOrder(t *testing.T) {
	t.Parallel()
	p := planner.Planner{
		Zones:      zones,
		Popularity: counts{"https://a.example/seg2": 3, "https://a.example/hot": 9},
		Weights:    map[string]float64{"https://a.example/launch": 20},
	}
	day := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for _, r := range []crawler.Resource{
		{URL: "https://a.example/old", Kind: crawler.Page, LastMod: day},
		{URL: "https://a.example/new", Kind: crawler.Page, LastMod: day.AddDate(0, 0, 1)},
		{URL: "https://a.example/low", Kind: crawler.Page, Priority: 0.1, LastMod: day.AddDate(0, 0, 2)},
		{URL: "https://a.example/seg2", Kind: crawler.Segment, Start: 12 * time.Second},
		{URL: "https://a.example/seg1", Kind: crawler.Segment, Start: 6 * time.Second},
		{URL: "https://a.example/init", Kind: crawler.Init},
		{URL: "https://a.example/hot", Kind: crawler.Image},
		{URL: "https://a.example/master", Kind: crawler.Playlist},
		{URL: "https://a.example/launch", Kind: crawler.Playlist},
		{URL: "https://a.example/variant", Kind: crawler.Playlist, Parent: "https://a.example/launch"},
		{URL: "https://a.example/seg9", Kind: crawler.Segment, Parent: "https://a.example/variant"},
	} {
		p.Add(r)
	}
	got := urls(p.Plan())
	want := []string{"launch", "variant", "seg9", "hot", "seg2", "master", "init", "seg1", "new", "old", "low"}
	for i, name := range want {
		want[i] = "https://a.example/" + name
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestZoneExactBeforeWildcard(t *testing.T) {
	t.Parallel()
	find := planner.ZoneFinder(zones)
	for url, want := range map[string]string{
		"https://x.wild.example/":        "zone-b",
		"https://y.wild.example/":        "zone-a",
		"https://y.x.wild.example:444/p": "zone-a",
		"https://other.example/":         "",
	} {
		if got, _ := find(url); got != want {
			t.Errorf("%s: got %q, want %q", url, got, want)
		}
	}
}

// The best of what was added is planned, whatever the order of adding, and all is counted: checked against sorting
// everything.
func TestPlanIsTheBestOfAll(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	for round := range 50 {
		demand := counts{}
		var all []crawler.Resource
		for i := range 200 {
			url := fmt.Sprintf("https://%c.example/%d", 'a'+i%3, i)
			demand[url] = float64(rnd.IntN(40))
			all = append(all, page(url))
		}
		budget := map[string]int{"zone-a": rnd.IntN(80), "zone-b": rnd.IntN(80)}
		first := planned(all, demand, budget)
		rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if again := planned(all, demand, budget); !slices.Equal(first, again) {
			t.Fatalf("round %d: the plan depends on the order of adding:\n%s\n%s", round, first, again)
		}
		unbounded := planner.Planner{Zones: zones, Popularity: demand}
		for _, r := range all {
			unbounded.Add(r)
		}
		left := map[string]int{"zone-a": budget["zone-a"], "zone-b": budget["zone-b"]}
		var want []string
		for _, target := range unbounded.Plan().Targets {
			if left[target.Zone] > 0 {
				left[target.Zone]--
				want = append(want, target.URL)
			}
		}
		p := planner.Planner{Zones: zones, Popularity: demand, Budget: budget}
		for _, r := range all {
			p.Add(r)
		}
		plan := p.Plan()
		if got := urls(plan); !slices.Equal(got, want) {
			t.Fatalf("round %d: got %v\nwant %v", round, got, want)
		}
		sum := len(plan.Targets)
		for _, n := range plan.LeftOut {
			sum += n
		}
		if sum != plan.Discovered || sum != len(all) {
			t.Fatalf("round %d: %d planned and left out, %d discovered, %d added", round, sum, plan.Discovered, len(all))
		}
	}
}

func planned(all []crawler.Resource, demand counts, budget map[string]int) []byte {
	p := planner.Planner{Zones: zones, Popularity: demand, Budget: budget}
	for _, r := range all {
		p.Add(r)
	}
	var out []byte
	for _, t := range p.Plan().Targets {
		line, err := json.Marshal(t)
		if err != nil {
			panic(err)
		}
		out = append(append(out, line...), '\n')
	}
	return out
}

func TestTargetJSON(t *testing.T) {
	t.Parallel()
	p := planner.Planner{Zones: zones, Popularity: counts{"https://a.example/": 2}}
	p.Add(page("https://a.example/"))
	got, err := json.Marshal(p.Plan().Targets[0])
	want := `{"rank":1,"url":"https://a.example/","zone":"zone-a","kind":"page","cost":1,"score":2.0045,` +
		`"why":{"requests":2,"misses":0,"expected":2,"cold":1,"miss":1,"prior":0.0045,"weight":1},"state":"planned"}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
}

// The weight of a site holds for what its sitemaps list, which come before the site itself.
func TestWeightOfASite(t *testing.T) {
	t.Parallel()
	p := planner.Planner{Zones: zones, Weights: map[string]float64{"https://a.example/": 7}}
	for _, r := range []crawler.Resource{
		{URL: "https://a.example/sitemap.xml", Kind: crawler.Sitemap, Parent: "https://a.example/", Depth: 1},
		{URL: "https://a.example/page", Kind: crawler.Page, Parent: "https://a.example/sitemap.xml", Depth: 2},
		{URL: "https://a.example/", Kind: crawler.Site},
		{URL: "https://a.example/other", Kind: crawler.Page},
	} {
		p.Add(r)
	}
	for _, target := range p.Plan().Targets {
		want := 7.0
		if target.URL == "https://a.example/other" {
			want = 1
		}
		if target.Why.Weight != want {
			t.Errorf("%s: got weight %v, want %v", target.URL, target.Why.Weight, want)
		}
	}
}

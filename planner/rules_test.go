package planner_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
)

// film is a title with so many segments, all of which were asked for so often.
func film(name string, segments int, demand counts, requests float64) []crawler.Resource {
	master := "https://a.example/" + name + "/master.m3u8"
	all := []crawler.Resource{{URL: master, Kind: crawler.Playlist, Title: master}}
	for i := range segments {
		all = append(all, crawler.Resource{URL: fmt.Sprintf("https://a.example/%s/%d.ts", name, i), Kind: crawler.Segment, Parent: master, Title: master})
	}
	for _, r := range all {
		demand[r.URL] = requests
	}
	return all
}

// chosen counts the targets by film.
func chosen(p *planner.Planner) (map[string]int, *planner.Plan) {
	demand := counts{}
	var all []crawler.Resource
	for i, name := range []string{"best", "good", "poor"} {
		all = append(all, film(name, 19, demand, float64(30-10*i))...)
	}
	p.Zones, p.Popularity = zones, demand
	for _, r := range all {
		p.Add(r)
	}
	plan := p.Plan()
	n := map[string]int{}
	for _, target := range plan.Targets {
		n[strings.Split(target.URL, "/")[3]]++
	}
	return n, plan
}

func TestRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		p    planner.Planner
		want string
	}{
		{"none", planner.Planner{}, "map[best:20 good:10]"},
		{"a pinned title", planner.Planner{Pin: []string{"https://a.example/poor/master.m3u8"}}, "map[best:10 poor:20]"},
		{"a pinned segment with its playlist", planner.Planner{Pin: []string{"*/poor/7.ts"}}, "map[best:20 good:8 poor:2]"},
		{"a blocked title", planner.Planner{Block: []string{"*/best/*"}}, "map[good:20 poor:10]"},
		{"a blocked host", planner.Planner{Block: []string{"*.example"}}, "map[]"},
		{"a boost", planner.Planner{Boost: []planner.Boost{{Match: "*/poor/*", Times: 4}}}, "map[best:10 poor:20]"},
		{"boosts multiply", planner.Planner{Boost: []planner.Boost{{Match: "*/poor/*", Times: 1.5}, {Match: "*/po*", Times: 1.5}}}, "map[best:20 poor:10]"},
		{"a cap in units", planner.Planner{Cap: []planner.Bound{{Match: "*/best/*", Units: 6}}}, "map[best:6 good:20 poor:4]"},
		{"a cap as a share", planner.Planner{Cap: []planner.Bound{{Match: "*/best/*", Share: 0.5}}}, "map[best:15 good:15]"},
		{"the first cap counts", planner.Planner{Cap: []planner.Bound{{Match: "*/best/*", Units: 6}, {Match: "a.example", Units: 9}}}, "map[best:6 good:9]"},
		{"a cap of each title", planner.Planner{TitleCap: 11}, "map[best:11 good:11 poor:8]"},
		{"a floor", planner.Planner{Floor: []planner.Bound{{Match: "*/poor/*", Units: 7}}}, "map[best:20 good:3 poor:7]"},
		{"a floor goes above a cap", planner.Planner{Floor: []planner.Bound{{Match: "*/poor/*", Units: 7}}, TitleCap: 4}, "map[best:4 good:4 poor:7]"},
		{"a floor brings what it needs", planner.Planner{Floor: []planner.Bound{{Match: "*/poor/1.ts", Units: 7}}}, "map[best:20 good:8 poor:2]"},
	} {
		c.p.Budget = map[string]int{"zone-a": 30}
		got, plan := chosen(&c.p)
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: got %v, want %s", c.name, got, c.want)
		}
		if plan.Gap() != 0 {
			t.Errorf("%s: got a gap of %v", c.name, plan.Gap())
		}
	}
}

// Each day has the best of what the days before left, within its own budget.
func TestDays(t *testing.T) {
	t.Parallel()
	p := planner.Planner{Budget: map[string]int{"zone-a": 5}, Daily: map[string]int{"zone-a": 20}, Days: 3}
	got, plan := chosen(&p)
	if fmt.Sprint(got) != "map[best:20 good:20 poor:5]" {
		t.Errorf("got %v", got)
	}
	days := map[int]int{}
	for i, target := range plan.Targets {
		if days[target.Day]++; target.Rank != i+1 || i > 0 && target.Score > plan.Targets[i-1].Score {
			t.Errorf("target %d: got rank %d and a score of %v after %v", i, target.Rank, target.Score, plan.Targets[max(i-1, 0)].Score)
		}
	}
	if fmt.Sprint(days) != "map[1:5 2:20 3:20]" {
		t.Errorf("got %v", days)
	}
}

// A curve rises to all, and says what the best so many cover.
func TestCurve(t *testing.T) {
	t.Parallel()
	_, plan := chosen(&planner.Planner{Budget: map[string]int{"zone-a": 5}})
	want := map[int]float64{20: 30. / 60, 40: 50. / 60, 60: 1}
	if len(plan.Curve) != len(want) {
		t.Errorf("got %v, want points at %v", plan.Curve, want)
	}
	for _, point := range plan.Curve {
		if math.Abs(point.Covered-want[point.Units]) > 1e-6 {
			t.Errorf("%d units: got %v, want %v", point.Units, point.Covered, want[point.Units])
		}
	}
	p := planner.Planner{Zones: zones}
	for i := range 10_000 {
		p.Add(crawler.Resource{URL: fmt.Sprintf("https://a.example/%d", i), Kind: crawler.Page, Priority: float64(i%97) / 97})
	}
	curve := p.Plan().Curve
	for i := range curve {
		if i > 0 && (curve[i].Units <= curve[i-1].Units || curve[i].Covered <= curve[i-1].Covered) {
			t.Errorf("got %v after %v", curve[i], curve[i-1])
		}
	}
	if last := curve[len(curve)-1]; len(curve) > 64 || last != (planner.Point{Units: 10_000, Covered: 1}) {
		t.Errorf("got %d points, the last %v", len(curve), last)
	}
}

// What is needed may be in the cache already: then what needs it is planned without it.
func TestWarmPlaylistIsNotNeeded(t *testing.T) {
	t.Parallel()
	p := planner.Planner{
		Budget: map[string]int{"zone-a": 1},
		Warm:   func(_, url string) bool { return strings.HasSuffix(url, ".m3u8") },
	}
	got, plan := chosen(&p)
	if fmt.Sprint(got) != "map[best:1]" || plan.LeftOut[planner.Warm] != 3 {
		t.Errorf("got %v and %v", got, plan.LeftOut)
	}
}

// What expires within the coming hours is worth as much as the hours without it.
func TestCold(t *testing.T) {
	t.Parallel()
	p := planner.Planner{
		Zones: zones, Popularity: counts{"https://a.example/late": 100, "https://a.example/soon": 90, "https://a.example/not": 500},
		Cold: func(_, url string) float64 {
			return map[string]float64{"https://a.example/late": 0.1, "https://a.example/soon": 0.9}[url]
		},
	}
	for url := range p.Popularity.(counts) {
		p.Add(page(url))
	}
	plan := p.Plan()
	if got := urls(plan); fmt.Sprint(got) != "[https://a.example/soon https://a.example/late]" || plan.LeftOut[planner.Warm] != 1 {
		t.Errorf("got %v and %v", got, plan.LeftOut)
	}
}

// What a rule brings is in the plan whatever needs it, so that its place does not depend on what had to go before it came.
func TestRulesAreTheSameInAnyOrder(t *testing.T) {
	t.Parallel()
	const films, segments = 300, 19
	rnd := rand.New(rand.NewPCG(1, 2))
	demand := counts{}
	var all [][]crawler.Resource
	for i := range films {
		film := film(fmt.Sprintf("f%d", i), segments, demand, 0)
		for _, r := range film {
			demand[r.URL] = float64(rnd.IntN(50))
		}
		all = append(all, film)
	}
	for name, rules := range map[string]planner.Planner{
		"none":                  {},
		"pinned segments":       {Pin: []string{"*/f1?/7.ts"}},
		"pinned titles":         {Pin: []string{"*/f1?/*"}},
		"pins of both":          {Pin: []string{"*/f?/*.ts", "*/f20/master.m3u8"}},
		"a floor of segments":   {Floor: []planner.Bound{{Match: "*/f1?/7.ts", Units: 10}}},
		"some of a floor":       {Floor: []planner.Bound{{Match: "*/f1?/*", Units: 20}}},
		"a floor of playlists":  {Floor: []planner.Bound{{Match: "*/f1?/master.m3u8", Units: 4}}},
		"floors, a pin and cap": {Floor: []planner.Bound{{Match: "*/f?/1*.ts", Units: 7}}, Pin: []string{"*/f2/*"}, TitleCap: 3},
		"a cap":                 {Cap: []planner.Bound{{Match: "*/f1*", Units: 5}}},
		"a cap of each title":   {TitleCap: 2},
	} {
		var first []byte
		for range 10 {
			rnd.Shuffle(films, func(i, j int) { all[i], all[j] = all[j], all[i] })
			p := rules
			p.Zones, p.Popularity, p.Budget = zones, demand, map[string]int{"zone-a": 60}
			for _, film := range all {
				rest := film[1:] // a playlist comes before what it lists
				rnd.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
				for _, r := range film {
					p.Add(r)
				}
			}
			got, err := json.Marshal(p.Plan())
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = got
			}
			if !bytes.Equal(got, first) {
				t.Fatalf("%s: got %s\nwant, as in another order, %s", name, got, first)
			}
		}
	}
}

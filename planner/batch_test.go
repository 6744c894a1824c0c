package planner_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
)

// numbered is a Forecaster whose URLs have a demand each of their own.
type numbered struct {
	t     *testing.T
	asked []string
}

func (n *numbered) Demand(url string) planner.Demand {
	n.asked = append(n.asked, url)
	return planner.Demand{Requests: float64(len(n.asked))}
}

func (n *numbered) Forecast(r *crawler.Resource, counted planner.Demand) planner.Forecast {
	if at := int(counted.Requests); n.asked[at-1] != r.URL {
		n.t.Errorf("%s was given the demand of %s", r.URL, n.asked[at-1])
	}
	return planner.Forecast{Demand: counted, Expected: counted.Requests, Cold: 1}
}

// Each resource is given its own demand and is asked about once; what can't be a target is not asked about, and is told of
// in the order in which it came.
func TestDemandIsLookedUpTogether(t *testing.T) {
	t.Parallel()
	demand := &numbered{t: t}
	var leftOut, want []string
	p := planner.Planner{
		Zones: map[string][]string{"zone-a": {"a.example"}}, Budget: map[string]int{}, Popularity: demand,
		OnLeftOut: func(l planner.LeftOut) { leftOut = append(leftOut, l.URL) },
	}
	const n = 2000
	for i := range n {
		url := fmt.Sprintf("https://%c.example/%d", 'a'+rune(i%3), i) // only a has a zone
		want = append(want, url)
		p.Add(crawler.Resource{URL: url, Kind: crawler.Page})
	}
	plan := p.Plan()
	if len(demand.asked) != (n+2)/3 || plan.LeftOut[planner.NoZone] != n-(n+2)/3 || plan.LeftOut[planner.OverQuota] != (n+2)/3 {
		t.Errorf("asked %d times, left out %v", len(demand.asked), plan.LeftOut)
	}
	slices.Sort(want)
	if noZone := slices.DeleteFunc(slices.Clone(leftOut), func(url string) bool { return url[8] == 'a' }); !slices.IsSortedFunc(noZone, byNumber) {
		t.Error("what has no zone was not told of in the order in which it came")
	}
	if slices.Sort(leftOut); !slices.Equal(leftOut, want) {
		t.Errorf("told of %d of %d", len(leftOut), len(want))
	}
}

func byNumber(a, b string) int {
	var x, y int
	fmt.Sscanf(a[len("https://a.example/"):], "%d", &x)
	fmt.Sscanf(b[len("https://a.example/"):], "%d", &y)
	return x - y
}

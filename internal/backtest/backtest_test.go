package backtest_test

import (
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/backtest"
	"github.com/edgewarm/edgewarm/planner"
)

// demand is a Popularity by hand.
type demand map[string]planner.Demand

func (d demand) Demand(url string) planner.Demand { return d[url] }

func requested(n, misses float64) planner.Demand {
	return planner.Demand{Requests: n, Misses: misses, Bytes: n * 1000}
}

// plannerOf plans by requests.
func plannerOf(forecast demand) func(*backtest.Night, map[string]int) *planner.Planner {
	return func(_ *backtest.Night, budget map[string]int) *planner.Planner {
		return &planner.Planner{Budget: budget, Zones: map[string][]string{"all": {"*"}}, Popularity: forecast}
	}
}

const host = "https://example.com/"

func at(day int) time.Time { return time.Date(2026, 10, day, 0, 0, 0, 0, time.UTC) }

// night knows five files; the day after asks for a and b, most for what was new.
func night() *backtest.Night {
	return &backtest.Night{
		Day: at(7), Listed: true,
		Resources: []crawler.Resource{
			{URL: host + "sitemap.xml", Kind: crawler.Sitemap, LastMod: at(6)},
			{URL: host + "a", Kind: crawler.Media, Parent: host + "sitemap.xml", LastMod: at(1)},
			{URL: host + "b", Kind: crawler.Media, Parent: host + "sitemap.xml", LastMod: at(2)},
			{URL: host + "c", Kind: crawler.Media, Parent: host + "sitemap.xml"},
			{URL: host + "title", Kind: crawler.Playlist, Parent: host + "sitemap.xml", LastMod: at(3)},
			{URL: host + "new", Kind: crawler.Segment, Parent: host + "title"},
		},
		Last:  demand{host + "b": requested(5, 1), host + "c": requested(9, 0)},
		All:   demand{host + "a": requested(20, 2), host + "b": requested(6, 6), host + "c": requested(10, 0)},
		After: demand{host + "a": requested(10, 1), host + "b": requested(20, 0), host + "new": requested(6, 6)},
		Total: requested(40, 10), // the rest is of what was not known
	}
}

func TestOrders(t *testing.T) {
	t.Parallel()
	b := &backtest.Backtest{
		Zone: "all", Quotas: []backtest.Quota{{Units: 1}, {Units: 2}, {Percent: 100}},
		Planner: plannerOf(demand{host + "a": requested(3, 0)}),
	}
	b.Run(night())
	r := b.Report()
	if r.By != "misses" || r.Days[0].Candidates != 5 {
		t.Errorf("got by %s of %d candidates, want misses of 5", r.By, r.Days[0].Candidates)
	}
	if r.Known != (backtest.Amount{Requests: 36, Misses: 7, Bytes: 36000}) {
		t.Errorf("got known %+v", r.Known)
	}
	for _, want := range []struct {
		order            string
		requests, misses float64 // of one unit
		two              float64 // misses of two
	}{
		{"plan", 10, 1, 1},
		{"sitemap order", 10, 1, 1},
		{"newest lastmod", 0, 0, 6},      // the title, then its segment, which has its date
		{"requests, last day", 0, 0, 0},  // c, then b
		{"requests, all days", 10, 1, 1}, // a, then c
		{"misses, last day", 20, 0, 1},   // b, then what was found first
		{"misses, all days", 20, 0, 1},
		{backtest.Best, 6, 6, 7},
	} {
		one, ok := r.Quotas[0].Row(want.order)
		two, _ := r.Quotas[1].Row(want.order)
		all, _ := r.Quotas[2].Row(want.order)
		if !ok || one.Covered.Requests != want.requests || one.Covered.Misses != want.misses || two.Covered.Misses != want.two {
			t.Errorf("%s: got %+v and %+v, want %+v", want.order, one.Covered, two.Covered, want)
		}
		if one.OfBest != want.misses/6 || one.Share.Misses != want.misses/10 {
			t.Errorf("%s: got %.2f of the best and a share of %.2f", want.order, one.OfBest, one.Share.Misses)
		}
		if all.OfBest != 1 || all.Covered != r.Known {
			t.Errorf("%s: got %+v of all that there is, want all of it", want.order, all)
		}
	}
}

func TestDaysAddUp(t *testing.T) {
	t.Parallel()
	b := &backtest.Backtest{Zone: "all", Quotas: []backtest.Quota{{Percent: 40}}, Planner: plannerOf(nil)}
	b.Run(night())
	b.Run(night())
	r := b.Report()
	if len(r.Days) != 2 || r.Total.Requests != 80 || r.Quotas[0].Units != 4 {
		t.Errorf("got %d days, %v requests, %d units, want 2, 80 and 4", len(r.Days), r.Total.Requests, r.Quotas[0].Units)
	}
	one, _ := r.Days[0].Quotas[0].Row(backtest.Best)
	both, _ := r.Quotas[0].Row(backtest.Best)
	if both.Covered.Misses != 2*one.Covered.Misses || both.Share != one.Share {
		t.Errorf("got %+v for one day and %+v for two that are alike", one, both)
	}
}

// A log alone has neither a sitemap's order nor dates; one without a cache status is measured in requests.
func TestLogAlone(t *testing.T) {
	t.Parallel()
	n := night()
	n.Listed, n.Total = false, requested(40, 0)
	n.After = demand{host + "a": requested(10, 0), host + "b": requested(20, 0)}
	b := &backtest.Backtest{Zone: "all", Quotas: []backtest.Quota{{Units: 1}}, Planner: plannerOf(demand{host + "b": requested(1, 0)})}
	b.Run(n)
	r := b.Report()
	for _, order := range []string{"sitemap order", "newest lastmod"} {
		if row, ok := r.Quotas[0].Row(order); ok {
			t.Errorf("got %+v", row)
		}
	}
	if row, _ := r.Quotas[0].Row(backtest.Plan); r.By != "requests" || row.OfBest != 1 {
		t.Errorf("got %.2f of the best by %s, want all by requests", row.OfBest, r.By)
	}
}

func TestParseQuota(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]backtest.Quota{
		"500": {Units: 500}, "5%": {Percent: 5}, "0.5%": {Percent: 0.5}, "100%": {Percent: 100},
	} {
		got, err := backtest.ParseQuota(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: got %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "-1", "0%", "101%", "%", "5 %", "many", "NaN%", "1e3"} {
		if got, err := backtest.ParseQuota(text); err == nil {
			t.Errorf("%q: got %+v, want an error", text, got)
		}
	}
	if got := (backtest.Quota{Percent: 1}).Of(101); got != 2 {
		t.Errorf("got %d units, want them rounded up to 2", got)
	}
}

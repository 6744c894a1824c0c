package submitter_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/planner/popularity"
	"github.com/edgewarm/edgewarm/submitter"
)

const nightlyLog = `192.0.2.1 - - [23/Nov/2026:10:00:00 +0000] "GET /b.mp4 HTTP/1.1" 200 1000 "-" "Mozilla/5.0"
192.0.2.2 - - [23/Nov/2026:10:00:01 +0000] "GET /c.mp4 HTTP/1.1" 200 1000 "-" "Mozilla/5.0"
192.0.2.3 - - [23/Nov/2026:10:00:02 +0000] "GET /b.mp4 HTTP/1.1" 200 1000 "-" "Mozilla/5.0"
`

// The nightly job: what the site publishes, ordered by yesterday's log, as far as the day's quota reaches.
func Example_nightly() {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/sitemap.txt":
			fmt.Fprintf(w, "http://%[1]s/a.mp4\nhttp://%[1]s/b.mp4\nhttp://%[1]s/c.mp4\n", r.Host)
		case "/a.mp4", "/b.mp4", "/c.mp4":
			fmt.Fprint(w, "a film")
		default:
			http.NotFound(w, r)
		}
	}))
	defer site.Close()
	ctx := context.Background()

	demand := &popularity.Counter{HalfLife: 24 * time.Hour, Until: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)}
	if _, err := demand.Read(ctx, "access.log", strings.NewReader(nightlyLog)); err != nil { // or Files, with globs
		fmt.Println(err)
		return
	}
	api := &submitter.HTTP{Daily: 2} // for EdgeOne: &submitter.EdgeOne{}, credentials from the environment
	defer api.Close()
	s := &submitter.Submitter{API: api}
	quota, err := s.Quota(ctx, "zone-a")
	if err != nil {
		fmt.Println(err)
		return
	}

	p := planner.Planner{
		Zones:      map[string][]string{"zone-a": {"127.0.0.1"}},
		Budget:     map[string]int{"zone-a": quota.Available},
		Popularity: demand,
	}
	c := crawler.Crawler{PrivateNetworks: true} // the example's site is on this machine
	for r, err := range c.Crawl(ctx, site.URL+"/sitemap.txt") {
		if err != nil {
			fmt.Println(err)
			return
		}
		p.Add(r)
	}

	s.OnTarget = func(t submitter.Target, state submitter.State, _ string) {
		fmt.Println(state, strings.TrimPrefix(t.URL, site.URL))
	}
	summary, err := s.Submit(ctx, func(yield func(submitter.Target) bool) {
		for _, t := range p.Plan().Targets {
			if !yield(submitter.Target{URL: t.URL, Zone: t.Zone, Cost: t.Cost}) {
				return
			}
		}
	})
	fmt.Println(summary.Accepted, "accepted", err)
	// Output:
	// accepted /b.mp4
	// accepted /c.mp4
	// 2 accepted <nil>
}

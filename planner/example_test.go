package planner_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

// The two most requested URLs of a sitemap, by an access log.
func Example() {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/sitemap.txt" {
			fmt.Fprintf(w, "http://%[1]s/a.mp4\nhttp://%[1]s/b.mp4\nhttp://%[1]s/c.mp4\n", r.Host)
			return
		}
		http.NotFound(w, r)
	}))
	defer site.Close()
	var log strings.Builder
	for _, path := range []string{"/b.mp4", "/c.mp4", "/b.mp4"} {
		fmt.Fprintf(&log, "192.0.2.1 - - [23/Nov/2026:10:00:00 +0000] \"GET %s HTTP/1.1\" 200 1000 \"-\" \"Mozilla/5.0\"\n", path)
	}

	ctx := context.Background()
	var demand popularity.Counter
	if _, err := demand.Read(ctx, "access.log", strings.NewReader(log.String())); err != nil {
		fmt.Println(err)
		return
	}
	c := crawler.Crawler{PrivateNetworks: true}
	p := planner.Planner{
		Zones:      map[string][]string{"zone-a": {"127.0.0.1"}},
		Budget:     map[string]int{"zone-a": 2},
		Popularity: &demand,
	}
	for r, err := range c.Crawl(ctx, site.URL+"/sitemap.txt") {
		if err != nil {
			fmt.Println(err)
			return
		}
		p.Add(r)
	}
	plan := p.Plan()
	for _, t := range plan.Targets {
		fmt.Println(t.Rank, strings.TrimPrefix(t.URL, site.URL), t.Why.Requests)
	}
	fmt.Println(plan.Discovered, "discovered,", plan.LeftOut[planner.OverQuota], "over quota,",
		plan.LeftOut[planner.DocumentOnly], "document")
	// Output:
	// 1 /b.mp4 2
	// 2 /c.mp4 1
	// 4 discovered, 1 over quota, 1 document
}

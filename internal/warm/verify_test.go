package warm_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// edge is a cache that has what it was asked for before, by the path alone. What a service prefetches it knows nothing of.
type edge struct {
	mu  sync.Mutex
	has map[string]int
}

func (e *edge) answer(w http.ResponseWriter, r *http.Request) {
	if e == nil || r.Header.Get("Range") == "" {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	status := "MISS"
	if e.has[r.URL.Path] > 0 {
		status = "HIT"
	}
	e.has[r.URL.Path]++
	w.Header().Set("EO-Cache-Status", status)
	w.Header().Set("X-Amz-Cf-Pop", "FRA56-P5")
}

// verified is a world of n images, each twice with another query, behind such a cache.
func verified(t *testing.T, n int) *world {
	t.Helper()
	w := newWorld(t, edgeonetest.Options{}, map[string]string{}, "/sitemap.xml")
	w.edge = &edge{has: map[string]int{}}
	w.config.Verify.Vantage = "here"
	var text strings.Builder
	text.WriteString(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for i := range n {
		w.files[fmt.Sprintf("/%d.jpg", i)] = "image"
		fmt.Fprintf(&text, "<url><loc>%[1]s/%[2]d.jpg?v=1</loc></url><url><loc>%[1]s/%[2]d.jpg?v=2</loc></url>", w.origin.URL, i)
	}
	w.files["/sitemap.xml"] = text.String() + "</urlset>"
	return w
}

// The look before a run changes nothing of what the look after it finds: of a service that warms nothing it finds nothing,
// although the cache has by then all that was looked at before.
func TestVerifyDoesNotMeasureItself(t *testing.T) {
	t.Parallel()
	w := verified(t, 40)
	s := w.mustRun(t, warm.RunOptions{Verify: 0.25})
	v := s.Verify
	if v == nil || v.Before == nil || v.Vantage != "here" || v.AskedBefore != 0 || v.Places["FRA56-P5"] != v.Before.Sampled+v.After.Sampled {
		t.Fatalf("got %+v", v)
	}
	for path, n := range w.edge.has {
		if n > 1 {
			t.Errorf("%s was asked for %d times", path, n)
		}
	}
	if v.Before.Sampled != 20 || v.Before.Miss != 20 || v.After.Sampled != 20 || v.After.Miss != 20 {
		t.Errorf("before: %s; after: %s; want nothing but misses", v.Before, &v.After)
	}
	w.said(t, "verified from here: before 0 of ")
	w.said(t, "now, of others, ")
	w.said(t, "(answered by FRA56-P5)")
}

// A later look asks first for what none before it has made the cache fetch, and tells of the rest that it says nothing.
func TestVerifyAgain(t *testing.T) {
	t.Parallel()
	w := verified(t, 30)
	w.mustRun(t, warm.RunOptions{})
	later := false
	look := func(share float64) (warm.Verification, []string) {
		t.Helper()
		job := w.warmer()
		defer job.Close()
		urls, err := job.WarmURLs(t.Context())
		if err != nil || len(urls) != 60 {
			t.Fatalf("%d warm URLs, %v", len(urls), err)
		}
		// One of each two, so that they have no path in common.
		urls = slices.DeleteFunc(urls, func(u string) bool { return strings.HasSuffix(u, "v=2") })
		if later {
			job.Config.Plan.TTL = 1
		}
		var asked []string
		v, err := job.Verify(t.Context(), urls, share, func(p warm.Probe) { asked = append(asked, p.URL) })
		if err != nil {
			t.Fatal(err)
		}
		return v, asked
	}
	seen := map[string]bool{}
	for i := range 3 {
		v, asked := look(1.0 / 3)
		if v.After.Sampled != 10 || v.After.Miss != 10 || v.AskedBefore != 0 {
			t.Errorf("look %d: %+v, want 10 that were not asked for before", i, v)
		}
		for _, url := range asked {
			if seen[url] {
				t.Errorf("%s was asked for again", url)
			}
			seen[url] = true
		}
	}
	v, _ := look(0.5)
	if v.After.Hit != 15 || v.AskedBefore != 15 || !strings.Contains(v.String(), "15 of them an earlier look had made the cache fetch") {
		t.Errorf("when all were asked for: %+v: %s", v, v.String())
	}
	later = true
	if v, _ := look(0.5); v.AskedBefore != 0 {
		t.Errorf("after plan.ttl: %+v", v)
	}
}

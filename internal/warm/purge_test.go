package warm_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// site is a sitemap of n images, of which the first have the lastmod.
func (w *world) site(n, changed int, lastmod time.Time) {
	var text strings.Builder
	text.WriteString(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for i := range n {
		at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		if i < changed {
			at = lastmod
		}
		fmt.Fprintf(&text, "<url><loc>%s/%d.jpg</loc><lastmod>%s</lastmod></url>", w.origin.URL, i, at.UTC().Format(time.RFC3339))
	}
	w.files["/sitemap.xml"] = text.String() + "</urlset>"
}

func TestPurgeOfWhatHasChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, edgeonetest.Options{}, map[string]string{}, "/sitemap.xml")
	w.site(700, 0, time.Time{})
	if s := w.mustRun(t, warm.RunOptions{Purge: true}); s.Purged != 0 || s.Accepted != 700 {
		t.Fatalf("the first run: %+v", s)
	}
	w.site(700, 450, time.Now().Add(time.Hour))
	s := w.mustRun(t, warm.RunOptions{Purge: true})
	if s.Purged != 450 || s.Accepted != 450 || s.LeftOut[planner.Warm] != 250 {
		t.Errorf("got %+v, want 450 purged and warmed again", s)
	}
	// Each target is purged before it is warmed again, and never more than a part of them is cold.
	cold, most, purged := 0, 0, map[string]bool{}
	for _, r := range w.sim.Requests() {
		switch r.Action {
		case "CreatePurgeTask":
			cold += r.Targets
		case "CreatePrefetchTask":
			cold = max(cold-r.Targets, 0)
		}
		most = max(most, cold)
	}
	for _, p := range w.sim.Purged() {
		purged[p.URL] = true
	}
	if len(purged) != 450 || most > 200 || cold != 0 {
		t.Errorf("%d were purged, at most %d of them cold at a time, %d in the end", len(purged), most, cold)
	}
	again := 0
	for i, a := range w.sim.Accepted() {
		if i >= 700 && purged[a.URL] {
			again++
		}
	}
	if again != 450 {
		t.Errorf("%d of those that were purged were warmed again", again)
	}
}

// What cannot be purged is not warmed: it would spend units on what is old. The rest goes on.
func TestPurgeThatIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, edgeonetest.Options{}, map[string]string{}, "/sitemap.xml")
	w.site(20, 0, time.Time{})
	w.mustRun(t, warm.RunOptions{})
	w.site(30, 5, time.Now().Add(time.Hour))
	w.sim.Update(func(o *edgeonetest.Options) {
		o.Faults = []edgeonetest.Fault{{Kind: edgeonetest.Code, Action: "CreatePurgeTask", Code: "LimitExceeded.DailyQuota"}}
	})
	s, err := w.run(t, warm.RunOptions{Purge: true})
	if err != nil {
		t.Fatal(err)
	}
	if s.Purged != 0 || s.Accepted != 10 || s.Deferred != 5 || s.Exit != warm.ExitPartly || len(w.faults) == 0 {
		t.Errorf("got %+v, faults %q; want the 10 new ones accepted and the 5 changed ones deferred", s, w.faults)
	}
}

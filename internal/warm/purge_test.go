package warm_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
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
		fmt.Fprintf(&text, "<url><loc>%s/%d.jpg</loc><lastmod>%s</lastmod></url>", w.origin.URL, i, at.UTC().Format(time.RFC3339Nano))
	}
	w.files["/sitemap.xml"] = text.String() + "</urlset>"
}

// playlist is one of the segments.
func playlist(segments ...string) string {
	text := "#EXTM3U\n#EXT-X-TARGETDURATION:4\n"
	for _, s := range segments {
		text += "#EXTINF:4,\n" + s + "\n"
	}
	return text + "#EXT-X-ENDLIST\n"
}

// purged are the paths that the service purged, sorted.
func (w *world) purged() []string {
	paths := []string{}
	for _, p := range w.sim.Purged() {
		paths = append(paths, strings.TrimPrefix(p.URL, w.origin.URL))
	}
	slices.Sort(paths)
	return paths
}

func TestPurgeOfWhatHasChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, edgeonetest.Options{}, map[string]string{}, "/sitemap.xml")
	w.site(700, 0, time.Time{})
	if s := w.mustRun(t, warm.RunOptions{Purge: true}); s.Purged != 0 || s.Accepted != 700 {
		t.Fatalf("the first run: %+v", s)
	}
	w.site(700, 450, time.Now())
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

// What has another ETag than when it was warmed is purged and warmed again: the origin is asked for a byte of each target
// that was warmed and that the crawl did not open, in a request that it need not answer with more than that nothing changed.
func TestPurgeOfWhatHasAnotherValidator(t *testing.T) {
	t.Parallel()
	w := newWorld(t, edgeonetest.Options{}, map[string]string{
		"/a.jpg": "a", "/b.jpg": "b", "/c.jpg": "c", "/v/index.m3u8": playlist("1.ts", "2.ts"), "/v/1.ts": "1", "/v/2.ts": "2",
	}, "/a.jpg", "/b.jpg", "/c.jpg", "/v/index.m3u8")
	w.tags = map[string]string{"/a.jpg": `"a1"`, "/b.jpg": `W/"b1"`, "/v/index.m3u8": `"p1"`, "/v/1.ts": `"s1"`, "/v/2.ts": `"s2"`}
	if s := w.mustRun(t, warm.RunOptions{Purge: true}); s.Purged != 0 || s.Accepted != 6 {
		t.Fatalf("the first run: %+v", s)
	}
	w.files["/a.jpg"], w.tags["/a.jpg"] = "aa", `"a2"`
	w.tags["/b.jpg"] = `"b1"` // weakly the same
	w.files["/v/index.m3u8"], w.tags["/v/index.m3u8"] = playlist("1.ts", "2.ts")+"#\n", `"p2"`
	w.asked.by = map[string]int{}
	s := w.mustRun(t, warm.RunOptions{Purge: true})
	if s.Purged != 2 || s.Accepted != 2 || s.LeftOut[planner.Warm] != 4 {
		t.Errorf("got %+v, want the image and the playlist purged and warmed again", s)
	}
	if got := w.purged(); !slices.Equal(got, []string{"/a.jpg", "/v/index.m3u8"}) {
		t.Errorf("purged: %q", got)
	}
	for what, want := range map[string]int{"byte /a.jpg": 1, "byte /v/1.ts": 1, "byte /v/index.m3u8": 0, "all /v/1.ts": 0} {
		if got := w.asked.by[what]; got != want {
			t.Errorf("the origin was asked for %s %d times, want %d", what, got, want)
		}
	}
	if s := w.mustRun(t, warm.RunOptions{Purge: true}); s.Purged != 0 || s.Accepted != 0 {
		t.Errorf("the third run: %+v, want that nothing has changed", s)
	}
	w.tags["/c.jpg"] = `"c1"` // which had none
	delete(w.tags, "/v/1.ts")
	if s := w.mustRun(t, warm.RunOptions{Purge: true}); s.Purged != 0 {
		t.Errorf("what cannot be compared was purged: %+v", s)
	}
	w.said(t, "of 1 target the origin does not say")
}

// A CDN's URLs are asked about where the crawler would fetch them: at the origin.
func TestPurgeAsksTheOrigin(t *testing.T) {
	t.Parallel()
	w := newWorld(t, edgeonetest.Options{Zones: []edgeonetest.Zone{{ID: zoneID, Hosts: []string{"cdn.example.com"}}}},
		map[string]string{"/a.jpg": "a"}, "/a.jpg")
	w.config.Account.Zones = map[string][]string{zoneID: {"cdn.example.com"}}
	w.config.Crawl.Rewrite = []config.Rewrite{{From: w.origin.URL + "/", To: "https://cdn.example.com/"}}
	w.config.Sources = []config.Source{{URL: w.origin.URL + "/sitemap.xml", Weight: 1}}
	w.files["/sitemap.xml"] = `<urlset><url><loc>` + w.origin.URL + `/a.jpg</loc></url></urlset>`
	w.tags["/a.jpg"] = `"1"`
	w.mustRun(t, warm.RunOptions{Purge: true})
	w.tags["/a.jpg"] = `"2"`
	if s := w.mustRun(t, warm.RunOptions{Purge: true}); s.Purged != 1 || s.Accepted != 1 {
		t.Errorf("got %+v, want one purged", s)
	}
	if got := w.sim.Purged(); len(got) != 1 || got[0].URL != "https://cdn.example.com/a.jpg" {
		t.Errorf("purged: %+v", got)
	}
}

// The quota for purging is one of its own: what it does not reach for is deferred, and purged the next day.
func TestPurgeWithinItsQuota(t *testing.T) {
	t.Parallel()
	w := newWorld(t, edgeonetest.Options{PurgeDaily: 12, Batch: 7}, map[string]string{}, "/sitemap.xml")
	w.site(30, 0, time.Time{})
	w.mustRun(t, warm.RunOptions{})
	w.site(40, 20, time.Now())
	s, err := w.run(t, warm.RunOptions{Purge: true})
	if err != nil {
		t.Fatal(err)
	}
	if s.Purged != 12 || s.Accepted != 22 || s.Deferred != 8 || s.Exit != warm.ExitPartly || !strings.Contains(strings.Join(w.faults, "\n"), "quota for purging is spent") {
		t.Errorf("got %+v, faults %q; want 12 purged, and those and the 10 new ones accepted", s, w.faults)
	}
	w.sim.Update(func(o *edgeonetest.Options) { o.PurgeDaily = 100 })
	if s := w.mustRun(t, warm.RunOptions{Purge: true}); s.Purged != 8 || s.Accepted != 8 {
		t.Errorf("the next: %+v, want the 8 that were left", s)
	}
}

// A run that ends between a purge and the prefetch after it leaves what was purged to the next, which warms that first and
// does not purge it again, asked for or not. A purge that got no answer is made again.
func TestPurgeThatWasBrokenOff(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  edgeonetest.Fault
		purges int // of each target, by both runs
	}{
		"after the purge":  {edgeonetest.Fault{Kind: edgeonetest.Code, Action: "CreatePrefetchTask", Code: "UnauthorizedOperation.CamUnauthorized"}, 1},
		"during the purge": {edgeonetest.Fault{Kind: edgeonetest.Cut, Action: "CreatePurgeTask", Taken: true}, 0},
	} {
		for _, purge := range []bool{true, false} {
			t.Run(fmt.Sprint(name, purge), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, edgeonetest.Options{}, map[string]string{}, "/sitemap.xml")
				w.site(40, 0, time.Time{})
				w.mustRun(t, warm.RunOptions{})
				w.site(60, 30, time.Now())
				w.sim.Update(func(o *edgeonetest.Options) { o.Faults = []edgeonetest.Fault{test.fault} })
				broken, err := w.run(t, warm.RunOptions{Purge: true})
				if test.purges == 1 && (err == nil || broken.Purged != 30) {
					t.Fatalf("it was not broken off after the purge: %+v, %v, faults %q", broken, err, w.faults)
				}
				before := len(w.sim.Accepted())
				w.sim.Update(func(o *edgeonetest.Options) { o.Faults = nil })
				s := w.mustRun(t, warm.RunOptions{Purge: purge})
				if s.Accepted == 0 || s.Deferred > 0 {
					t.Errorf("the next: %+v", s)
				}
				times := map[string]int{}
				for _, p := range w.sim.Purged() {
					times[p.URL]++
				}
				if test.purges == 0 { // the service removed them, and its answer was lost, each time
					test.purges = times[w.origin.URL+"/0.jpg"]
				}
				for url, n := range times {
					if n != test.purges {
						t.Errorf("%s was purged %d times", url, n)
					}
				}
				again := w.sim.Accepted()[before:]
				for i, a := range again {
					if first := i < len(times); test.purges == 1 && first != (times[a.URL] > 0) {
						t.Errorf("%s is number %d to be warmed, of which %d were purged", a.URL, i, len(times))
					}
				}
				if len(times) != 30 {
					t.Errorf("%d were purged", len(times))
				}
				if s := w.mustRun(t, warm.RunOptions{Purge: true}); s.Purged != 0 || s.Accepted != 0 {
					t.Errorf("the last: %+v, want that nothing is left to do", s)
				}
			})
		}
	}
}

// A lastmod that lies ahead is not news each night until its time has come.
func TestPurgeOfATimeThatLiesAhead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, edgeonetest.Options{}, map[string]string{}, "/sitemap.xml")
	w.site(5, 0, time.Time{})
	w.mustRun(t, warm.RunOptions{})
	w.site(5, 5, time.Now().Add(time.Hour))
	if s := w.mustRun(t, warm.RunOptions{Purge: true}); s.Purged != 0 || s.LeftOut[planner.Warm] != 5 {
		t.Errorf("got %+v, want nothing purged", s)
	}
}

// What cannot be purged is not warmed: it would spend units on what is old. The rest goes on.
func TestPurgeThatIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, edgeonetest.Options{}, map[string]string{}, "/sitemap.xml")
	w.site(20, 0, time.Time{})
	w.mustRun(t, warm.RunOptions{})
	w.site(30, 5, time.Now())
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

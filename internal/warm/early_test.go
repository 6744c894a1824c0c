package warm_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// earlyWorld is a world in virtual time whose crawl finds a page each second, of which the log has the i-th n − i times.
type earlyWorld struct {
	*world
	found []crawler.Resource
	// crawled is when the crawl had found all, at what is called with each resource.
	crawled time.Time
	at      func(i int)
}

func pageOf(host string, i int) crawler.Resource {
	return crawler.Resource{URL: fmt.Sprintf("https://%s/%03d.html", host, i), Kind: crawler.Page}
}

func starting(t *testing.T, o edgeonetest.Options, n int) *earlyWorld {
	t.Helper()
	w := &earlyWorld{world: quiet(t, o)}
	w.config.Plan.Reserve = config.Reserve{}
	w.config.Submit.Early = config.Reserve{Percent: 50}
	var log strings.Builder
	for i := range n {
		for k := range n - i {
			fmt.Fprintf(&log, "192.0.2.%d - - [%s] \"GET /%03d.html HTTP/1.1\" 200 1000 \"-\" \"Mozilla/5.0\"\n",
				k%200, time.Now().Add(-time.Duration(k)*time.Second).Format("02/Jan/2006:15:04:05 -0700"), i)
		}
		w.found = append(w.found, pageOf("cdn.example.com", i))
	}
	name := filepath.Join(t.TempDir(), "access.log")
	if err := os.WriteFile(name, []byte(log.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	w.config.Popularity.Logs, w.config.Popularity.Base = []string{name}, "https://cdn.example.com/"
	return w
}

func (w *earlyWorld) crawl() iter.Seq2[crawler.Resource, error] {
	return func(yield func(crawler.Resource, error) bool) {
		for i, r := range w.found {
			time.Sleep(time.Second)
			if w.at != nil {
				w.at(i)
			}
			if !yield(r, nil) {
				return
			}
		}
		w.crawled = time.Now()
	}
}

// night is one run, whose summary must add up.
func (w *earlyWorld) night(t *testing.T, ctx context.Context) (warm.Summary, error) {
	t.Helper()
	w.notes, w.faults = nil, nil
	job := w.warmer()
	job.SetTransport(w.sim.Transport())
	job.SetFound(w.crawl())
	s, err := job.Run(ctx, warm.RunOptions{})
	leftOut := 0
	for _, n := range s.LeftOut {
		leftOut += n
	}
	if s.Discovered != s.Planned+leftOut || s.Planned != s.Accepted+s.Failed+s.Unknown+s.Deferred {
		t.Errorf("the summary does not add up: %+v", s)
	}
	if s.Early != nil && s.Early.Submitted > s.Submitted {
		t.Errorf("%d were sent early, of %d", s.Early.Submitted, s.Submitted)
	}
	if n := w.sim.Summary().Duplicates; n > 0 {
		t.Errorf("%d were sent twice", n)
	}
	return s, err
}

// urls are those that the service accepted before a time, in order.
func (w *earlyWorld) urls(before time.Time) []string {
	urls := []string{}
	for _, a := range w.sim.Accepted() {
		if a.Time.Before(before) {
			urls = append(urls, a.URL)
		}
	}
	return urls
}

var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// What is certain goes out while the rest is being found, and the night comes to what it would have come to.
func TestEarlyStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		nights := map[bool][]string{}
		for _, early := range []bool{false, true} {
			w := starting(t, edgeonetest.Options{Daily: 40}, 120)
			slices.Reverse(w.found[10:]) // much of what is asked for most is found last
			w.found[0], w.found[30] = w.found[30], w.found[0]
			w.config.Plan.Pin = []string{"https://cdn.example.com/099.html"}
			if !early {
				w.config.Submit.Early = config.Reserve{}
			}
			s, err := w.night(t, t.Context())
			if err != nil || s.Accepted != 40 || s.Discovered != 120 {
				t.Fatalf("%v: %+v", err, s)
			}
			before := w.urls(w.crawled)
			nights[early] = w.urls(never)
			if !early {
				if len(before) > 0 || s.Early != nil {
					t.Errorf("%d were sent before the plan was made", len(before))
				}
				continue
			}
			if len(before) != 20 || *s.Early != (warm.EarlyStart{Submitted: 20}) {
				t.Errorf("%d were sent before the plan was made, and it says %+v; want half of 40", len(before), s.Early)
			}
			if !slices.Contains(before, "https://cdn.example.com/099.html") || !slices.Contains(before, "https://cdn.example.com/000.html") {
				t.Errorf("the pin or the best is not among them: %v", before)
			}
			w.said(t, "20 targets were sent before the plan was made, which has all of them")
			if s, err := w.night(t, t.Context()); err != nil || s.LeftOut[planner.Warm] != 40 {
				t.Errorf("%v: of the next night %+v is left out; want 40 that are warm", err, s.LeftOut)
			}
		}
		for _, urls := range nights {
			slices.Sort(urls)
		}
		if diff := cmp.Diff(nights[false], nights[true]); diff != "" {
			t.Errorf("early, it warms others (-want +got):\n%s", diff)
		}
	})
}

// A pattern pins more than the quota holds: no more is regretted than may go early, and it is told.
func TestEarlyStartRegret(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := starting(t, edgeonetest.Options{Daily: 40}, 120)
		slices.Reverse(w.found)
		w.config.Plan.Pin = []string{"*/*.html"}
		w.config.Submit.Early = config.Reserve{Units: 15}
		s, err := w.night(t, t.Context())
		if err != nil || s.Accepted != 40 || *s.Early != (warm.EarlyStart{Submitted: 15, Regret: 15}) {
			t.Errorf("%v: %+v, early %+v", err, s, s.Early)
		}
		w.said(t, "15 targets were sent before the plan was made, of which it would have left out 15")
	})
}

// Stopped at any time, before the plan is made or after, and run again, a night comes to what an undisturbed one does.
func TestFault94EarlyStartStopped(t *testing.T) {
	t.Parallel()
	errStop := errors.New("stop")
	for _, after := range []time.Duration{0, 3, 30, 61, 119, 121} {
		t.Run(fmt.Sprint(int(after), " s"), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := starting(t, edgeonetest.Options{Daily: 40, Latency: 300 * time.Millisecond}, 120)
				ctx, cancel := context.WithCancelCause(t.Context())
				go func() {
					time.Sleep(after*time.Second + 100*time.Millisecond)
					cancel(errStop)
				}()
				// A crawl ends with its context.
				w.at = func(int) {
					if ctx.Err() != nil {
						w.found = w.found[:0]
					}
				}
				all := slices.Clone(w.found)
				first, _ := w.night(t, ctx)
				w.at, w.found = nil, all
				second, err := w.night(t, t.Context())
				if err != nil || first.Accepted+second.Accepted != 40 {
					t.Errorf("%v: %d accepted, then %d; want 40", err, first.Accepted, second.Accepted)
				}
				urls := w.urls(never)
				slices.Sort(urls)
				for i, url := range urls {
					if url != all[i].URL {
						t.Fatalf("the %d-th that was warmed is %s", i, url)
					}
				}
			})
		})
	}
}

// Each zone has its own share, and what the quota does not reach for early is sent, or deferred, with the plan.
func TestEarlyStartOfZones(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := starting(t, edgeonetest.Options{Daily: 40}, 60)
		w.sim.Update(func(o *edgeonetest.Options) {
			o.Zones = append(o.Zones, edgeonetest.Zone{ID: "zone-other", Hosts: []string{"other.example.com"}, Daily: 10})
		})
		w.config.Account.Zones["zone-other"] = []string{"other.example.com"}
		w.config.Plan.Pin = []string{"other.example.com"}
		for i := range 20 {
			w.found = slices.Insert(w.found, 2*i, pageOf("other.example.com", i))
		}
		w.at = func(i int) {
			if i == 1 {
				w.sim.Spend("zone-other", 7) // somebody else does
			}
		}
		s, err := w.night(t, t.Context())
		if err != nil || s.Exit != warm.ExitQuota || s.Accepted != 43 || s.Deferred != 7 {
			t.Errorf("%v: %+v", err, s)
		}
		counts := map[string]int{}
		for _, url := range w.urls(w.crawled) {
			counts[strings.Split(url, "/")[2]]++
		}
		if counts["cdn.example.com"] != 20 || counts["other.example.com"] != 3 {
			t.Errorf("early went %v; want half of 40, and what was left", counts)
		}
	})
}

// Titles that the service resolves wait for the plan, which knows whether they fit; all else goes.
func TestEarlyStartLeavesTitlesWhole(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := starting(t, edgeonetest.Options{Daily: 1000, AllowSegments: true}, 20)
		title := film("film", 20)
		w.found = slices.Concat(title, w.found)
		w.sim.Update(func(o *edgeonetest.Options) {
			o.Segments = func(playlist string) (parts []string) {
				for _, r := range title[1:] {
					parts = append(parts, r.URL)
				}
				return parts
			}
		})
		w.config.Playlists.Segments = "edge"
		w.config.Plan.Pin = []string{"*/film/master.m3u8", "*/00?.html"}
		s, err := w.night(t, t.Context())
		if err != nil || s.Planned != 21 || s.Accepted != 21 || s.LeftOut[planner.Covered] != len(title)-1 {
			t.Errorf("%v: %+v", err, s)
		}
		for _, url := range w.urls(w.crawled) {
			if strings.Contains(url, "/film/") {
				t.Errorf("%s was sent before the plan was made", url)
			}
		}
		if s.Early.Submitted < 9 || s.Early.Regret != 0 {
			t.Errorf("early went %+v", s.Early)
		}
		for _, note := range w.notes {
			if strings.Contains(note, "charged") {
				t.Errorf("it says %q", note)
			}
		}
	})
}

// A permission that is missing ends the run with what was sent until then, and a URL that is refused is counted once.
func TestEarlyStartRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := starting(t, edgeonetest.Options{Daily: 40, Fail: []edgeonetest.Match{{Glob: "*/001.html"}}}, 60)
		s, err := w.night(t, t.Context())
		if err != nil || s.Failed != 1 || s.Accepted != 39 || s.Early.Submitted != 20 {
			t.Errorf("%v: %+v, early %+v", err, s, s.Early)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		w := starting(t, edgeonetest.Options{Daily: 40}, 60)
		w.at = func(i int) {
			if i == 20 {
				w.sim.Update(func(o *edgeonetest.Options) { o.Deny = []string{"CreatePrefetchTask"} })
			}
		}
		s, err := w.night(t, t.Context())
		if err == nil || s.Exit != warm.ExitUnauthorized || s.Accepted < 10 || s.Accepted > 20 || s.Deferred != 40-s.Accepted {
			t.Errorf("%v: %+v", err, s)
		}
	})
}

package warm_test

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/effect"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// heldWorld is a world in virtual time with a film of many segments and some pages, of which a share is held out.
type heldWorld struct {
	*world
	log string
}

func holding(t *testing.T, percent float64) *heldWorld {
	w := &heldWorld{quiet(t, edgeonetest.Options{}), filepath.Join(t.TempDir(), "access.log")}
	w.config.Plan.Reserve, w.config.Plan.HoldOut = config.Reserve{}, config.Reserve{Percent: percent}
	return w
}

func (w *heldWorld) found(yield func(crawler.Resource, error) bool) {
	const master = "https://cdn.example.com/film/master.m3u8"
	all := []crawler.Resource{{URL: master, Kind: crawler.Playlist, Title: master}}
	for i := range 400 {
		all = append(all, crawler.Resource{URL: fmt.Sprintf("https://cdn.example.com/film/%03d.ts", i), Kind: crawler.Segment, Parent: master, Title: master, Depth: 1})
	}
	for i := range 100 {
		all = append(all, pageOf("cdn.example.com", i))
	}
	for _, r := range all {
		if !yield(r, nil) {
			return
		}
	}
}

func (w *heldWorld) job() *warm.Warmer {
	job := w.warmer()
	job.SetTransport(w.sim.Transport())
	job.SetFound(iter.Seq2[crawler.Resource, error](w.found))
	return job
}

// run runs and returns what was sent, in which nothing may be that is held out.
func (w *heldWorld) run(t *testing.T) (s warm.Summary, sent map[string]bool) {
	t.Helper()
	s, err := w.job().Run(t.Context(), warm.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	sent = map[string]bool{}
	for _, a := range w.sim.Accepted() {
		sent[a.URL] = true
	}
	return s, sent
}

// ask logs requests for all of the film and the pages, each a miss in so many of ten where it is cold and in one where not.
func (w *heldWorld) ask(t *testing.T, sent map[string]bool, at time.Time) {
	t.Helper()
	var log strings.Builder
	for r := range w.found {
		for i := range 10 {
			cache := "hit"
			if i == 0 || i < 8 && !sent[r.URL] {
				cache = "miss"
			}
			fmt.Fprintf(&log, `{"RequestTime":%q,"RequestHost":"cdn.example.com","RequestUrl":%q,"RequestMethod":"GET","EdgeResponseStatusCode":200,"EdgeResponseBodyBytes":1000,"EdgeCacheStatus":%q,"ClientIP":"192.0.2.%d","RequestUA":"Mozilla/5.0","RequestID":"%d"}`+"\n",
				at.Format(time.RFC3339), strings.TrimPrefix(r.URL, "https://cdn.example.com"), cache, i, log.Len())
		}
	}
	if err := os.WriteFile(w.log, []byte(log.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The night holds some out with a reason of its own, the summary adds up, and the day after its effect is told: 7 misses of
// each target, which is 7 of each unit.
func TestEffect(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := holding(t, 20)
		s, sent := w.run(t)
		held := s.LeftOut[planner.HeldOut]
		if held < 60 || held > 140 || s.Planned != 501-held || len(sent) != s.Planned || !sent["https://cdn.example.com/film/master.m3u8"] {
			t.Fatalf("%d are held out: %+v", held, s)
		}
		o := warm.EffectOptions{Logs: []string{w.log}}
		w.ask(t, sent, time.Now().Add(-time.Hour)) // before the run
		time.Sleep(15 * time.Hour)                 // the same day of the quota
		if _, _, err := w.job().Effect(t.Context(), o); err == nil || !strings.Contains(err.Error(), "no request of the time after") {
			t.Errorf("logs that end before: got %v", err)
		}
		w.ask(t, sent, time.Now().Add(-10*time.Hour))
		n, faults, err := w.job().Effect(t.Context(), o)
		if err != nil || faults > 0 {
			t.Fatal(faults, err)
		}
		if n.Run != 1 || n.Planned != s.Planned || n.Warmed.Targets != s.Planned-1 || n.HeldOut.Targets != held || n.Units != s.Planned-1 {
			t.Errorf("got %+v of %+v", n, s)
		}
		if n.Verdict != effect.Avoided || n.PerUnit.Value != 7 || n.Avoided.Value != 7*float64(s.Planned-1) || n.Warmed.MissesEach != 1 {
			t.Errorf("got %+v, %+v", n.Report, n.PerUnit)
		}
		if want := time.Now().Add(-10 * time.Hour).Truncate(time.Second); !n.LogsUntil.Equal(want.UTC()) || n.To.After(time.Now()) {
			t.Errorf("logs until %v, want %v; the time ends at %v", n.LogsUntil, want, n.To)
		}

		// What another run warmed meanwhile is no control any more.
		var some []submitter.Target
		for r := range w.found {
			if !sent[r.URL] && len(some) < 10 {
				some = append(some, submitter.Target{URL: r.URL, Zone: zoneID})
			}
		}
		if _, err := w.job().Submit(t.Context(), some, false); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if n, _, err := w.job().Effect(t.Context(), o); err != nil || n.HeldOut.Targets != held-10 {
			t.Errorf("got %+v, %v", n, err)
		}

		// The same day the same are held out; another day others.
		explained, _, err := w.job().Explain(t.Context(), some[0].URL, warm.ExplainOptions{})
		if err != nil || explained.Reason != planner.HeldOut || explained.Why == nil {
			t.Errorf("explained as %+v, %v", explained, err)
		}
		time.Sleep(24 * time.Hour)
		again, _ := w.run(t)
		if n := again.LeftOut[planner.HeldOut]; n == 0 || n == held {
			t.Errorf("%d are held out on the other day, %d before", n, held)
		}
	})
}

// Where nothing can be said it is said why.
func TestEffectOfNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := holding(t, 0)
		if _, _, err := w.job().Effect(t.Context(), warm.EffectOptions{}); err == nil {
			t.Error("no ledger: no error")
		}
		_, _ = w.run(t)
		_, _, err := w.job().Effect(t.Context(), warm.EffectOptions{})
		if hinted, ok := errors.AsType[*warm.HintError](err); !ok || !strings.Contains(hinted.Hint, "plan.holdout") {
			t.Errorf("nothing held out: got %v", err)
		}
		if _, _, err := w.job().Effect(t.Context(), warm.EffectOptions{Run: 7}); err == nil || !strings.Contains(err.Error(), "run 7") {
			t.Errorf("no such run: got %v", err)
		}
	})
}

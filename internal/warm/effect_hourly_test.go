package warm_test

import (
	"errors"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/effect"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// The effect of a night's run is told two days later, after 48 runs more, one each hour, which find something new each time.
// Where no run is named it is told of a night's, and not of what an hourly run sent after it.
func TestEffectAmongHourlyRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := holding(t, 20)
		job := func(news int) warm.Summary {
			j := w.job()
			j.SetFound(iter.Seq2[crawler.Resource, error](func(yield func(crawler.Resource, error) bool) {
				w.found(func(r crawler.Resource, err error) bool { return yield(r, err) })
				for i := range news * 3 {
					if !yield(pageOf("cdn.example.com", 1000+i), nil) {
						return
					}
				}
			}))
			s, err := j.Run(t.Context(), warm.RunOptions{})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		night := time.Date(2000, 1, 1, 19, 30, 0, 0, time.UTC) // half past three in Shanghai
		time.Sleep(time.Until(night))
		first := job(0)
		sent := map[string]bool{}
		for _, a := range w.sim.Accepted() {
			sent[a.URL] = true
		}
		var next warm.Summary // what sent most of the day after, which begins 21 hours later, when plan.ttl is over
		for hour := 1; hour <= 48; hour++ {
			time.Sleep(time.Until(night.Add(time.Duration(hour) * time.Hour)))
			s := job(hour)
			if s.Accepted == 0 {
				t.Fatalf("hour %d sent nothing: %+v", hour, s)
			}
			if hour >= 21 && hour < 21+24 && s.Accepted > next.Accepted {
				next = s
			}
		}

		w.ask(t, sent, night.Add(6*time.Hour))
		n, faults, err := w.job().Effect(t.Context(), warm.EffectOptions{Run: first.Run, Logs: []string{w.log}})
		if err != nil || faults > 0 {
			t.Fatal(faults, err)
		}
		if n.Verdict != effect.Avoided || n.PerTarget.Value != 7 || n.Planned != first.Planned {
			t.Errorf("of run %d: got %+v, %+v", first.Run, n, n.PerTarget)
		}
		w.ask(t, sent, night.Add(30*time.Hour))
		n, _, err = w.job().Effect(t.Context(), warm.EffectOptions{Logs: []string{w.log}})
		if err != nil || n.Run != next.Run {
			t.Errorf("of no run by name: got that of run %+v, %v, want run %d", n, err, next.Run)
		}

		time.Sleep(20 * 24 * time.Hour)
		job(0)
		_, _, err = w.job().Effect(t.Context(), warm.EffectOptions{Run: first.Run})
		if hinted, ok := errors.AsType[*warm.HintError](err); !ok || !strings.Contains(hinted.Hint, "7 plans are kept, of runs 44 to 50") {
			t.Errorf("after three weeks: got %v", err)
		}
	})
}

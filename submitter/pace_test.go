package submitter_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/edgewarm/edgewarm/submitter"
)

// zonesOf makes targets of several zones, one call each with a BatchSize of 1.
func zonesOf(zones, each int) []submitter.Target {
	var all []submitter.Target
	for i := range each {
		for z := range zones {
			zone := fmt.Sprint("z", z)
			all = append(all, submitter.Target{URL: urlOf(zone, i), Zone: zone})
		}
	}
	return all
}

func TestAnHourAtFullPace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{}
		start := time.Now()
		s := &submitter.Submitter{API: api, BatchSize: 1}
		summary, err := s.Submit(t.Context(), slices.Values(zonesOf(3, 23_040)))
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 69_120})
		took := time.Since(start)
		if got := float64(len(api.arrived)) / took.Seconds(); got < 19 || got > 20 {
			t.Errorf("got %.2f calls a second over %v, want 19 to 20", got, took)
		}
		if got := api.densest(); got > 20 {
			t.Errorf("got %d calls in one second, want 20 at most", got)
		}
	})
}

// However long calls take to arrive, and however late timers fire, no second at the server has too many. A service that is
// far away, but always as far, is called no less for it.
func TestNoSecondIsTooFull(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		latency func() time.Duration // each way
		least   float64              // calls a second
	}{
		"steady":         {func() time.Duration { return 80 * time.Millisecond }, 19},
		"nearly steady":  {func() time.Duration { return 75*time.Millisecond + rand.N(10*time.Millisecond) }, 19},
		"the other side": {func() time.Duration { return 150 * time.Millisecond }, 18.5},
		"jitter":         {func() time.Duration { return rand.N(300 * time.Millisecond) }, 12},
		"long tails":     {func() time.Duration { return time.Duration(rand.ExpFloat64() * 80 * float64(time.Millisecond)) }, 12},
		"spikes":         {func() time.Duration { return time.Duration(rand.IntN(2)) * 900 * time.Millisecond }, 5},
		"rare jam":       {func() time.Duration { return time.Duration(rand.IntN(20)/19) * 1900 * time.Millisecond }, 6},
		"far and jammed": {func() time.Duration { return time.Duration(80+rand.IntN(20)/19*1900) * time.Millisecond }, 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := &service{latency: test.latency}
				s := &submitter.Submitter{API: api, BatchSize: 1}
				start := time.Now()
				if _, err := s.Submit(t.Context(), slices.Values(zonesOf(40, 150))); err != nil {
					t.Fatal(err)
				}
				if got := api.densest(); got > 20 {
					t.Errorf("got %d calls in one second, want 20 at most", got)
				}
				got := float64(len(api.arrived)) / time.Since(start).Seconds()
				if t.Logf("%.2f calls a second", got); got < test.least {
					t.Errorf("got %.2f calls a second, want %g at least", got, test.least)
				}
			})
		})
	}
}

// Several submitters that share a limiter share its pace.
func TestSharedLimiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, limiter := &service{}, submitter.NewLimiter(20)
		var group sync.WaitGroup
		for z := range 4 {
			group.Go(func() {
				s := &submitter.Submitter{API: api, Limiter: limiter, BatchSize: 1}
				if _, err := s.Submit(t.Context(), slices.Values(targets(fmt.Sprint("z", z), 100))); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if got := api.densest(); got > 20 {
			t.Errorf("got %d calls in one second, want 20 at most", got)
		}
	})
}

func TestLimiterOfTheCaller(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		limiter *rate.Limiter
		most    int
	}{
		{submitter.NewLimiter(5), 5},
		{rate.NewLimiter(20, 20), 20},
		{rate.NewLimiter(0.5, 1), 1},
		{rate.NewLimiter(rate.Inf, 1), 61},
	} {
		synctest.Test(t, func(t *testing.T) {
			api := &service{}
			s := &submitter.Submitter{API: api, Limiter: test.limiter, BatchSize: 1}
			if _, err := s.Submit(t.Context(), slices.Values(targets("a", 60))); err != nil {
				t.Fatal(err)
			}
			if got := api.densest(); got > test.most {
				t.Errorf("limit %v: got %d calls in one second, want %d at most", test.limiter.Limit(), got, test.most)
			}
		})
	}
}

func TestFault85SlowsDownAndRecovers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// Somebody else's calls leave us 8 a second for a minute.
		start := time.Now()
		var api *service
		window := []time.Time{}
		refused := 0
		api = &service{before: func(int, submitter.Batch) error {
			now := time.Now()
			window = slices.DeleteFunc(window, func(at time.Time) bool { return now.Sub(at) >= time.Second })
			if now.Sub(start) < time.Minute && len(window) >= 8 {
				refused++
				return code("RequestLimitExceeded.UinLimitExceeded")
			}
			window = append(window, now)
			return nil
		}}
		journal := &memory{}
		s := &submitter.Submitter{API: api, Journal: journal, BatchSize: 1}
		all := zonesOf(10, 200)
		summary, err := s.Submit(t.Context(), slices.Values(all))
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: len(all)})
		if refused == 0 || refused > 150 {
			t.Errorf("%d calls were refused in a minute", refused)
		}
		after := 0
		for _, at := range api.arrived {
			if since := at.Sub(start); since > 70*time.Second && since < 80*time.Second {
				after++
			}
		}
		if after < 180 {
			t.Errorf("got %d calls in ten seconds after the storm, want the full pace", after)
		}
		t.Logf("%d calls were refused; %v in all", refused, time.Since(start))
	})
}

func TestFault85StormThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{before: func(int, submitter.Batch) error { return code("RequestLimitExceeded") }}
		start := time.Now()
		summary, err := (&submitter.Submitter{API: api}).Submit(t.Context(), slices.Values(targets("a", 50)))
		if submitter.ClassOf(err) != submitter.ClassSlowDown {
			t.Errorf("got %v", err)
		}
		wantTally(t, summary, submitter.Tally{Deferred: 50})
		if took := time.Since(start); took < 3*time.Minute || took > time.Hour {
			t.Errorf("it gave up after %v", took)
		}
	})
}

package submitter_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/submitter"
)

func TestSubmit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{
			quota:  map[string]*submitter.Quota{"a": {Batch: 100, Daily: 1000, Available: 1000}},
			refuse: map[string]string{urlOf("a", 7): "the host is unknown"},
		}
		a, b := targets("a", 250), targets("b", 1500)
		var mixed []submitter.Target
		for i := range b {
			if mixed = append(mixed, b[i]); i < len(a) {
				mixed = append(mixed, a[i])
			}
		}
		var receipts []submitter.Receipt
		reported := map[string]submitter.State{}
		s := &submitter.Submitter{
			API: api, Journal: &memory{},
			OnReceipt: func(r submitter.Receipt) { receipts = append(receipts, r) },
			OnTarget: func(target submitter.Target, s submitter.State, reason string) {
				if _, twice := reported[target.URL]; twice {
					t.Errorf("%s is reported twice", target.URL)
				}
				reported[target.URL] = s
				if s == submitter.Refused && reason != "the host is unknown" {
					t.Errorf("got the reason %q", reason)
				}
			},
		}
		summary, err := s.Submit(t.Context(), slices.Values(mixed))
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 1749, Failed: 1})
		if got, want := len(reported), 1750; got != want {
			t.Errorf("got %d targets reported, want %d", got, want)
		}
		if got, want := len(receipts), 5; got != want {
			t.Errorf("got %d receipts, want %d", got, want)
		}
		wantZone(t, api, "a", a, 100)
		wantZone(t, api, "b", b, 1000)
		if z := summary.Zones["a"]; z.Units != 249 || z.Quota.Batch != 100 || z.Accepted != 249 || summary.Calls != 5 {
			t.Errorf("got %+v of %d calls", z, summary.Calls)
		}
	})
}

// wantZone checks that the batches of the zone hold its targets in order, no more than size each.
func wantZone(t *testing.T, api *service, zone string, all []submitter.Target, size int) {
	t.Helper()
	var urls []string
	for _, b := range api.batches {
		if b.Zone != zone {
			continue
		}
		urls = append(urls, b.URLs...)
		if len(b.URLs) > size {
			t.Errorf("got a batch of %d, want %d at most", len(b.URLs), size)
		}
	}
	wantURLs(t, "zone "+zone, urls, urlsOf(all))
}

func TestOptions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{}
		s := &submitter.Submitter{API: api, BatchSize: 30}
		summary, err := s.Submit(t.Context(), slices.Values(targets("a", 100)))
		if err != nil || len(api.batches) != 4 {
			t.Errorf("got %d batches, %v, want 4", len(api.batches), err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 100})
	})
}

func TestNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{}
		summary, err := (&submitter.Submitter{API: api, Journal: &memory{}}).Submit(t.Context(), slices.Values([]submitter.Target{}))
		if err != nil || summary.Total() != 0 || len(api.arrived) != 0 {
			t.Errorf("got %+v, %v of %d calls", summary, err, len(api.arrived))
		}
	})
}

func TestRepeatedURL(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{}
		all := targets("a", 10)
		summary, err := (&submitter.Submitter{API: api}).Submit(t.Context(), slices.Values(append(all, all[:3]...)))
		if err != nil || summary.Repeated != 3 {
			t.Errorf("got %d repeated, %v, want 3", summary.Repeated, err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 10})
		wantURLs(t, "accepted", api.accepted(), urlsOf(all))
	})
}

// A plan longer than what waits in memory is read as it goes.
func TestLongSequence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{}
		all := targets("a", 200_000)
		summary, err := (&submitter.Submitter{API: api}).Submit(t.Context(), slices.Values(all))
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: len(all)})
		wantURLs(t, "accepted", api.accepted(), urlsOf(all))
	})
}

func TestFault100PanicInCallback(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, journal := &service{}, &memory{}
		s := &submitter.Submitter{API: api, Journal: journal, BatchSize: 10, OnReceipt: func(submitter.Receipt) { panic("oops") }}
		summary, err := s.Submit(t.Context(), slices.Values(targets("a", 30)))
		if err == nil || !strings.Contains(err.Error(), "OnReceipt panicked: oops") {
			t.Errorf("got %v", err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 10, Deferred: 20})
		if got := journal.count(submitter.Accepted); got != 10 {
			t.Errorf("got %d accepted in the journal, want 10", got)
		}
	})
}

func TestFault100PanicInSequence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		defer func() {
			if v := recover(); v != "oops" {
				t.Errorf("got %v, want the caller's own panic", v)
			}
		}()
		_, _ = (&submitter.Submitter{API: &service{}}).Submit(t.Context(), func(yield func(submitter.Target) bool) {
			yield(submitter.Target{URL: "https://a.example.com/", Zone: "a"})
			panic("oops")
		})
	})
}

func TestFault100PanicInAPI(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{before: func(n int, _ submitter.Batch) error {
			if n == 1 {
				panic("oops")
			}
			return nil
		}}
		summary, err := (&submitter.Submitter{API: api}).Submit(t.Context(), slices.Values(targets("a", 30)))
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 30})
	})
}

func TestFault94CanceledBetweenCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, journal := &service{}, &memory{}
		ctx, cancel := context.WithCancelCause(t.Context())
		stop := errors.New("interrupted")
		time.AfterFunc(500*time.Millisecond, func() { cancel(stop) })
		var deferred []string
		s := &submitter.Submitter{API: api, Journal: journal, BatchSize: 10, OnTarget: func(t submitter.Target, s submitter.State, reason string) {
			if s == submitter.Deferred {
				deferred = append(deferred, t.URL+" "+reason)
			}
		}}
		all := targets("a", 1000)
		summary, err := s.Submit(ctx, slices.Values(all))
		if !errors.Is(err, stop) {
			t.Errorf("got %v, want the cause", err)
		}
		n := len(api.accepted())
		wantTally(t, summary, submitter.Tally{Accepted: n, Deferred: 1000 - n})
		if n == 0 || n > 100 {
			t.Errorf("got %d accepted in half a second", n)
		}
		for i, u := range deferred {
			if want := all[n+i].URL + " the run was stopped: interrupted"; u != want {
				t.Fatalf("got %q deferred, want %q", u, want)
			}
		}
	})
}

func TestFault94CanceledInACall(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		latency time.Duration
		want    submitter.Tally
		bound   time.Duration
	}{
		"it finishes":          {3 * time.Second, submitter.Tally{Accepted: 10, Deferred: 90}, 10 * time.Second},
		"it hangs":             {time.Hour, submitter.Tally{Unknown: 10, Deferred: 90}, 12 * time.Second},
		"its answer is on way": {5 * time.Second, submitter.Tally{Accepted: 10, Deferred: 90}, 12 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api, journal := &service{}, &memory{}
				ctx, cancel := context.WithCancel(t.Context())
				journal.fail = func(op string, _ submitter.Batch) error {
					if op == "intend" {
						api.latency = func() time.Duration { return test.latency }
						time.AfterFunc(time.Second, cancel)
					}
					return nil
				}
				start := time.Now()
				s := &submitter.Submitter{API: api, Journal: journal, BatchSize: 10}
				summary, err := s.Submit(ctx, slices.Values(targets("a", 100)))
				if !errors.Is(err, context.Canceled) {
					t.Errorf("got %v, want it canceled", err)
				}
				wantTally(t, summary, test.want)
				if took := time.Since(start); took > test.bound {
					t.Errorf("it took %v, want %v at most", took, test.bound)
				}
				if got := journal.count(submitter.Intent); got != 0 {
					t.Errorf("%d targets were not settled", got)
				}
			})
		})
	}
}

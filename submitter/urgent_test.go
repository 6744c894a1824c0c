package submitter_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/submitter"
)

// slowly yields the targets at a pace of their own.
func slowly(all []submitter.Target, every time.Duration) iter.Seq[submitter.Target] {
	return func(yield func(submitter.Target) bool) {
		for _, t := range all {
			if !yield(t) {
				return
			}
			time.Sleep(every)
		}
	}
}

// What is urgent is in the very next call, before all that wait: one that is new, and one that waited far behind.
func TestUrgentOvertakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, urgent := &service{}, make(chan submitter.Target)
		all := targets("a", 10_000)
		go func() {
			time.Sleep(2500 * time.Millisecond) // the quota at 1 s, a batch at 2 s; the next waits for its turn at 3 s
			urgent <- submitter.Target{URL: "https://a.example.com/new.m3u8", Zone: "a"}
			urgent <- all[9000]
		}()
		s := &submitter.Submitter{API: api, Limiter: submitter.NewLimiter(1 / 0.96), Urgent: urgent}
		summary, err := s.Submit(t.Context(), slices.Values(all))
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 10_001})
		wantURLs(t, "the second call", api.batches[1].URLs, []string{"https://a.example.com/new.m3u8", all[9000].URL})
		rest := slices.DeleteFunc(urlsOf(all), func(u string) bool { return u == all[9000].URL })
		wantURLs(t, "the others", slices.Concat(append([][]string{api.batches[0].URLs}, urlsIn(api.batches[2:])...)...), rest)
	})
}

func urlsIn(batches []submitter.Batch) (urls [][]string) {
	for _, b := range batches {
		urls = append(urls, b.URLs)
	}
	return urls
}

// While a refused batch is halved, what is urgent does not wait for the halves.
func TestUrgentOvertakesBisection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		urgent := make(chan submitter.Target, 1)
		api := &service{}
		all := targets("a", 1000)
		api.before = func(n int, b submitter.Batch) error {
			if n == 2 {
				urgent <- submitter.Target{URL: "https://a.example.com/new.m3u8", Zone: "a"}
			}
			if slices.Contains(b.URLs, all[700].URL) {
				return code("InvalidParameter.Target")
			}
			return nil
		}
		summary, err := (&submitter.Submitter{API: api, Urgent: urgent}).Submit(t.Context(), slices.Values(all))
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 1000, Failed: 1})
		if at := slices.Index(api.accepted(), "https://a.example.com/new.m3u8"); at != 500 {
			t.Errorf("it was accepted after %d others, want the 500 of the half that was under way", at)
		}
	})
}

// As long as the sequence has not ended, what is urgent is sent, also of a zone that has nothing else, and of one whose
// quota is spent: there it is deferred.
func TestUrgentCountsOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{quota: map[string]*submitter.Quota{"spent": {Batch: 1000, Daily: 10, Available: 3}}}
		urgent, stop := make(chan submitter.Target), make(chan struct{})
		go func() {
			for _, t := range slices.Concat(targets("a", 60), targets("b", 40), targets("spent", 10)) {
				select {
				case urgent <- t:
					time.Sleep(37 * time.Millisecond)
				case <-stop:
					return
				}
			}
		}()
		told := map[string]int{}
		s := &submitter.Submitter{API: api, Urgent: urgent, OnTarget: func(t submitter.Target, _ submitter.State, _ string) { told[t.URL]++ }}
		summary, err := s.Submit(t.Context(), slowly(targets("a", 50), 200*time.Millisecond))
		close(stop)
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 60 + 40 + 3, Deferred: 7})
		if len(told) != 110 || len(api.accepted()) != 103 {
			t.Errorf("%d targets were told of, %d accepted", len(told), len(api.accepted()))
		}
		for url, n := range told {
			if n != 1 {
				t.Errorf("%s was told of %d times", url, n)
			}
		}
	})
}

// A zone that has sent all it was given begins again for what is urgent and comes while another zone still waits.
func TestUrgentAfterItsZoneEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{quota: map[string]*submitter.Quota{"b": {Batch: 1000, Daily: 10, Available: 5}}}
		urgent := make(chan submitter.Target)
		s := &submitter.Submitter{API: api, Urgent: urgent}
		waited := false
		s.AwaitQuota = func(_ context.Context, _ string) error {
			if waited {
				return submitter.ErrQuotaSpent
			}
			waited = true
			time.Sleep(time.Minute)
			urgent <- submitter.Target{URL: "https://a.example.com/new.m3u8", Zone: "a"}
			time.Sleep(time.Minute)
			return nil
		}
		summary, err := s.Submit(t.Context(), slices.Values(append(targets("a", 10), targets("b", 10)...)))
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 16, Deferred: 5})
	})
}

// A run that is stopped has accounted for what it has read, and reads no more.
func TestUrgentOfARunThatStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, urgent := &service{}, make(chan submitter.Target)
		api.before = func(int, submitter.Batch) error { return code("UnauthorizedOperation.CamUnauthorized") }
		read, ended := 0, make(chan struct{})
		go func() {
			defer close(ended)
			for _, t := range targets("b", 1000) {
				select {
				case urgent <- t:
					read++
				case <-time.After(time.Hour):
					return
				}
			}
		}()
		s := &submitter.Submitter{API: api, Urgent: urgent}
		summary, err := s.Submit(t.Context(), slices.Values(targets("a", 10)))
		if submitter.ClassOf(err) != submitter.ClassUnauthorized {
			t.Errorf("got %v", err)
		}
		<-ended
		wantTally(t, summary, submitter.Tally{Deferred: 10 + read})
	})
}

// A batch is cut when the pace lets it go, and one that is not full does not wait for a sequence that is slow.
func TestSlowSequence(t *testing.T) {
	t.Parallel()
	for name, gather := range map[string]time.Duration{"default": 0, "longer": time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := &service{}
				s := &submitter.Submitter{API: api, Gather: gather}
				begun := time.Now()
				if _, err := s.Submit(t.Context(), slowly(targets("a", 4), 90*time.Second)); err != nil {
					t.Fatal(err)
				}
				want := max(gather, time.Second)
				if len(api.batches) != 4 || len(api.arrived) != 5 {
					t.Fatalf("got %d batches in %d calls", len(api.batches), len(api.arrived))
				}
				for i, at := range api.arrived[1:] {
					if late := at.Sub(begun.Add(time.Duration(i) * 90 * time.Second)); late < want || late > want+time.Second {
						t.Errorf("batch %d was sent %s after its target came, want about %s", i, late, want)
					}
				}
			})
		})
	}
}

// The journal stops a run with urgent targets as it stops any other.
func TestUrgentAndAJournalThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, urgent := &service{}, make(chan submitter.Target, 1)
		urgent <- targets("b", 1)[0]
		s := &submitter.Submitter{API: api, Urgent: urgent, Journal: &memory{fail: func(string, submitter.Batch) error { return errCut }}}
		_, err := s.Submit(t.Context(), slices.Values(targets("a", 10)))
		if journal := (*submitter.JournalError)(nil); !errors.As(err, &journal) || len(api.accepted()) != 0 {
			t.Errorf("got %v, and %d accepted", err, len(api.accepted()))
		}
	})
}

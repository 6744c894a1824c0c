package submitter_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/submitter"
)

// nth is err for the n-th call only.
func nth(n int, err error) func(int, submitter.Batch) error {
	return func(i int, _ submitter.Batch) error {
		if i == n {
			return err
		}
		return nil
	}
}

func TestFault90LostAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		api *service
		// sent is how many batches of ten the service saw, the lost one included.
		took, sent int
	}{
		"taken":                         {&service{after: nth(2, errCut)}, 1, 4},
		"taken, listed late":            {&service{after: nth(2, errCut), visible: 8 * time.Second}, 11, 4},
		"not taken":                     {&service{before: nth(2, errCut)}, 12, 4},
		"taken, answered with a 502":    {&service{after: nth(2, &submitter.Error{Op: "CreatePrefetchTask", Status: 502})}, 1, 4},
		"not taken, an internal error":  {&service{before: nth(2, code("InternalError.BackendError"))}, 12, 4},
		"taken, an internal error even": {&service{after: nth(2, code("InternalError.QuotaSystem"))}, 1, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				journal := &memory{}
				s := &submitter.Submitter{API: test.api, Journal: journal, BatchSize: 10}
				all := targets("a", 40)
				start := time.Now()
				summary, err := s.Submit(t.Context(), slices.Values(all))
				if err != nil {
					t.Fatal(err)
				}
				wantTally(t, summary, submitter.Tally{Accepted: 40})
				wantURLs(t, "accepted", test.api.accepted(), urlsOf(all))
				if got := len(test.api.batches); got != test.sent {
					t.Errorf("got %d batches taken, want %d", got, test.sent)
				}
				if got := time.Since(start); got > time.Duration(test.took)*time.Second {
					t.Errorf("it took %v, want %d s at most", got, test.took)
				}
				if got := journal.count(submitter.Accepted); got != 40 {
					t.Errorf("got %d accepted in the journal, want 40", got)
				}
				if got := summary.Zones["a"].Units; got != 40 {
					t.Errorf("got %d units, want 40", got)
				}
			})
		})
	}
}

// A lost answer that had a FailedList: what was refused is asked for once more, and refused by name.
func TestFault90LostFailedList(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{after: nth(1, errCut), refuse: map[string]string{urlOf("a", 3): "no such host"}}
		var receipts []submitter.Receipt
		s := &submitter.Submitter{API: api, Journal: &memory{}, OnReceipt: func(r submitter.Receipt) { receipts = append(receipts, r) }}
		all := targets("a", 10)
		summary, err := s.Submit(t.Context(), slices.Values(all))
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 9, Failed: 1})
		wantURLs(t, "accepted", api.accepted(), urlsOf(slices.Delete(all, 3, 4)))
		if len(receipts) != 2 || receipts[0].JobID != "job-1" || receipts[0].Accepted != 9 || receipts[1].Failed[0].Reason != "no such host" {
			t.Errorf("got the receipts %+v", receipts)
		}
	})
}

// Where the service lists more pages than targets are missing, each of these is asked for alone.
func TestFault90LongListing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{after: nth(1, errCut)}
		for i := range 30_000 {
			api.tasks = append(api.tasks, submitter.Task{JobID: "other", URL: fmt.Sprint("https://other.example.com/", i), Created: time.Now()})
		}
		s := &submitter.Submitter{API: api, Journal: &memory{}}
		all := targets("a", 5)
		summary, err := s.Submit(t.Context(), slices.Values(all))
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 5})
		wantURLs(t, "accepted", api.accepted()[30_000:], urlsOf(all))
		if got := len(api.arrived); got > 10 {
			t.Errorf("got %d calls, want one a target and a few", got)
		}
	})
}

// When it cannot be asked what became of a batch, it stays unknown, and a later run settles it.
func TestFault90TasksCannotBeListed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		down := errors.New("no route to host")
		api := &service{after: nth(2, errCut), onTasks: func() error { return down }}
		journal := &memory{}
		s := &submitter.Submitter{API: api, Journal: journal, BatchSize: 10}
		all := targets("a", 40)
		summary, err := s.Submit(t.Context(), slices.Values(all))
		if !errors.Is(err, down) || !errors.Is(err, errCut) {
			t.Errorf("got %v, want both errors", err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 10, Unknown: 10, Deferred: 20})

		summary, err = s.Submit(t.Context(), slices.Values(all[10:]))
		if !errors.Is(err, down) {
			t.Errorf("got %v", err)
		}
		wantTally(t, summary, submitter.Tally{Unknown: 10, Accepted: 20})

		api.onTasks = nil
		summary, err = s.Reconcile(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 10})
		if got := journal.count(submitter.Accepted); got != 40 {
			t.Errorf("got %d accepted in the journal, want 40", got)
		}
	})
}

// crashed is a journal whose process died in its second call.
func crashed(t *testing.T, api *service, taken bool) *memory {
	journal := &memory{}
	ctx, crash := context.WithCancel(t.Context())
	lose := func(n int, _ submitter.Batch) error {
		if n == 2 {
			crash()
			return errCut
		}
		return nil
	}
	if api.before = lose; taken {
		api.before, api.after = nil, lose
	}
	s := &submitter.Submitter{API: api, Journal: journal, BatchSize: 10}
	if _, err := s.Submit(ctx, slices.Values(targets("a", 40))); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if got := journal.count(submitter.Unknown); got != 10 {
		t.Fatalf("got %d unknown, want 10", got)
	}
	return journal
}

func TestFault95Reconcile(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		taken bool
		want  submitter.Tally
		state submitter.State
		took  time.Duration
	}{
		"taken":     {true, submitter.Tally{Accepted: 10}, submitter.Accepted, time.Second},
		"not taken": {false, submitter.Tally{Deferred: 10}, submitter.Deferred, 11 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := &service{}
				journal := crashed(t, api, test.taken)
				s := &submitter.Submitter{API: api, Journal: journal}
				start := time.Now()
				summary, err := s.Reconcile(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				wantTally(t, summary, test.want)
				if got := journal.count(test.state); got < 10 {
					t.Errorf("got %d %s in the journal", got, test.state)
				}
				if took := time.Since(start); took > test.took {
					t.Errorf("it took %v, want %v at most", took, test.took)
				}
				if summary, err = s.Reconcile(t.Context()); err != nil || summary.Total() != 0 {
					t.Errorf("got %+v, %v of what is settled", summary, err)
				}
			})
		})
	}
}

// Whoever does not reconcile before is safe too.
func TestFault95SubmitReconciles(t *testing.T) {
	t.Parallel()
	for _, taken := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			api := &service{}
			journal := crashed(t, api, taken)
			all := targets("a", 40)
			summary, err := (&submitter.Submitter{API: api, Journal: journal}).Submit(t.Context(), slices.Values(all[10:]))
			if err != nil {
				t.Fatal(err)
			}
			wantTally(t, summary, submitter.Tally{Accepted: 30})
			wantURLs(t, "accepted", api.accepted(), urlsOf(all))
		})
	}
}

func TestFault98ClockWasSetBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		journal := &memory{}
		b := submitter.Batch{ID: "b", Zone: "a", URLs: []string{urlOf("a", 1)}, Sent: time.Now().Add(time.Hour), Attempts: 1}
		if err := journal.Intend(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		summary, err := (&submitter.Submitter{API: &service{}, Journal: journal}).Reconcile(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, summary, submitter.Tally{Deferred: 1})
		if took := time.Since(start); took > 15*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

func TestOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{before: func(int, submitter.Batch) error { return code("InternalError.BackendError") }}
		journal := &memory{}
		s := &submitter.Submitter{API: api, Journal: journal, BatchSize: 10}
		summary, err := s.Submit(t.Context(), slices.Values(zonesOf(10, 100)))
		if submitter.ClassOf(err) != submitter.ClassUnknown || !errors.Is(err, submitter.ErrRetriesSpent) {
			t.Errorf("got %v", err)
		}
		wantTally(t, summary, submitter.Tally{Deferred: 1000})
		if got := summary.Calls; got > 35 {
			t.Errorf("got %d calls of ten zones in an outage", got)
		}
		if got := journal.count(submitter.Intent) + journal.count(submitter.Unknown); got != 0 {
			t.Errorf("%d targets are not settled", got)
		}
	})
}

func TestRetries(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ retries, calls int }{{0, 6}, {2, 3}, {-1, 1}} {
		synctest.Test(t, func(t *testing.T) {
			refused := &submitter.Error{Op: "CreatePrefetchTask", Class: submitter.ClassRetry}
			api := &service{before: func(int, submitter.Batch) error { return refused }}
			s := &submitter.Submitter{API: api, Retries: test.retries}
			summary, err := s.Submit(t.Context(), slices.Values(targets("a", 10)))
			if !errors.Is(err, refused) || summary.Calls != test.calls {
				t.Errorf("Retries %d: got %d calls, %v, want %d", test.retries, summary.Calls, err, test.calls)
			}
			wantTally(t, summary, submitter.Tally{Deferred: 10})
		})
	}
}

func TestTasks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{}
		for i := range 2500 {
			api.tasks = append(api.tasks, submitter.Task{JobID: "job", URL: urlOf("a", i), Created: time.Now()})
		}
		s := &submitter.Submitter{API: api}
		query := submitter.TaskQuery{Zone: "a", From: time.Now().Add(-time.Hour), To: time.Now().Add(time.Hour)}
		n := 0
		for task, err := range s.Tasks(t.Context(), query) {
			if err != nil || task.URL != urlOf("a", n) {
				t.Fatalf("got %+v, %v at %d", task, err, n)
			}
			n++
		}
		if n != 2500 || len(api.arrived) != 3 {
			t.Errorf("got %d tasks in %d calls, want 2500 in 3", n, len(api.arrived))
		}
		for range s.Tasks(t.Context(), query) {
			break
		}
		api.onTasks = func() error { return code("UnauthorizedOperation") }
		for _, err := range s.Tasks(t.Context(), query) {
			if submitter.ClassOf(err) != submitter.ClassUnauthorized {
				t.Errorf("got %v", err)
			}
		}
	})
}

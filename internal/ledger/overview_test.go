package ledger_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// urlsOf are the URLs of a walk over targets.
func urlsOf(t *testing.T, b *bench, run int64) []string {
	t.Helper()
	var urls []string
	for target, err := range b.Targets(t.Context(), run) {
		b.must(err)
		urls = append(urls, target.URL)
	}
	return urls
}

func testOverview(t *testing.T, b *bench) {
	b.open()
	first := b.begin()
	b.must(b.PlanTargets(t.Context(), first, []submitter.Target{{URL: "z", Zone: "zone-a"}, {URL: "a_1", Zone: "zone-a"}, {URL: "a%1", Zone: "zone-a"}}))
	b.must(b.RecordQuota(t.Context(), "zone-a", submitter.Quota{Daily: 9, Available: 4}))
	b.send(b.batch("z"), submitter.Refused)
	b.must(b.EndRun(t.Context(), first, 3, []byte(`{"run":1}`)))
	b.now = noon.Add(24 * time.Hour)
	second := b.begin()
	b.must(b.PlanTargets(t.Context(), second, []submitter.Target{{URL: "y", Zone: "zone-b"}}))
	b.send(b.batch("y"), submitter.Accepted)

	run, ok, err := b.Ledger.Run(t.Context(), first)
	b.must(err)
	if !ok || run.ExitCode != 3 || string(run.Summary) != `{"run":1}` {
		t.Errorf("run %d: got %+v", first, run)
	}
	if _, ok, err := b.Ledger.Run(t.Context(), 99); ok || err != nil {
		t.Errorf("run 99: got %v, %v", ok, err)
	}
	last, ok, err := b.LastRun(t.Context(), "run")
	b.must(err)
	_, never, err := b.LastRun(t.Context(), "other")
	b.must(err)
	if !ok || last.ID != second || !last.Started.Equal(b.now) || never {
		t.Errorf("last run: got %+v, and of another command %v", last, never)
	}
	for run, want := range map[int64][]string{first: {"z", "a_1", "a%1"}, 0: {"a%1", "a_1", "y", "z"}} {
		if diff := cmp.Diff(want, urlsOf(t, b, run)); diff != "" {
			t.Errorf("targets of run %d (-want +got):\n%s", run, diff)
		}
	}
	for range b.Targets(t.Context(), 0) {
		break // and nothing is held open
	}
	days, err := b.QuotaDays(t.Context(), "2026-03-01")
	b.must(err)
	for i := range days {
		days[i].Updated = time.Time{}
	}
	want := []ledger.QuotaDay{{Zone: "zone-a", Day: "2026-03-01", Daily: 9, Available: 4}, {Zone: "zone-a", Day: "2026-03-02", Units: 1}}
	if diff := cmp.Diff(want, days); diff != "" {
		t.Errorf("quota days (-want +got):\n%s", diff)
	}
	failures, err := b.FailuresOf(t.Context(), first, 5)
	b.must(err)
	none, err := b.FailuresOf(t.Context(), second, 5)
	b.must(err)
	if len(failures) != 1 || failures[0].URL != "z" || len(none) != 0 {
		t.Errorf("failures: got %+v and %+v", failures, none)
	}
	found, err := b.Find(t.Context(), "a_", 5)
	b.must(err)
	if len(found) != 1 || found[0].URL != "a_1" {
		t.Errorf("a_ found %+v", found)
	}
}

func testInbox(t *testing.T, b *bench) {
	b.open()
	first, err := b.Receive(t.Context(), []ledger.Event{{URL: "a", Weight: 2}, {URL: "b", Weight: 1}})
	b.must(err)
	if first != 1 {
		t.Errorf("the first event is %d", first)
	}
	run := b.begin()
	pending, err := b.PendingEvents(t.Context(), 10)
	b.must(err)
	if len(pending) != 2 || pending[0].URL != "a" || pending[0].Weight != 2 || !pending[0].Received.Equal(b.now) {
		t.Fatalf("pending: got %+v", pending)
	}
	pending[0].State, pending[0].Run = ledger.EventDone, run
	pending[1].Reason, pending[1].Run, pending[1].Due = "over quota", run, b.now.Add(time.Hour)
	b.must(b.UpdateEvents(t.Context(), pending))
	if later, err := b.PendingEvents(t.Context(), 10); err != nil || len(later) != 0 {
		t.Errorf("put off, and yet pending: %+v, %v", later, err)
	}
	b.now = b.now.Add(time.Hour)
	due, err := b.PendingEvents(t.Context(), 10)
	b.must(err)
	if len(due) != 1 || due[0].URL != "b" || due[0].Attempts != 1 || due[0].Reason != "over quota" {
		t.Errorf("due: got %+v", due)
	}
	counts, err := b.EventCounts(t.Context())
	b.must(err)
	if diff := cmp.Diff(map[ledger.EventState]int{ledger.EventDone: 1, ledger.EventPending: 1}, counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	newest, err := b.Events(t.Context(), 1)
	b.must(err)
	if len(newest) != 1 || newest[0].URL != "b" {
		t.Errorf("newest: got %+v", newest)
	}
	if err := b.UpdateEvents(t.Context(), []ledger.Event{{ID: 99, State: ledger.EventDone}}); err == nil {
		t.Error("an event that never came was updated")
	}
}

// What comes while a run holds the ledger is in it at once, and nothing else may be changed that way.
func testShared(t *testing.T, b *bench) {
	shared, err := ledger.OpenShared(t.Context(), b.dsn, ledger.Options{Now: func() time.Time { return b.now }})
	b.must(err)
	defer shared.Close()
	b.open()
	run := b.begin()
	_, err = shared.Receive(t.Context(), []ledger.Event{{URL: "a", Weight: 1}})
	b.must(err)
	pending, err := b.PendingEvents(t.Context(), 10)
	b.must(err)
	if len(pending) != 1 {
		t.Errorf("pending: got %+v", pending)
	}
	if err := shared.EndRun(t.Context(), run, 0, nil); !errors.Is(err, ledger.ErrReadOnly) {
		t.Errorf("a run was ended by who does not hold the ledger: %v", err)
	}
}

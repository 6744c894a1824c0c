package ledger_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// TestLedger is what any database behind a ledger must do.
func TestLedger(t *testing.T) {
	t.Parallel()
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for name, test := range suite {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					test(t, &bench{T: t, dsn: place(t), now: noon})
				})
			}
		})
	}
}

var suite = map[string]func(*testing.T, *bench){
	"runs":                      testRuns,
	"a plan":                    testPlan,
	"a batch":                   testBatch,
	"a batch of unknown end":    testUnknown,
	"a batch sent again":        testSentAgain,
	"a target in two batches":   testTwoBatches,
	"settled what was not sent": testSettledWrongly,
	"warm":                      testWarm,
	"quota days":                testQuotaDays,
	"what the service says":     testReadings,
	"when quotas are whole":     testReset,
	"a quota that is renewed":   testRenewed,
	"bookings":                  testBookings,
	"tasks":                     testTasks,
	"failures":                  testFailures,
	"an overview":               testOverview,
	"an inbox":                  testInbox,
	"an inbox beside a run":     testShared,
	"kept plans":                testKeptPlans,
	"all survives":              testSurvives,
	"one transaction a batch":   testAtomic,
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("", 8*60*60))

// bench is one ledger on its test, with a clock that is set by hand.
type bench struct {
	*testing.T
	dsn string
	now time.Time
	*ledger.Ledger
	n int
}

func (b *bench) open() *bench {
	b.Helper()
	l, err := ledger.Open(b.Context(), b.dsn, ledger.Options{Command: "test", Now: func() time.Time { return b.now }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { b.must(l.Close()) })
	b.Ledger = l
	return b
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) begin() int64 {
	b.Helper()
	id, err := b.BeginRun(b.Context(), "run")
	b.must(err)
	return id
}

// batch makes a batch with a new name.
func (b *bench) batch(urls ...string) submitter.Batch {
	b.n++
	return submitter.Batch{ID: fmt.Sprint("batch", b.n), Zone: "zone-a", URLs: urls, Sent: b.now, Attempts: 1}
}

// send intends a batch and settles it with the states.
func (b *bench) send(batch submitter.Batch, states ...submitter.State) submitter.Batch {
	b.Helper()
	b.must(b.Intend(b.Context(), batch))
	b.must(b.Settle(b.Context(), batch, outcome("job-"+batch.ID, states...)))
	return batch
}

func outcome(job string, states ...submitter.State) submitter.Outcome {
	return submitter.Outcome{Receipt: submitter.Receipt{JobID: job}, States: states}
}

func (b *bench) state(url string, want submitter.State) ledger.Target {
	b.Helper()
	got, ok, err := b.Target(b.Context(), url)
	b.must(err)
	if !ok || got.State != want {
		b.Errorf("%s: got %q, want %q", url, got.State, want)
	}
	return got
}

func (b *bench) wantWarm(ttl time.Duration, urls ...string) {
	b.Helper()
	warm, err := b.Warm(b.Context(), ttl)
	b.must(err)
	for _, u := range urls {
		if !warm.Has(u) {
			b.Errorf("%s is not warm", u)
		}
	}
	if got, want := warm.Len(), len(urls); got != want {
		b.Errorf("got %d warm URLs, want %d", got, want)
	}
}

func (b *bench) wantUsed(want int) {
	b.Helper()
	got, err := b.UsedToday(b.Context(), "zone-a")
	b.must(err)
	if got != want {
		b.Errorf("got %d units used, want %d", got, want)
	}
}

func (b *bench) unsettled() []submitter.Batch {
	b.Helper()
	batches, err := b.Unsettled(b.Context())
	b.must(err)
	return batches
}

func testRuns(t *testing.T, b *bench) {
	b.open()
	first := b.begin()
	b.must(b.EndRun(t.Context(), first, 3, json.RawMessage(`{"accepted":1}`)))
	second := b.begin()
	third := b.begin()
	runs, err := b.Runs(t.Context(), 10)
	b.must(err)
	if got, want := len(runs), 3; got != want {
		t.Fatalf("got %d runs, want %d", got, want)
	}
	if runs[0].ID != third || runs[0].Interrupted || !runs[0].Ended.IsZero() || runs[0].Summary != nil {
		t.Errorf("got %+v, want a run that goes on", runs[0])
	}
	if runs[1].ID != second || !runs[1].Interrupted {
		t.Errorf("got %+v, want one that was interrupted", runs[1])
	}
	if r := runs[2]; r.Interrupted || !r.Ended.Equal(noon) || r.ExitCode != 3 || string(r.Summary) != `{"accepted":1}` {
		t.Errorf("got %+v, want one that ended", r)
	}
	if runs, err = b.Runs(t.Context(), 1); err != nil || len(runs) != 1 || runs[0].ID != third {
		t.Errorf("got %+v, %v, want the newest", runs, err)
	}
	if err := b.EndRun(t.Context(), 99, 0, nil); err == nil {
		t.Error("got no error for a run that never began")
	}
}

func testPlan(t *testing.T, b *bench) {
	b.open()
	run := b.begin()
	b.send(b.batch("lost"), submitter.Unknown)
	b.send(b.batch("old"), submitter.Accepted)
	b.must(b.PlanTargets(t.Context(), run, []submitter.Target{{URL: "new", Zone: "zone-b"}, {URL: "old", Zone: "zone-a"}}))
	if got := b.state("old", submitter.Accepted); got.Batch == "" || got.JobID == "" || got.Run != run {
		t.Errorf("got %+v, want it as the same run has sent it", got)
	}
	run = b.begin()
	b.must(b.PlanTargets(t.Context(), run, []submitter.Target{
		{URL: "lost", Zone: "zone-a"}, {URL: "old", Zone: "zone-a", Cost: 7}, {URL: "new", Zone: "zone-b"},
	}))
	b.must(b.NameTitles(t.Context(), maps.All(map[string]string{"old": "master.m3u8", "new": "", "nobody": "master.m3u8"})))
	if old, none := b.state("old", submitter.Planned), b.state("new", submitter.Planned); old.Title != "master.m3u8" || none.Title != "" {
		t.Errorf("got the titles %q and %q, want one of the first only", old.Title, none.Title)
	}
	b.state("lost", submitter.Unknown)
	if got := b.state("old", submitter.Planned); got.Cost != 7 || got.Batch != "" || got.JobID != "" || !got.Accepted.Equal(noon) {
		t.Errorf("got %+v, want it of no batch, and when it was accepted", got)
	}
	if got := b.state("new", submitter.Planned); got.Cost != 1 || got.Zone != "zone-b" || got.Run != run {
		t.Errorf("got %+v", got)
	}
	b.begin()
	if got := b.state("new", submitter.Deferred); got.Reason != "the run was killed before it was sent" {
		t.Errorf("got the reason %q", got.Reason)
	}
	b.state("lost", submitter.Unknown)
}

func testBatch(t *testing.T, b *bench) {
	b.open()
	run := b.begin()
	batch := b.batch("1", "2", "3", "4")
	batch.Costs = []int{1, 10, 100, 1000}
	b.must(b.Intend(t.Context(), batch))
	b.state("2", submitter.Intent)
	if diff := cmp.Diff(b.unsettled(), []submitter.Batch{batch}, cmp.Comparer(time.Time.Equal)); diff != "" {
		t.Errorf("unsettled (-got +want):\n%s", diff)
	}
	b.wantUsed(1111)
	o := outcome("job", submitter.Accepted, submitter.Refused, submitter.Planned, submitter.Deferred)
	o.Receipt.Failed = []submitter.Failure{{URL: "2", Reason: "host unknown"}}
	b.must(b.Settle(t.Context(), batch, o))
	if got := b.state("1", submitter.Accepted); got.JobID != "job" || !got.Accepted.Equal(noon) || got.Run != run {
		t.Errorf("got %+v", got)
	}
	if got := b.state("2", submitter.Refused); got.Reason != "host unknown" || got.JobID != "" {
		t.Errorf("got %+v", got)
	}
	b.state("3", submitter.Planned)
	b.state("4", submitter.Deferred)
	b.wantUsed(1)
	if got := b.unsettled(); len(got) != 0 {
		t.Errorf("got %v unsettled", got)
	}
	counts, err := b.Counts(t.Context(), run)
	b.must(err)
	if got, want := fmt.Sprint(counts), "map[accepted:1 deferred:1 planned:1 refused:1]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if counts, err = b.Counts(t.Context(), run+1); err != nil || len(counts) != 0 {
		t.Errorf("got %v, %v of a run that was not", counts, err)
	}
}

func testUnknown(t *testing.T, b *bench) {
	b.open()
	batch := b.batch("1", "2", "3")
	b.must(b.Intend(t.Context(), batch))
	lost := submitter.Outcome{
		States: []submitter.State{submitter.Unknown, submitter.Accepted, submitter.Unknown}, Err: errors.New("cut"),
	}
	b.must(b.Settle(t.Context(), batch, lost))
	rest := b.unsettled()
	want := batch
	want.URLs, want.Costs = []string{"1", "3"}, []int{1, 1}
	if diff := cmp.Diff(rest, []submitter.Batch{want}, cmp.Comparer(time.Time.Equal)); diff != "" {
		t.Fatalf("unsettled (-got +want):\n%s", diff)
	}
	b.wantUsed(3)
	found := outcome("", submitter.Accepted, submitter.Deferred)
	found.Jobs = []string{"job-9", ""}
	b.must(b.Settle(t.Context(), rest[0], found))
	if got := b.state("1", submitter.Accepted); got.JobID != "job-9" {
		t.Errorf("got job %q", got.JobID)
	}
	b.state("3", submitter.Deferred)
	b.wantUsed(2)
}

func testSentAgain(t *testing.T, b *bench) {
	b.open()
	batch := b.batch("1")
	b.send(batch, submitter.Planned)
	b.now = noon.Add(time.Minute)
	batch.Sent, batch.Attempts = b.now, 2
	b.must(b.Intend(t.Context(), batch))
	if got := b.unsettled(); len(got) != 1 || !got[0].Sent.Equal(b.now) || got[0].Attempts != 2 {
		t.Errorf("got %+v, want the second attempt", got)
	}
	b.must(b.Intend(t.Context(), batch))
	b.must(b.Settle(t.Context(), batch, outcome("job", submitter.Accepted)))
	b.state("1", submitter.Accepted)
	b.wantUsed(1)
}

func testTwoBatches(t *testing.T, b *bench) {
	b.open()
	b.must(b.Intend(t.Context(), b.batch("1", "2")))
	if err := b.Intend(t.Context(), b.batch("3", "2")); err == nil {
		t.Error("got no error for a target that another batch may have sent")
	}
	if _, ok, err := b.Target(t.Context(), "3"); ok || err != nil {
		t.Errorf("got half of a batch, %v", err)
	}
	if got := b.unsettled(); len(got) != 1 {
		t.Errorf("got %v, want the first batch", got)
	}
}

func testSettledWrongly(t *testing.T, b *bench) {
	b.open()
	never := b.batch("1")
	if err := b.Settle(t.Context(), never, outcome("job", submitter.Accepted)); err == nil {
		t.Error("got no error for a batch that was never intended")
	}
	batch := b.batch("1")
	b.must(b.Intend(t.Context(), batch))
	if err := b.Settle(t.Context(), batch, outcome("job")); err == nil {
		t.Error("got no error for an outcome of too few states")
	}
	b.must(b.Settle(t.Context(), batch, outcome("job", submitter.Accepted)))
	if err := b.Settle(t.Context(), batch, outcome("job", submitter.Accepted)); err == nil {
		t.Error("got no error for a batch that was settled before")
	}
	b.wantUsed(1)
}

func testWarm(t *testing.T, b *bench) {
	b.open()
	job := b.send(b.batch("accepted", "success", "failed", "refused", "deferred", "unknown"), submitter.Accepted,
		submitter.Accepted, submitter.Accepted, submitter.Refused, submitter.Deferred, submitter.Unknown)
	b.must(b.Intend(t.Context(), b.batch("intent")))
	b.must(b.PlanTargets(t.Context(), b.begin(), []submitter.Target{{URL: "planned", Zone: "zone-a"}}))
	b.now = noon.Add(30 * time.Minute)
	_, err := b.UpdateTasks(t.Context(), []submitter.Task{
		{JobID: "job-" + job.ID, URL: "success", Status: "success", Updated: b.now},
		{JobID: "job-" + job.ID, URL: "failed", Status: "failed"},
	})
	b.must(err)
	b.wantWarm(time.Hour, "accepted", "success", "unknown", "intent")
	b.now = noon.Add(time.Hour)
	b.wantWarm(time.Hour, "success", "unknown", "intent")
	b.now = noon.Add(2 * time.Hour)
	b.wantWarm(time.Hour, "unknown", "intent")
	b.wantWarm(0, "unknown", "intent")
}

func testQuotaDays(t *testing.T, b *bench) {
	b.open()
	b.now = time.Date(2026, 3, 1, 15, 59, 0, 0, time.UTC) // 23:59 in Shanghai
	batch := b.batch("1", "2")
	b.must(b.Intend(t.Context(), batch))
	b.must(b.RecordQuota(t.Context(), "zone-a", submitter.Quota{Daily: 100, Available: 90}))
	b.now = b.now.Add(2 * time.Minute)
	b.wantUsed(2) // may be of either day, until it is settled
	b.must(b.Settle(t.Context(), batch, outcome("job", submitter.Accepted, submitter.Accepted)))
	b.wantUsed(0)
	b.send(b.batch("3"), submitter.Accepted)
	b.wantUsed(1)
	b.now = b.now.Add(-2 * time.Minute)
	day, err := b.Today(t.Context(), "zone-a")
	b.must(err)
	want := ledger.QuotaDay{Zone: "zone-a", Day: "2026-03-01", Units: 2, Daily: 100, Available: 90}
	if day.Updated = (time.Time{}); day != want {
		t.Errorf("got %+v, want %+v", day, want)
	}
	if used, err := b.UsedToday(t.Context(), "zone-b"); used != 0 || err != nil {
		t.Errorf("got %d, %v of another zone", used, err)
	}
}

func testTasks(t *testing.T, b *bench) {
	b.open()
	b.send(b.batch("1", "2", "3", "4"), submitter.Accepted, submitter.Accepted, submitter.Accepted, submitter.Accepted)
	b.send(b.batch("5"), submitter.Accepted)
	ended, err := b.UpdateTasks(t.Context(), []submitter.Task{
		{JobID: "job-batch1", URL: "1", Status: "success", Updated: noon},
		{JobID: "job-batch1", URL: "2", Status: "processing"},
		{JobID: "job-batch1", URL: "3", Status: "invalid", FailType: "originPullFailed", Reason: "404"},
		{JobID: "job-other", URL: "4", Status: "success"},
		{JobID: "job-batch2", URL: "5", Status: "melted"},
		{JobID: "job-batch1", URL: "not ours", Status: "success"},
	})
	b.must(err)
	if got, want := fmt.Sprint(ended), "map[invalid:1 success:1]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := b.state("1", submitter.Success); !got.Warm.Equal(noon) {
		t.Errorf("got warm at %v", got.Warm)
	}
	if got := b.state("3", submitter.Invalid); got.Reason != "originPullFailed: 404" {
		t.Errorf("got the reason %q", got.Reason)
	}
	jobs, err := b.OpenJobs(t.Context(), noon.Add(-time.Hour))
	b.must(err)
	want := []ledger.Job{
		{ID: "job-batch1", Zone: "zone-a", Accepted: noon, Open: 2}, {ID: "job-batch2", Zone: "zone-a", Accepted: noon, Open: 1},
	}
	if diff := cmp.Diff(jobs, want, cmp.Comparer(time.Time.Equal)); diff != "" {
		t.Errorf("open jobs (-got +want):\n%s", diff)
	}
	if jobs, err = b.OpenJobs(t.Context(), noon.Add(time.Second)); err != nil || len(jobs) != 0 {
		t.Errorf("got %v, %v, want no jobs as young as that", jobs, err)
	}
}

func testFailures(t *testing.T, b *bench) {
	b.open()
	run := b.begin()
	b.must(b.PlanTargets(t.Context(), run, []submitter.Target{
		{URL: "z", Zone: "zone-a", Cost: 5}, {URL: "y", Zone: "zone-a"}, {URL: "x", Zone: "zone-a"},
	}))
	batch := b.batch("z", "y", "x")
	batch.Costs = []int{5, 1, 1}
	o := outcome("job", submitter.Accepted, submitter.Accepted, submitter.Refused)
	o.Receipt.Failed = []submitter.Failure{{URL: "x", Reason: "no such host"}}
	b.must(b.Intend(t.Context(), batch))
	b.must(b.Settle(t.Context(), batch, o))
	b.now = noon.Add(time.Minute)
	_, err := b.UpdateTasks(t.Context(), []submitter.Task{{JobID: "job", URL: "z", Status: "timeout"}})
	b.must(err)
	failures, err := b.Failures(t.Context(), 10)
	b.must(err)
	if len(failures) != 2 || failures[0].URL != "z" || failures[0].Reason != "the job ended as timeout" ||
		failures[1].URL != "x" || failures[1].Reason != "no such host" {
		t.Errorf("got %+v", failures)
	}
	again, err := b.RetryFailed(t.Context())
	b.must(err)
	want := []submitter.Target{{URL: "z", Zone: "zone-a", Cost: 5}, {URL: "x", Zone: "zone-a", Cost: 1}}
	if diff := cmp.Diff(again, want); diff != "" {
		t.Errorf("to be sent again (-got +want):\n%s", diff)
	}
}

func testSurvives(t *testing.T, b *bench) {
	b.open()
	run := b.begin()
	b.send(b.batch("accepted"), submitter.Accepted)
	b.must(b.Intend(t.Context(), b.batch("intent")))
	b.must(b.Ledger.Close())
	b.must(b.Ledger.Close())
	b.open()
	b.state("accepted", submitter.Accepted)
	b.state("intent", submitter.Intent)
	b.wantUsed(2)
	if got := b.begin(); got != run+1 {
		t.Errorf("got run %d, want %d", got, run+1)
	}
}

func testAtomic(t *testing.T, b *bench) {
	b.open()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Intend(ctx, b.batch("1")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it canceled", err)
	}
	if got := b.unsettled(); len(got) != 0 {
		t.Errorf("got %v from a transaction that did not end", got)
	}
}

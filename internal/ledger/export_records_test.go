package ledger_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

func init() {
	suite["an export"] = testExport
	suite["a prune"] = testPrune
}

// exported are the lines of an export, without the times and names of this process.
func (b *bench) exported() string {
	b.Helper()
	var lines strings.Builder
	for r, err := range b.Export(b.Context(), true) {
		b.must(err)
		if r.Run != nil {
			r.Run.PID, r.Run.Host = 1, "here"
		}
		if r.Spent != nil {
			r.Spent.Host = "here"
		}
		text, err := json.Marshal(r)
		b.must(err)
		lines.Write(append(text, '\n'))
	}
	return lines.String()
}

func testExport(t *testing.T, b *bench) {
	b.open()
	run := b.begin()
	batch := b.batch("one", "two", "three")
	batch.Costs = []int{1, 20, 300}
	b.must(b.Intend(t.Context(), batch))
	b.must(b.Settle(t.Context(), batch, outcome("job", submitter.Accepted, submitter.Unknown, submitter.Refused)))
	rest := b.unsettled()[0]
	b.must(b.Settle(t.Context(), rest, outcome("job", submitter.Accepted)))
	b.must(b.RecordQuota(t.Context(), "zone-a", submitter.Quota{Daily: 1000, Available: 979}))
	b.must(b.Book(t.Context(), ledger.Booking{Launch: "film", Zone: "zone-a", Day: "2026-03-02", Units: 5}))
	_, err := b.Receive(t.Context(), []ledger.Event{{URL: "pushed", Weight: 2}})
	b.must(err)
	b.must(b.IntendPurge(t.Context(), []submitter.Target{{URL: "cold", Zone: "zone-a"}, {URL: "perhaps", Zone: "zone-a"}}))
	b.must(b.SettlePurge(t.Context(), "job", []string{"cold"}, nil))
	b.must(b.KeepPlan(t.Context(), run, []byte("decided")))
	b.must(b.EndRun(t.Context(), run, 3, json.RawMessage(`{"accepted":2}`)))
	const at = `"2026-03-01T04:00:00Z"`
	want := strings.ReplaceAll(`{"run":{"id":1,"command":"run","pid":1,"host":"here","started":AT,"ended":AT,"exit":3,"summary":{"accepted":2}}}
{"batch":{"id":"batch1","run":1,"zone":"zone-a","state":"settled","sent":AT,"attempts":1,"targets":3,"units":321,"accepted":2,"failed":1,"job_id":"job"}}
{"spent":{"at":AT,"day":"2026-03-01","zone":"zone-a","url":"one","units":1,"batch":"batch1","run":1,"command":"run","host":"here"}}
{"spent":{"at":AT,"day":"2026-03-01","zone":"zone-a","url":"two","units":20,"batch":"batch1","run":1,"command":"run","host":"here"}}
{"target":{"url":"one","zone":"zone-a","cost":1,"state":"accepted","run":1,"batch":"batch1","job_id":"job","updated":AT,"accepted":AT}}
{"target":{"url":"three","zone":"zone-a","cost":300,"state":"refused","run":1,"batch":"batch1","updated":AT}}
{"target":{"url":"two","zone":"zone-a","cost":20,"state":"accepted","run":1,"batch":"batch1","job_id":"job","updated":AT,"accepted":AT}}
{"quota":{"zone":"zone-a","day":"2026-03-01","units":21,"daily":1000,"available":979,"updated":AT}}
{"booking":{"launch":"film","zone":"zone-a","day":"2026-03-02","units":5,"updated":AT}}
{"event":{"id":1,"url":"pushed","weight":2,"state":"pending","attempts":0,"received":AT}}
{"purge":{"url":"cold","zone":"zone-a","run":1,"state":"purged","at":AT,"job_id":"job"}}
{"purge":{"url":"perhaps","zone":"zone-a","run":1,"state":"intent","at":AT}}
{"plan":{"run":1,"part":0,"bytes":7,"body":"ZGVjaWRlZA=="}}
`, "AT", at)
	if got := b.exported(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for range b.Export(t.Context(), true) {
		break // and nothing is held open
	}
	var plan *ledger.PlanRecord
	for r, err := range b.Export(t.Context(), false) {
		b.must(err)
		plan = r.Plan
	}
	if plan == nil || plan.Bytes != len("decided") || plan.Body != nil {
		t.Errorf("without the bodies: got %+v of the plan, want its size", plan)
	}
}

func testPrune(t *testing.T, b *bench) {
	b.open()
	old := b.begin()
	b.send(b.batch("accepted", "refused", "again"), submitter.Accepted, submitter.Refused, submitter.Accepted)
	lost := b.batch("lost")
	b.must(b.Intend(t.Context(), lost))
	b.must(b.RecordQuota(t.Context(), "zone-a", submitter.Quota{Daily: 10, Available: 8}))
	b.must(b.Book(t.Context(), ledger.Booking{Launch: "old", Zone: "zone-a", Day: "2026-03-01", Units: 5}))
	events, err := b.Receive(t.Context(), []ledger.Event{{URL: "done", Weight: 1}, {URL: "waits", Weight: 1}})
	b.must(err)
	b.must(b.UpdateEvents(t.Context(), []ledger.Event{{ID: events, State: ledger.EventDone, Run: old}}))
	b.must(b.IntendPurge(t.Context(), []submitter.Target{{URL: "accepted", Zone: "zone-a"}}))
	b.must(b.KeepValidators(t.Context(), map[string]string{"accepted": "v"}))
	b.must(b.KeepPlan(t.Context(), old, bytes.Repeat([]byte("old"), 1<<20)))
	b.must(b.EndRun(t.Context(), old, 0, nil))
	empty := b.begin()
	b.must(b.EndRun(t.Context(), empty, 0, nil))

	b.now = noon.Add(100 * 24 * time.Hour)
	b.must(b.KeepPlan(t.Context(), b.begin(), []byte("new")))
	b.send(b.batch("again", "new"), submitter.Accepted, submitter.Accepted)
	b.must(b.RecordQuota(t.Context(), "zone-a", submitter.Quota{Daily: 10, Available: 6}))

	before := b.exported()
	cut := b.now.Add(-90 * 24 * time.Hour)
	want := ledger.Pruned{Runs: 1, Batches: 1, Spent: 2, Targets: 2, Quota: 1, Bookings: 1, Events: 1, Purges: 1, Plans: 1}
	dry, err := b.Prune(t.Context(), cut, true)
	b.must(err)
	if dry != want || b.exported() != before {
		t.Errorf("counted: got %+v, want %+v and nothing gone", dry, want)
	}
	got, err := b.Prune(t.Context(), cut, false)
	b.must(err)
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	b.must(b.Shrink(t.Context()))
	if _, body, err := b.KeptPlan(t.Context(), old); len(body) > 0 || err != nil {
		t.Errorf("the old plan is there: %d bytes, %v", len(body), err)
	}
	if _, body, err := b.KeptPlan(t.Context(), 0); string(body) != "new" || err != nil {
		t.Errorf("got %d bytes of the new plan, %v", len(body), err)
	}
	// What may be at the service stays, with the run that it is of, and so does what came since.
	b.state("lost", submitter.Intent)
	b.state("again", submitter.Accepted)
	b.state("new", submitter.Accepted)
	if got := b.unsettled(); len(got) != 1 || got[0].ID != lost.ID {
		t.Errorf("got %v unsettled", got)
	}
	runs, err := b.Runs(t.Context(), 10)
	b.must(err)
	if len(runs) != 2 || runs[1].ID != old {
		t.Errorf("got the runs %+v", runs)
	}
	if pending, err := b.PendingEvents(t.Context(), 10); err != nil || len(pending) != 1 {
		t.Errorf("got %v, %v pending", pending, err)
	}
	if next := b.begin(); next != runs[0].ID+1 {
		t.Errorf("the next run is %d", next)
	}
}

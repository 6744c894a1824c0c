package daemon

import (
	"context"
	"fmt"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter"
)

const (
	// gather is how long events wait for others, so that an upload of many files is one run.
	gather = time.Second
	// maxEvents is how many URLs one run takes; what is more waits for the next, right after it.
	maxEvents = 1000
	// maxAge is when an event is given up: what is new then is old.
	maxAge = 72 * time.Hour
	// firstRetry is how long an event waits after its first try, twice as long after each further one, at most lastRetry.
	firstRetry = time.Minute
	lastRetry  = time.Hour
)

// queueEvents queues a run of the events, if there are any that are due. It looks once a tick, and when some have come.
func (d *Daemon) queueEvents(ctx context.Context) {
	if !d.eventsDue.IsZero() && now().Before(d.eventsDue) {
		return
	}
	d.eventsDue = time.Time{}
	pending, err := d.Ledger.PendingEvents(ctx, 1)
	if err != nil {
		d.Log.Error("the events cannot be read", "error", err.Error())
		return
	}
	if len(pending) > 0 {
		_ = d.enqueue(Events) // if it runs, it is looked for again when it has ended
	}
}

// eventsJob is the run of the events that are due; false when there is none.
func (d *Daemon) eventsJob(ctx context.Context) (Job, bool) {
	events, err := d.Ledger.PendingEvents(ctx, maxEvents)
	if err != nil {
		d.Log.Error("the events cannot be read", "error", err.Error())
	}
	if err != nil || len(events) == 0 {
		return Job{}, false
	}
	return Job{Name: Events, Sources: warm.SourcesOf(events), Hot: true, events: events}, true
}

// settleEvents writes down what became of the events of a run.
func (d *Daemon) settleEvents(ctx context.Context, end ending) {
	counts := map[ledger.EventState]int{}
	for i := range end.job.events {
		e := &end.job.events[i]
		e.Run = end.summary.Run
		e.State, e.Reason = d.became(ctx, e.URL, end)
		if e.State == ledger.EventPending && now().Sub(e.Received) > maxAge {
			e.State, e.Reason = ledger.EventFailed, "given up after "+maxAge.String()+": "+e.Reason
		}
		e.Due = now()
		if e.State == ledger.EventPending {
			e.Due = e.Due.Add(min(firstRetry<<min(e.Attempts, 10), lastRetry))
		}
		counts[e.State]++
	}
	if err := d.Ledger.UpdateEvents(ctx, end.job.events); err != nil {
		d.Log.Error("what became of the events cannot be written down", "error", err.Error())
	}
	for state, n := range counts {
		d.Observer.Events(state, n)
	}
	d.eventsDue = now() // more may have come
}

// became is what became of an event's URL in a run.
func (d *Daemon) became(ctx context.Context, url string, end ending) (ledger.EventState, string) {
	if end.err != nil {
		return ledger.EventPending, plain.Text(end.err.Error())
	}
	t, known, err := d.Ledger.Target(ctx, url)
	switch {
	case err != nil:
		return ledger.EventPending, err.Error()
	case known:
		return becameTarget(t)
	case end.summary.Exit == warm.ExitQuota:
		return ledger.EventPending, "the quota of the day is spent"
	case end.summary.Exit == warm.ExitDone:
		return ledger.EventDone, "" // a document, which leads to others and is no target itself
	}
	return ledger.EventFailed, fmt.Sprintf("nothing came of it: look at run %d", end.summary.Run)
}

func becameTarget(t ledger.Target) (ledger.EventState, string) {
	switch t.State {
	case submitter.Accepted, submitter.Success, submitter.Intent, submitter.Unknown:
		return ledger.EventDone, ""
	case submitter.Planned, submitter.Deferred:
		return ledger.EventPending, "it was planned, and not sent yet"
	}
	return ledger.EventFailed, string(t.State) + ": " + plain.Text(t.Reason)
}

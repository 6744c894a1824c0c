package daemon

import (
	"context"
	"time"
)

const (
	// refreshEvery is how often the service is asked what became of jobs, which take 5 to 30 minutes.
	refreshEvery = 5 * time.Minute
	// jobMemory is how far back the service tells of jobs.
	jobMemory = 7 * 24 * time.Hour
)

// queueRefresh has it asked what became of open jobs, while nothing else is to be done: schedules that do not wait for
// their jobs would never know.
func (d *Daemon) queueRefresh(ctx context.Context) {
	if d.running != nil || len(d.queue) > 0 || now().Sub(d.refreshed) < refreshEvery {
		return
	}
	d.refreshed = now()
	open, err := d.Ledger.OpenJobs(ctx, now().Add(-jobMemory))
	if err != nil {
		d.Log.Error("the open jobs cannot be read", "error", err.Error())
		return
	}
	if len(open) > 0 {
		_ = d.enqueue(Refresh) // nothing else is in the queue
	}
}

package warm

import (
	"context"
	"errors"
	"time"
)

// taskMemory is how far back DescribePrefetchTasks tells of tasks.
const taskMemory = 7 * 24 * time.Hour

// Refresh asks the service what became of the jobs that are not known to have ended, and writes it down.
func (w *Warmer) Refresh(ctx context.Context) (err error) {
	if err := w.connect(ctx); err != nil {
		return err
	}
	l, err := w.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	jobs, err := l.OpenJobs(ctx, time.Now().Add(-taskMemory))
	if err != nil {
		return err
	}
	return w.poll(ctx, l, jobs)
}

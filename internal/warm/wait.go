package warm

import (
	"context"
	"fmt"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// Jobs take 5 to 30 minutes, so that more than a few looks a minute tell nothing new; the first ones are quick for what
// is small, and for a simulator.
const (
	firstPoll   = time.Second
	slowestPoll = 15 * time.Second
)

// wait polls the run's jobs until each of their targets has come to its end, or the time is over.
func (w *Warmer) wait(ctx context.Context, l *ledger.Ledger, limit time.Duration, s *Summary) error {
	deadline := time.Now().Add(limit)
	for every := firstPoll; ; every = min(2*every, slowestPoll) {
		jobs, err := l.OpenJobs(ctx, s.Started)
		if err != nil {
			return err
		}
		if err := w.poll(ctx, l, jobs); err != nil {
			return err
		}
		if s.Jobs, err = jobCounts(ctx, l, s.Run); err != nil {
			return err
		}
		open := s.Jobs[submitter.Accepted]
		w.Watch.progress(StageWait, s.Accepted-open, s.Accepted)
		if open == 0 {
			return nil
		}
		left := time.Until(deadline)
		if left <= 0 {
			w.Watch.note(fmt.Sprintf("%d targets are still in the making after %s: edgewarm status --refresh asks again", open, limit))
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(min(every, left)):
		}
	}
}

// poll asks what became of the jobs' targets and writes it down.
func (w *Warmer) poll(ctx context.Context, l *ledger.Ledger, jobs []ledger.Job) error {
	s := w.submitter()
	for _, job := range jobs {
		var tasks []submitter.Task
		for t, err := range s.Tasks(ctx, submitter.TaskQuery{Zone: job.Zone, JobID: job.ID}) {
			if err != nil {
				return err
			}
			tasks = append(tasks, t)
		}
		if _, err := l.UpdateTasks(ctx, tasks); err != nil {
			return err
		}
	}
	return nil
}

// jobCounts counts the run's targets that are in jobs, by their state; accepted is one that is not done yet.
func jobCounts(ctx context.Context, l *ledger.Ledger, run int64) (map[submitter.State]int, error) {
	counts, err := l.Counts(ctx, run)
	for _, own := range []submitter.State{submitter.Planned, submitter.Intent, submitter.Refused, submitter.Unknown, submitter.Deferred} {
		delete(counts, own)
	}
	return counts, err
}

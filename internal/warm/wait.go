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

// wait polls the jobs that are open, this run's and those of earlier ones that count as warm, until each of their targets
// has come to its end, or the time is over. What could not be asked is asked again.
func (w *Warmer) wait(ctx context.Context, l *ledger.Ledger, limit time.Duration, s *Summary, faults *int) error {
	deadline, told := time.Now().Add(limit), false
	for every := firstPoll; ; every = min(2*every, slowestPoll) {
		total, open, err := w.look(ctx, l, s)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case submitter.ClassOf(err) == submitter.ClassUnauthorized:
			return err
		case err != nil && !told:
			told = true
			*faults++
			w.Watch.fault(err, hintOf(err, "it is asked again; the targets are accepted all the same"))
		case err == nil && open == 0:
			return nil
		}
		w.Watch.progress(StageWait, total-open, total)
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

// look asks once, and counts the targets of open jobs: all that were open when it asked, and those that still are.
func (w *Warmer) look(ctx context.Context, l *ledger.Ledger, s *Summary) (total, open int, err error) {
	since := time.Now().Add(-w.Config.Plan.TTL)
	if s.Started.Before(since) {
		since = s.Started
	}
	before, err := l.OpenJobs(ctx, since)
	if err != nil {
		return 0, 0, err
	}
	asked := w.poll(ctx, l, before)
	after, err := l.OpenJobs(ctx, since)
	if err != nil {
		return 0, 0, err
	}
	if s.Jobs, err = jobCounts(ctx, l, s.Run); err != nil {
		return 0, 0, err
	}
	return targetsIn(before), targetsIn(after), asked
}

func targetsIn(jobs []ledger.Job) (n int) {
	for _, job := range jobs {
		n += job.Open
	}
	return n
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

package ledger

import (
	"context"
	"database/sql"
	"time"

	"github.com/edgewarm/edgewarm/submitter"
)

// Job is a job of the service that has targets whose end is not known.
type Job struct {
	ID, Zone string
	// Accepted is when the last of its targets was.
	Accepted time.Time
	// Open is how many targets have not come to an end.
	Open int
}

// OpenJobs lists the jobs that have targets accepted since then, and not known to have ended; the oldest first.
func (l *Ledger) OpenJobs(ctx context.Context, since time.Time) ([]Job, error) {
	var jobs []Job
	err := l.query(ctx, "list the open jobs of", `SELECT job_id, zone, MAX(accepted_at), COUNT(*) FROM targets
		WHERE state = 'accepted' AND accepted_at >= ? GROUP BY job_id, zone ORDER BY MAX(accepted_at), job_id`,
		[]any{millis(since)}, func(rows *sql.Rows) error {
			var j Job
			var accepted int64
			err := rows.Scan(&j.ID, &j.Zone, &accepted, &j.Open)
			j.Accepted = fromMillis(accepted)
			jobs = append(jobs, j)
			return err
		})
	return jobs, err
}

// endStates are those that a job's target does not leave again.
var endStates = map[string]submitter.State{
	"success":  submitter.Success,
	"failed":   submitter.Failed,
	"timeout":  submitter.Timeout,
	"canceled": submitter.Canceled,
	"invalid":  submitter.Invalid,
}

// A target that is not accepted any more has been planned again, or has ended: the task is an old one.
const endTarget = `UPDATE targets SET state = ?, reason = ?, warm_at = ?, updated = ?,
		job_id = CASE WHEN job_id = '' THEN ? ELSE job_id END
	WHERE {is url} AND state = 'accepted' AND (job_id = ? OR job_id = '' OR ? = '')`

// UpdateTasks moves targets that were accepted to the end that their tasks came to, and returns how many came to which.
// Tasks under way, of a status that is not known, or of other jobs change nothing.
func (l *Ledger) UpdateTasks(ctx context.Context, tasks []submitter.Task) (map[submitter.State]int, error) {
	ended := map[submitter.State]int{}
	err := l.write(ctx, "update the tasks in", func(tx *tx) error {
		update, err := tx.prepare(ctx, endTarget)
		if err != nil {
			return err
		}
		defer update.Close()
		for _, t := range tasks {
			state, ok := endStates[t.Status]
			if !ok {
				continue
			}
			n, err := l.endTarget(ctx, update, t, state)
			if err != nil {
				return err
			}
			if n > 0 {
				ended[state] += n
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ended, nil
}

func (l *Ledger) endTarget(ctx context.Context, update *sql.Stmt, t submitter.Task, state submitter.State) (int, error) {
	now := l.now()
	reason, warm := "", time.Time{}
	if state == submitter.Success {
		if warm = t.Updated; warm.IsZero() || warm.After(now) {
			warm = now
		}
	} else {
		reason = shorten(reasonOf(t))
	}
	result, err := update.ExecContext(ctx, state, reason, millis(warm), millis(now), t.JobID, t.URL, t.JobID, t.JobID)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// reasonOf is why a task did not succeed, in the service's words.
func reasonOf(t submitter.Task) string {
	switch {
	case t.FailType != "" && t.Reason != "":
		return t.FailType + ": " + t.Reason
	case t.FailType+t.Reason != "":
		return t.FailType + t.Reason
	}
	return "the job ended as " + t.Status
}

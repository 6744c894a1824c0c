package ledger

import (
	"context"
	"database/sql"
	"time"

	"github.com/edgewarm/edgewarm/submitter"
)

// Target is what is known of one URL.
type Target struct {
	URL, Zone string
	Cost      int
	State     submitter.State
	// Run, Batch and JobID are the last that it was in; 0 and empty for none.
	Run          int64
	Batch, JobID string
	// Reason is why it did not succeed.
	Reason string
	// Title is the playlist of the title that it is part of, empty where that is not known.
	Title string
	// Updated is when it came to its state; Accepted and Warm when it was so the last time, zero for never.
	Updated, Accepted, Warm time.Time
}

const selectTarget = `SELECT url, zone, cost, state, COALESCE(run, 0), COALESCE(batch, ''), job_id, reason, title, updated,
	accepted_at, warm_at FROM targets `

func scanTarget(rows *sql.Rows) (Target, error) {
	var t Target
	var updated, accepted, warm int64
	err := rows.Scan(&t.URL, &t.Zone, &t.Cost, &t.State, &t.Run, &t.Batch, &t.JobID, &t.Reason, &t.Title, &updated, &accepted, &warm)
	t.Updated, t.Accepted, t.Warm = fromMillis(updated), fromMillis(accepted), fromMillis(warm)
	return t, err
}

func (l *Ledger) targets(ctx context.Context, where string, args ...any) ([]Target, error) {
	var targets []Target
	err := l.query(ctx, "read targets of", selectTarget+where, args, func(rows *sql.Rows) error {
		t, err := scanTarget(rows)
		targets = append(targets, t)
		return err
	})
	return targets, err
}

// Target is what is known of the URL; false when nothing is.
func (l *Ledger) Target(ctx context.Context, url string) (Target, bool, error) {
	targets, err := l.targets(ctx, `WHERE {is url}`, url)
	if err != nil || len(targets) == 0 {
		return Target{}, false, err
	}
	return targets[0], true, nil
}

// Counts is how many targets of the run stand in each state; run 0 is all that the ledger knows.
func (l *Ledger) Counts(ctx context.Context, run int64) (map[submitter.State]int, error) {
	counts := map[submitter.State]int{}
	err := l.query(ctx, "count the targets of", `SELECT state, COUNT(*) FROM targets WHERE CAST(? AS BIGINT) = 0 OR run = ? GROUP BY state`,
		[]any{run, run}, func(rows *sql.Rows) error {
			var state submitter.State
			var n int
			err := rows.Scan(&state, &n)
			counts[state] = n
			return err
		})
	return counts, err
}

const failedStates = `state IN ('failed', 'timeout', 'canceled', 'invalid', 'refused')`

// Failures lists the newest n targets that failed at the service or were refused by it, the newest first.
func (l *Ledger) Failures(ctx context.Context, n int) ([]Target, error) {
	return l.targets(ctx, `WHERE `+failedStates+` ORDER BY updated DESC, place, url LIMIT ?`, n)
}

// RetryFailed lists all targets that failed or were refused, to be sent once more: in the order of their plans, the
// newest plan first.
func (l *Ledger) RetryFailed(ctx context.Context) ([]submitter.Target, error) {
	var targets []submitter.Target
	err := l.query(ctx, "list the failed targets of", `SELECT url, zone, cost FROM targets WHERE `+failedStates+`
		ORDER BY COALESCE(run, 0) DESC, place, url`, nil, func(rows *sql.Rows) error {
		var t submitter.Target
		err := rows.Scan(&t.URL, &t.Zone, &t.Cost)
		targets = append(targets, t)
		return err
	})
	return targets, err
}

package ledger

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"strings"
)

// What reports and dashboards ask of a ledger; all of it works on one that is open for reading only.

// Run is the run of that number; false when there is none.
func (l *Ledger) Run(ctx context.Context, id int64) (Run, bool, error) {
	runs, err := l.runs(ctx, `WHERE id = ?`, id)
	if err != nil || len(runs) == 0 {
		return Run{}, false, err
	}
	return runs[0], true, nil
}

// LastRun is the newest run of the command; false when there was none.
func (l *Ledger) LastRun(ctx context.Context, command string) (Run, bool, error) {
	runs, err := l.runs(ctx, `WHERE command = ? ORDER BY id DESC LIMIT 1`, command)
	if err != nil || len(runs) == 0 {
		return Run{}, false, err
	}
	return runs[0], true, nil
}

// Targets are those whose last run it was, in the order of its plan; of run 0 all that the ledger knows, in the order of
// their URLs. An error ends it.
func (l *Ledger) Targets(ctx context.Context, run int64) iter.Seq2[Target, error] {
	where, args := `ORDER BY url`, []any(nil)
	if run != 0 {
		where, args = `WHERE run = ? ORDER BY place, url`, []any{run}
	}
	return func(yield func(Target, error) bool) {
		err := l.query(ctx, "read targets of", selectTarget+where, args, func(rows *sql.Rows) error {
			t, err := scanTarget(rows)
			if err == nil && !yield(t, nil) {
				err = errEnough
			}
			return err
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(Target{}, err)
		}
	}
}

// errEnough ends a query whose rest nobody wants.
var errEnough = errors.New("enough")

// QuotaDays lists what is known of each zone's quota days from a day on (2006-01-02), in the order of zones and days.
// Unsettled is not told.
func (l *Ledger) QuotaDays(ctx context.Context, from string) ([]QuotaDay, error) {
	var days []QuotaDay
	err := l.query(ctx, "read the quota of", `SELECT zone, day, units, daily, available, updated FROM quota_days
		WHERE day >= ? ORDER BY zone, day`, []any{from}, func(rows *sql.Rows) error {
		var d QuotaDay
		var updated int64
		err := rows.Scan(&d.Zone, &d.Day, &d.Units, &d.Daily, &d.Available, &updated)
		d.Updated = fromMillis(updated)
		days = append(days, d)
		return err
	})
	return days, err
}

// FailuresOf lists the newest n targets of the run that failed at the service or were refused by it, the newest first.
func (l *Ledger) FailuresOf(ctx context.Context, run int64, n int) ([]Target, error) {
	return l.targets(ctx, `WHERE run = ? AND `+failedStates+` ORDER BY updated DESC, place, url LIMIT ?`, run, n)
}

// likeText makes a text stand for itself in LIKE.
var likeText = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// Find lists the first n targets, in the order of their URLs, whose URL contains the text.
func (l *Ledger) Find(ctx context.Context, text string, n int) ([]Target, error) {
	return l.targets(ctx, `WHERE url {like} ? ESCAPE '!' ORDER BY url LIMIT ?`, "%"+likeText.Replace(text)+"%", n)
}

package ledger

import (
	"context"
	"database/sql"
	"time"
)

// Spent is what a run spent on a URL, and when the last of it was accepted.
type Spent struct {
	Units int
	At    time.Time
}

// SpentBy is what the run spent on each URL that was accepted.
func (l *Ledger) SpentBy(ctx context.Context, run int64) (map[string]Spent, error) {
	spent := map[string]Spent{}
	err := l.query(ctx, "read what was spent of", `SELECT s.url, SUM(s.units), MAX(s.at) FROM spendings s
		JOIN batches b ON b.id = s.batch WHERE b.run = ? GROUP BY s.url`, []any{run}, func(rows *sql.Rows) error {
		var url string
		var s Spent
		var at int64
		err := rows.Scan(&url, &s.Units, &at)
		s.At = fromMillis(at)
		spent[url] = s
		return err
	})
	return spent, err
}

package ledger

import (
	"bytes"
	"context"
	"database/sql"
)

// keptPart is how much of a plan is in a row: rows of a size that every database likes.
const keptPart = 1 << 20

// KeepPlan keeps what the run decided, in a form of the caller's, and lets go of what is too old or too much: all of the
// last two weeks are kept, as far as there is room.
func (l *Ledger) KeepPlan(ctx context.Context, run int64, body []byte) error {
	return l.write(ctx, "keep the plan in", func(tx *tx) error {
		if _, err := tx.exec(ctx, `DELETE FROM plans WHERE run = ?`, run); err != nil {
			return err
		}
		for part := 0; len(body) > 0; part++ {
			n := min(len(body), keptPart)
			if _, err := tx.exec(ctx, `INSERT INTO plans (run, part, body) VALUES (?, ?, ?)`, run, part, body[:n]); err != nil {
				return err
			}
			body = body[n:]
		}
		return l.thinPlans(ctx, tx)
	})
}

// KeptPlans are the runs whose plans are kept, the newest first.
func (l *Ledger) KeptPlans(ctx context.Context) (runs []int64, err error) {
	err = l.query(ctx, "list the plans of", `SELECT run FROM plans WHERE part = 0 ORDER BY run DESC`, nil, func(rows *sql.Rows) error {
		var run int64
		err := rows.Scan(&run)
		runs = append(runs, run)
		return err
	})
	return runs, err
}

// KeptPlan returns what was kept of a run, of run 0 that of the newest that has something; nil when there is nothing.
func (l *Ledger) KeptPlan(ctx context.Context, run int64) (of int64, body []byte, err error) {
	of = run
	if run == 0 {
		err = l.query(ctx, "find the last plan of", `SELECT COALESCE(MAX(run), 0) FROM plans`, nil,
			func(rows *sql.Rows) error { return rows.Scan(&of) })
	}
	if err != nil || of == 0 {
		return 0, nil, err
	}
	var all bytes.Buffer
	err = l.query(ctx, "read a plan of", `SELECT body FROM plans WHERE run = ? ORDER BY part`, []any{of},
		func(rows *sql.Rows) error {
			var part sql.RawBytes
			err := rows.Scan(&part)
			all.Write(part)
			return err
		})
	return of, all.Bytes(), err
}

package ledger

import (
	"context"

	"github.com/edgewarm/edgewarm/submitter"
)

// planTarget leaves alone what may be at the service: that is reconciled, not planned.
const planTarget = `INSERT INTO targets (url, zone, cost, state, run, place, updated)
	VALUES (?, ?, ?, 'planned', ?, ?, ?)
	ON CONFLICT ({key}) DO UPDATE SET zone = excluded.zone, cost = excluded.cost, state = excluded.state,
		run = excluded.run, place = excluded.place, batch = NULL, job_id = '', reason = '', updated = excluded.updated
	WHERE targets.state NOT IN ('intent', 'unknown')`

// PlanTargets stores the plan of the run, in its order: all of it or nothing.
func (l *Ledger) PlanTargets(ctx context.Context, run int64, targets []submitter.Target) error {
	now := millis(l.now())
	return l.write(ctx, "store the plan in", func(tx *tx) error {
		insert, err := tx.prepare(ctx, planTarget)
		if err != nil {
			return err
		}
		defer insert.Close()
		for i, t := range targets {
			if _, err := insert.ExecContext(ctx, t.URL, t.Zone, max(t.Cost, 1), run, i+1, now); err != nil {
				return err
			}
		}
		return nil
	})
}

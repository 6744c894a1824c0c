package ledger

import (
	"context"

	"github.com/edgewarm/edgewarm/submitter"
)

// planTargets leaves alone what may be at the service: that is reconciled, not planned. What the same run has sent already
// only gets its place.
const planTargets = `INSERT INTO targets (url, zone, cost, state, run, place, updated)
	SELECT value ->> 0, value ->> 1, CAST(value ->> 2 AS BIGINT), 'planned', CAST(? AS BIGINT), CAST(value ->> 3 AS BIGINT),
		CAST(? AS BIGINT) FROM {each} WHERE TRUE
	ON CONFLICT ({key}) DO UPDATE SET zone = excluded.zone, cost = excluded.cost, place = excluded.place,
		state = CASE WHEN ` + sentBefore + ` THEN targets.state ELSE excluded.state END, run = excluded.run,
		batch = CASE WHEN ` + sentBefore + ` THEN targets.batch END, job_id = CASE WHEN ` + sentBefore + ` THEN targets.job_id ELSE '' END,
		reason = CASE WHEN ` + sentBefore + ` THEN targets.reason ELSE '' END, updated = excluded.updated
	WHERE targets.state NOT IN ('intent', 'unknown')`

// sentBefore is what the same run has sent.
const sentBefore = `targets.run = excluded.run AND targets.state <> 'planned'`

// PlanTargets stores the plan of the run, in its order: all of it or nothing.
func (l *Ledger) PlanTargets(ctx context.Context, run int64, targets []submitter.Target) error {
	now := millis(l.now())
	return l.write(ctx, "store the plan in", func(tx *tx) error {
		var all rowSet
		for i, t := range targets {
			all.add(t.URL, t.Zone, max(t.Cost, 1), i+1)
		}
		_, err := all.exec(ctx, tx, planTargets, run, now, eachRow)
		return err
	})
}

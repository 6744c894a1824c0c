package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/edgewarm/edgewarm/submitter"
)

const (
	intendBatch = `INSERT INTO batches (id, zone, run, state, sent, attempts, targets, units, updated)
		VALUES (?, ?, ?, 'intent', ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, sent = excluded.sent, attempts = excluded.attempts,
			updated = excluded.updated`
	// A target that another batch may have sent is not sent: nobody would ask for that one's outcome any more.
	intendTarget = `INSERT INTO targets (url, zone, cost, state, run, batch, position, updated)
		VALUES (?, ?, ?, 'intent', ?, ?, ?, ?)
		ON CONFLICT ({key}) DO UPDATE SET zone = excluded.zone, cost = excluded.cost, state = excluded.state,
			run = excluded.run, batch = excluded.batch, position = excluded.position, job_id = '', reason = '',
			updated = excluded.updated
		WHERE targets.batch = excluded.batch OR targets.state NOT IN ('intent', 'unknown')`
	settleBatch = `UPDATE batches SET state = ?, accepted = accepted + ?, failed = failed + ?, job_id = ?, request_id = ?,
		error = ?, updated = ? WHERE id = ?`
	settleTarget = `UPDATE targets SET state = ?, job_id = ?, reason = ?, updated = ?,
		accepted_at = CASE WHEN ? THEN ? ELSE accepted_at END
		WHERE {is url} AND batch = ? AND state IN ('intent', 'unknown')`
	spendUnits       = `INSERT INTO spendings (batch, url, units, at) VALUES (?, ?, ?, ?)`
	unsettledTargets = `SELECT b.id, b.zone, b.sent, b.attempts, t.url, t.cost
		FROM batches b JOIN targets t ON t.batch = b.id
		WHERE b.state IN ('intent', 'unknown') AND t.state IN ('intent', 'unknown')
		ORDER BY b.sent, b.id, t.position`
)

// Intend commits that the batch is about to be sent. A target that another unsettled batch holds is an error.
func (l *Ledger) Intend(ctx context.Context, b submitter.Batch) error {
	run, now := l.currentRun(), millis(l.now())
	return l.write(ctx, "intend a batch in", func(tx *tx) error {
		if _, err := tx.exec(ctx, intendBatch, b.ID, b.Zone, run, millis(b.Sent), b.Attempts, len(b.URLs), b.Units(), now); err != nil {
			return err
		}
		insert, err := tx.prepare(ctx, intendTarget)
		if err != nil {
			return err
		}
		defer insert.Close()
		for i, u := range b.URLs {
			result, err := insert.ExecContext(ctx, u, b.Zone, b.Cost(i), run, b.ID, i, now)
			if err := affected(result, err, "%s is in a batch that was not settled yet", u); err != nil {
				return err
			}
		}
		return nil
	})
}

// Settle commits what became of the batch, and counts what was accepted against the quota day on which it was sent.
func (l *Ledger) Settle(ctx context.Context, b submitter.Batch, o submitter.Outcome) error {
	if len(o.States) != len(b.URLs) || o.Jobs != nil && len(o.Jobs) != len(b.URLs) {
		return l.wrap("settle a batch in", fmt.Errorf("batch %s of %d targets has an outcome of %d", b.ID, len(b.URLs), len(o.States)))
	}
	return l.write(ctx, "settle a batch in", func(tx *tx) error {
		if err := l.settleBatch(ctx, tx, b, o); err != nil {
			return err
		}
		return l.settleTargets(ctx, tx, b, o)
	})
}

func (l *Ledger) settleBatch(ctx context.Context, tx *tx, b submitter.Batch, o submitter.Outcome) error {
	state, text, accepted, failed := "settled", "", 0, 0
	if slices.Contains(o.States, submitter.Unknown) {
		state = string(submitter.Unknown)
	}
	if o.Err != nil {
		text = shorten(o.Err.Error())
	}
	for _, s := range o.States {
		switch s {
		case submitter.Accepted:
			accepted++
		case submitter.Refused:
			failed++
		}
	}
	result, err := tx.exec(ctx, settleBatch, state, accepted, failed, o.Receipt.JobID, o.Receipt.RequestID, text,
		millis(l.now()), b.ID)
	return affected(result, err, "batch %s was never intended", b.ID)
}

func (l *Ledger) settleTargets(ctx context.Context, tx *tx, b submitter.Batch, o submitter.Outcome) error {
	update, err := tx.prepare(ctx, settleTarget)
	if err != nil {
		return err
	}
	defer update.Close()
	spend, err := tx.prepare(ctx, spendUnits)
	if err != nil {
		return err
	}
	defer spend.Close()
	reasons := make(map[string]string, len(o.Receipt.Failed))
	for _, f := range o.Receipt.Failed {
		reasons[f.URL] = shorten(f.Reason)
	}
	now, units := millis(l.now()), 0
	for i, u := range b.URLs {
		state, job, reason := o.States[i], "", ""
		switch state {
		case submitter.Accepted:
			job = jobOf(o, i)
		case submitter.Refused:
			reason = reasons[u]
		case submitter.Unknown:
			reason = "the answer was lost"
		}
		result, err := update.ExecContext(ctx, state, job, reason, now, state == submitter.Accepted, now, u, b.ID)
		if err := affected(result, err, "%s is not unsettled in batch %s", u, b.ID); err != nil {
			return err
		}
		if state != submitter.Accepted {
			continue
		}
		units += b.Cost(i)
		if _, err := spend.ExecContext(ctx, b.ID, u, b.Cost(i), now); err != nil {
			return err
		}
	}
	return l.spend(ctx, tx, b.Zone, b.Sent, units)
}

func jobOf(o submitter.Outcome, i int) string {
	if o.Jobs != nil && o.Jobs[i] != "" {
		return o.Jobs[i]
	}
	return o.Receipt.JobID
}

// maxText bounds the reasons and errors that are kept, which are the service's words.
const maxText = 500

func shorten(s string) string {
	if len(s) > maxText {
		return s[:maxText] + "…"
	}
	return s
}

// Unsettled lists the batches whose outcome is not known, oldest first, each with the targets that are concerned.
func (l *Ledger) Unsettled(ctx context.Context) ([]submitter.Batch, error) {
	var batches []submitter.Batch
	err := l.query(ctx, "list the unsettled batches of", unsettledTargets, nil, func(rows *sql.Rows) error {
		var b submitter.Batch
		var sent int64
		var url string
		var cost int
		if err := rows.Scan(&b.ID, &b.Zone, &sent, &b.Attempts, &url, &cost); err != nil {
			return err
		}
		if n := len(batches); n == 0 || batches[n-1].ID != b.ID {
			b.Sent = fromMillis(sent)
			batches = append(batches, b)
		}
		last := &batches[len(batches)-1]
		last.URLs, last.Costs = append(last.URLs, url), append(last.Costs, cost)
		return nil
	})
	return batches, err
}

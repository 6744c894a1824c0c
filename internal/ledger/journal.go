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
	intendTargets = `INSERT INTO targets (url, zone, cost, state, run, batch, position, updated)
		SELECT value ->> 0, CAST(? AS TEXT), CAST(value ->> 1 AS BIGINT), 'intent', CAST(? AS BIGINT), CAST(? AS TEXT),
			CAST(value ->> 2 AS BIGINT), CAST(? AS BIGINT) FROM {each} WHERE TRUE
		ON CONFLICT ({key}) DO UPDATE SET zone = excluded.zone, cost = excluded.cost, state = excluded.state,
			run = excluded.run, batch = excluded.batch, position = excluded.position, job_id = '', reason = '',
			updated = excluded.updated
		WHERE targets.batch = excluded.batch OR targets.state NOT IN ('intent', 'unknown')`
	heldTarget  = `SELECT COUNT(*) FROM targets WHERE {is url} AND batch <> ? AND state IN ('intent', 'unknown')`
	settleBatch = `UPDATE batches SET state = ?, accepted = accepted + ?, failed = failed + ?, job_id = ?, request_id = ?,
		error = ?, updated = ? WHERE id = ?`
	// It is looked up by URL for each of the rows: those are set down first, or SQLite would read all of them for each target.
	settleTargets = `WITH v AS MATERIALIZED (SELECT value ->> 0 AS url, value ->> 1 AS state, value ->> 2 AS job,
			value ->> 3 AS reason FROM {each})
		UPDATE targets SET state = v.state, job_id = v.job, reason = v.reason, updated = ?,
			accepted_at = CASE WHEN v.state = 'accepted' THEN ? ELSE accepted_at END
		FROM v WHERE {is v.url} AND targets.batch = ? AND targets.state IN ('intent', 'unknown')`
	spendUnits = `INSERT INTO spendings (batch, url, units, at)
		SELECT CAST(? AS TEXT), value ->> 0, CAST(value ->> 1 AS BIGINT), CAST(? AS BIGINT) FROM {each}`
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
		var targets rowSet
		for i, u := range b.URLs {
			targets.add(u, b.Cost(i), i)
		}
		n, err := targets.exec(ctx, tx, intendTargets, b.Zone, run, b.ID, now, eachRow)
		if err == nil && n != int64(len(b.URLs)) {
			err = heldBy(ctx, tx, b)
		}
		return err
	})
}

// heldBy names the target of the batch that another one holds.
func heldBy(ctx context.Context, tx *tx, b submitter.Batch) error {
	for _, u := range b.URLs {
		var held int
		if err := tx.row(ctx, heldTarget, u, b.ID).Scan(&held); err != nil {
			return err
		}
		if held > 0 {
			return fmt.Errorf("%s is in a batch that was not settled yet", u)
		}
	}
	return fmt.Errorf("batch %s has a target twice", b.ID)
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
	var targets, spent rowSet
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
		targets.add(u, state, job, reason)
		if state == submitter.Accepted {
			units += b.Cost(i)
			spent.add(u, b.Cost(i))
		}
	}
	n, err := targets.exec(ctx, tx, settleTargets, eachRow, now, now, b.ID)
	if err == nil && n != int64(len(b.URLs)) {
		err = fmt.Errorf("%d of the %d targets are not unsettled in batch %s", int64(len(b.URLs))-n, len(b.URLs), b.ID)
	}
	if err != nil {
		return err
	}
	if _, err := spent.exec(ctx, tx, spendUnits, b.ID, now, eachRow); err != nil {
		return err
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

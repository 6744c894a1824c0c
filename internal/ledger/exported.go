package ledger

import (
	"database/sql"
	"encoding/json"
)

// exportPart is a kind of record, in its order.
type exportPart struct {
	text string
	scan func(*Ledger, *sql.Rows) (Record, error)
}

var exported = []exportPart{
	{`SELECT id, command, pid, host, started, ended, interrupted, exit_code, summary FROM runs ORDER BY id`, scanRunRecord},
	{`SELECT id, COALESCE(run, 0), zone, state, sent, attempts, targets, units, accepted, failed, job_id, request_id, error
		FROM batches ORDER BY sent, id`, scanBatchRecord},
	{`SELECT s.at, b.sent, b.zone, s.url, s.units, s.batch, COALESCE(b.run, 0), COALESCE(r.command, ''), COALESCE(r.host, '')
		FROM spendings s JOIN batches b ON b.id = s.batch LEFT JOIN runs r ON r.id = b.run ORDER BY s.at, s.batch, s.url`, scanSpentRecord},
	{selectTarget + `ORDER BY url`, scanTargetRecord},
	{`SELECT zone, day, units, daily, available, updated FROM quota_days ORDER BY zone, day`, scanQuotaRecord},
	{`SELECT launch, zone, day, units, updated FROM bookings ORDER BY day, zone, launch`, scanBookingRecord},
	{`SELECT id, url, weight, state, COALESCE(run, 0), attempts, reason, received FROM inbox ORDER BY id`, scanEventRecord},
	{`SELECT url, zone, COALESCE(run, 0), state, at, job_id FROM purges ORDER BY at, url`, scanPurgeRecord},
	{`SELECT run, part, LENGTH(body), {bodies} FROM plans ORDER BY run, part`, scanPlanRecord},
}

func scanRunRecord(_ *Ledger, rows *sql.Rows) (Record, error) {
	var r RunRecord
	var started, ended int64
	var summary string
	err := rows.Scan(&r.ID, &r.Command, &r.PID, &r.Host, &started, &ended, &r.Interrupted, &r.Exit, &summary)
	r.Started, r.Ended = fromMillis(started), fromMillis(ended)
	if summary != "" {
		r.Summary = json.RawMessage(summary)
	}
	return Record{Run: &r}, err
}

func scanBatchRecord(_ *Ledger, rows *sql.Rows) (Record, error) {
	var b BatchRecord
	var sent int64
	err := rows.Scan(&b.ID, &b.Run, &b.Zone, &b.State, &sent, &b.Attempts, &b.Targets, &b.Units, &b.Accepted, &b.Failed,
		&b.JobID, &b.RequestID, &b.Error)
	b.Sent = fromMillis(sent)
	return Record{Batch: &b}, err
}

func scanSpentRecord(l *Ledger, rows *sql.Rows) (Record, error) {
	var s SpentRecord
	var at, sent int64
	err := rows.Scan(&at, &sent, &s.Zone, &s.URL, &s.Units, &s.Batch, &s.Run, &s.Command, &s.Host)
	s.At, s.Day = fromMillis(at), l.Day(fromMillis(sent))
	return Record{Spent: &s}, err
}

func scanTargetRecord(_ *Ledger, rows *sql.Rows) (Record, error) {
	t, err := scanTarget(rows)
	return Record{Target: &TargetRecord{
		URL: t.URL, Zone: t.Zone, Cost: t.Cost, State: t.State, Run: t.Run, Batch: t.Batch, JobID: t.JobID, Reason: t.Reason, Title: t.Title,
		Updated: t.Updated, Accepted: t.Accepted, Warm: t.Warm,
	}}, err
}

func scanQuotaRecord(_ *Ledger, rows *sql.Rows) (Record, error) {
	var q QuotaRecord
	var updated int64
	err := rows.Scan(&q.Zone, &q.Day, &q.Units, &q.Daily, &q.Available, &updated)
	q.Updated = fromMillis(updated)
	return Record{Quota: &q}, err
}

func scanBookingRecord(_ *Ledger, rows *sql.Rows) (Record, error) {
	var b BookingRecord
	var updated int64
	err := rows.Scan(&b.Launch, &b.Zone, &b.Day, &b.Units, &updated)
	b.Updated = fromMillis(updated)
	return Record{Booking: &b}, err
}

func scanEventRecord(_ *Ledger, rows *sql.Rows) (Record, error) {
	var e EventRecord
	var received int64
	err := rows.Scan(&e.ID, &e.URL, &e.Weight, &e.State, &e.Run, &e.Attempts, &e.Reason, &received)
	e.Received = fromMillis(received)
	return Record{Event: &e}, err
}

func scanPlanRecord(_ *Ledger, rows *sql.Rows) (Record, error) {
	var p PlanRecord
	err := rows.Scan(&p.Run, &p.Part, &p.Bytes, &p.Body)
	return Record{Plan: &p}, err
}

func scanPurgeRecord(_ *Ledger, rows *sql.Rows) (Record, error) {
	var p PurgeRecord
	var at int64
	err := rows.Scan(&p.URL, &p.Zone, &p.Run, &p.State, &at, &p.JobID)
	p.At = fromMillis(at)
	return Record{Purge: &p}, err
}

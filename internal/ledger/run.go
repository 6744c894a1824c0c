package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"time"

	"github.com/edgewarm/edgewarm/submitter"
)

// Run is one command that submitted, or set out to.
type Run struct {
	ID      int64
	Command string
	PID     int
	Host    string
	Started time.Time
	// Ended is zero while it runs, and when it was killed, which Interrupted tells once another has begun.
	Ended       time.Time
	Interrupted bool
	ExitCode    int
	// Summary is what EndRun was given.
	Summary json.RawMessage
}

// BeginRun begins a run, to which all that is planned and sent belongs until the next begins. What earlier runs that
// were killed had planned but not sent becomes deferred.
func (l *Ledger) BeginRun(ctx context.Context, command string) (id int64, err error) {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	err = l.write(ctx, "begin run", func(tx *tx) error {
		if _, err := tx.exec(ctx, `UPDATE runs SET interrupted = 1 WHERE ended = 0`); err != nil {
			return err
		}
		if err := l.deferPlanned(ctx, tx, "the run was killed before it was sent"); err != nil {
			return err
		}
		if err := tx.row(ctx, `SELECT COALESCE(MAX(id), 0) + 1 FROM runs`).Scan(&id); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `INSERT INTO runs (id, command, pid, host, started) VALUES (?, ?, ?, ?, ?)`,
			id, command, os.Getpid(), host, millis(l.now()))
		return err
	})
	if err == nil {
		l.run.Store(id)
	}
	return id, err
}

// EndRun ends the run with what it came to. What it had planned but not sent becomes deferred.
func (l *Ledger) EndRun(ctx context.Context, id int64, exitCode int, summary json.RawMessage) error {
	return l.write(ctx, "end run", func(tx *tx) error {
		if err := l.deferPlanned(ctx, tx, "the run ended before it was sent"); err != nil {
			return err
		}
		result, err := tx.exec(ctx, `UPDATE runs SET ended = ?, exit_code = ?, summary = ? WHERE id = ?`,
			millis(l.now()), exitCode, string(summary), id)
		return affected(result, err, "there is no run %d", id)
	})
}

func (l *Ledger) deferPlanned(ctx context.Context, tx *tx, reason string) error {
	_, err := tx.exec(ctx, `UPDATE targets SET state = ?, reason = ?, updated = ? WHERE state = ?`,
		submitter.Deferred, reason, millis(l.now()), submitter.Planned)
	return err
}

// Runs lists the newest n runs, the newest first.
func (l *Ledger) Runs(ctx context.Context, n int) ([]Run, error) {
	return l.runs(ctx, `ORDER BY id DESC LIMIT ?`, n)
}

// RunsFrom lists the runs from that one on, the newest first.
func (l *Ledger) RunsFrom(ctx context.Context, id int64) ([]Run, error) {
	return l.runs(ctx, `WHERE id >= ? ORDER BY id DESC`, id)
}

func (l *Ledger) runs(ctx context.Context, where string, args ...any) ([]Run, error) {
	var runs []Run
	err := l.query(ctx, "list the runs of", `SELECT id, command, pid, host, started, ended, interrupted, exit_code, summary
		FROM runs `+where, args, func(rows *sql.Rows) error {
		var r Run
		var started, ended int64
		var summary string
		err := rows.Scan(&r.ID, &r.Command, &r.PID, &r.Host, &started, &ended, &r.Interrupted, &r.ExitCode, &summary)
		r.Started, r.Ended = fromMillis(started), fromMillis(ended)
		if summary != "" {
			r.Summary = json.RawMessage(summary)
		}
		runs = append(runs, r)
		return err
	})
	return runs, err
}

// currentRun is the run to which what is sent belongs, NULL when none was begun.
func (l *Ledger) currentRun() sql.NullInt64 {
	id := l.run.Load()
	return sql.NullInt64{Int64: id, Valid: id != 0}
}

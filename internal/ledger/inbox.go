package ledger

import (
	"context"
	"database/sql"
	"time"
)

// Event is one URL that somebody asked to have warmed outside of the plan: an upload hook, a transcoder.
type Event struct {
	ID  int64
	URL string
	// Weight multiplies the demand of what the URL leads to.
	Weight float64
	State  EventState
	// Run is the one that took it last, 0 for none yet; Attempts counts those that did.
	Run      int64
	Attempts int
	// Reason is why it was put off, or given up.
	Reason string
	// Received is when it came; Due when it is to be taken, which is later once it was put off.
	Received, Due time.Time
}

// EventState is how far an Event has come.
type EventState string

// The states of an Event.
const (
	EventPending EventState = "pending"
	EventDone    EventState = "done"
	EventFailed  EventState = "failed"
)

const (
	insertEvent = `INSERT INTO inbox (id, url, weight, state, received, due, updated) VALUES (?, ?, ?, 'pending', ?, ?, ?)`
	selectEvent = `SELECT id, url, weight, state, COALESCE(run, 0), attempts, reason, received, due FROM inbox `
	updateEvent = `UPDATE inbox SET state = ?, run = ?, attempts = attempts + 1, reason = ?, due = ?, updated = ? WHERE id = ?`
)

// Receive takes the URLs and weights of the events into the inbox, all of them or none, and returns the first one's
// number; the others follow it. It needs no hold on the ledger: see OpenShared.
func (l *Ledger) Receive(ctx context.Context, events []Event) (first int64, err error) {
	now := millis(l.now())
	err = l.commit(ctx, "receive events in", func(tx *tx) error {
		if err := tx.alone(ctx); err != nil {
			return err
		}
		if err := tx.row(ctx, `SELECT COALESCE(MAX(id), 0) + 1 FROM inbox`).Scan(&first); err != nil {
			return err
		}
		insert, err := tx.prepare(ctx, insertEvent)
		if err != nil {
			return err
		}
		defer insert.Close()
		for i, e := range events {
			if _, err := insert.ExecContext(ctx, first+int64(i), e.URL, e.Weight, now, now, now); err != nil {
				return err
			}
		}
		return nil
	})
	return first, err
}

// PendingEvents lists the first n events that are due, the oldest first.
func (l *Ledger) PendingEvents(ctx context.Context, n int) ([]Event, error) {
	return l.events(ctx, `WHERE state = 'pending' AND due <= ? ORDER BY id LIMIT ?`, millis(l.now()), n)
}

// Events lists the newest n events, the newest first.
func (l *Ledger) Events(ctx context.Context, n int) ([]Event, error) {
	return l.events(ctx, `ORDER BY id DESC LIMIT ?`, n)
}

// EventCounts is how many events stand in each state.
func (l *Ledger) EventCounts(ctx context.Context) (map[EventState]int, error) {
	counts := map[EventState]int{}
	err := l.query(ctx, "count the events of", `SELECT state, COUNT(*) FROM inbox GROUP BY state`, nil, func(rows *sql.Rows) error {
		var state EventState
		var n int
		err := rows.Scan(&state, &n)
		counts[state] = n
		return err
	})
	return counts, err
}

// UpdateEvents writes down what became of events that a run has taken: State, Run, Reason, and Due of those that stay
// pending. It needs no hold on the ledger.
func (l *Ledger) UpdateEvents(ctx context.Context, events []Event) error {
	now := millis(l.now())
	return l.commit(ctx, "update events in", func(tx *tx) error {
		update, err := tx.prepare(ctx, updateEvent)
		if err != nil {
			return err
		}
		defer update.Close()
		for _, e := range events {
			run := sql.NullInt64{Int64: e.Run, Valid: e.Run != 0}
			result, err := update.ExecContext(ctx, e.State, run, shorten(e.Reason), millis(e.Due), now, e.ID)
			if err := affected(result, err, "there is no event %d", e.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *Ledger) events(ctx context.Context, where string, args ...any) ([]Event, error) {
	var events []Event
	err := l.query(ctx, "read the events of", selectEvent+where, args, func(rows *sql.Rows) error {
		var e Event
		var received, due int64
		err := rows.Scan(&e.ID, &e.URL, &e.Weight, &e.State, &e.Run, &e.Attempts, &e.Reason, &received, &due)
		e.Received, e.Due = fromMillis(received), fromMillis(due)
		events = append(events, e)
		return err
	})
	return events, err
}

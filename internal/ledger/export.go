package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"iter"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/submitter"
)

// Record is one thing that the ledger knows, as an export has it: exactly one field is set. Its JSON is for programs.
type Record struct {
	Run     *RunRecord     `json:"run,omitempty"`
	Batch   *BatchRecord   `json:"batch,omitempty"`
	Spent   *SpentRecord   `json:"spent,omitempty"`
	Target  *TargetRecord  `json:"target,omitempty"`
	Quota   *QuotaRecord   `json:"quota,omitempty"`
	Booking *BookingRecord `json:"booking,omitempty"`
	Event   *EventRecord   `json:"event,omitempty"`
	Purge   *PurgeRecord   `json:"purge,omitempty"`
	Plan    *PlanRecord    `json:"plan,omitempty"`
}

// RunRecord is a Run: who it was, and what it came to.
type RunRecord struct {
	ID          int64           `json:"id"`
	Command     string          `json:"command"`
	PID         int             `json:"pid"`
	Host        string          `json:"host"`
	Started     time.Time       `json:"started"`
	Ended       time.Time       `json:"ended,omitzero"`
	Interrupted bool            `json:"interrupted,omitempty"`
	Exit        int             `json:"exit"`
	Summary     json.RawMessage `json:"summary,omitempty"`
}

// BatchRecord is one call of the service, of the run that made it. State is intent, unknown or settled; Units what it asked for.
type BatchRecord struct {
	ID        string    `json:"id"`
	Run       int64     `json:"run,omitempty"`
	Zone      string    `json:"zone"`
	State     string    `json:"state"`
	Sent      time.Time `json:"sent"`
	Attempts  int       `json:"attempts"`
	Targets   int       `json:"targets"`
	Units     int       `json:"units"`
	Accepted  int       `json:"accepted"`
	Failed    int       `json:"failed"`
	JobID     string    `json:"job_id,omitempty"`
	RequestID string    `json:"request_id,omitempty"`
	Error     string    `json:"error,omitempty"`
}

// SpentRecord is what one target took of a quota: by whom, and for what.
type SpentRecord struct {
	At      time.Time `json:"at"`
	Day     string    `json:"day"`
	Zone    string    `json:"zone"`
	URL     string    `json:"url"`
	Units   int       `json:"units"`
	Batch   string    `json:"batch"`
	Run     int64     `json:"run,omitempty"`
	Command string    `json:"command,omitempty"`
	Host    string    `json:"host,omitempty"`
}

// TargetRecord is a Target as it stands.
type TargetRecord struct {
	URL      string          `json:"url"`
	Zone     string          `json:"zone"`
	Cost     int             `json:"cost"`
	State    submitter.State `json:"state"`
	Run      int64           `json:"run,omitempty"`
	Batch    string          `json:"batch,omitempty"`
	JobID    string          `json:"job_id,omitempty"`
	Reason   string          `json:"reason,omitempty"`
	Title    string          `json:"title,omitempty"`
	Updated  time.Time       `json:"updated"`
	Accepted time.Time       `json:"accepted,omitzero"`
	Warm     time.Time       `json:"warm,omitzero"`
}

// QuotaRecord is a QuotaDay: Units by our own count, the others what the service said last.
type QuotaRecord struct {
	Zone      string    `json:"zone"`
	Day       string    `json:"day"`
	Units     int       `json:"units"`
	Daily     int       `json:"daily"`
	Available int       `json:"available"`
	Updated   time.Time `json:"updated"`
}

// BookingRecord is a Booking.
type BookingRecord struct {
	Launch  string    `json:"launch"`
	Zone    string    `json:"zone"`
	Day     string    `json:"day"`
	Units   int       `json:"units"`
	Updated time.Time `json:"updated"`
}

// EventRecord is an Event.
type EventRecord struct {
	ID       int64      `json:"id"`
	URL      string     `json:"url"`
	Weight   float64    `json:"weight"`
	State    EventState `json:"state"`
	Run      int64      `json:"run,omitempty"`
	Attempts int        `json:"attempts"`
	Reason   string     `json:"reason,omitempty"`
	Received time.Time  `json:"received"`
}

// PurgeRecord is what was removed from the caches last of a URL. State is intent or purged.
type PurgeRecord struct {
	URL   string    `json:"url"`
	Zone  string    `json:"zone"`
	Run   int64     `json:"run,omitempty"`
	State string    `json:"state"`
	At    time.Time `json:"at"`
	JobID string    `json:"job_id,omitempty"`
}

// PlanRecord is a part of what a run decided, as it was kept: the parts of a run, in their order, are one gzip.
type PlanRecord struct {
	Run   int64  `json:"run"`
	Part  int    `json:"part"`
	Bytes int    `json:"bytes"`
	Body  []byte `json:"body,omitempty"`
}

// Export walks over all that the ledger knows but what crawls remember of documents: runs, batches, what was spent on
// which target, targets, quota days, bookings, events, purges and plans, each kind in the order of its time or name. It is one look: what
// another process writes meanwhile is not in it. Of plans, which may be hundreds of megabytes, the bodies are read only
// where they are wanted. An error ends it.
func (l *Ledger) Export(ctx context.Context, bodies bool) iter.Seq2[Record, error] {
	column := "NULL"
	if bodies {
		column = "body"
	}
	return func(yield func(Record, error) bool) {
		tx, err := l.db.BeginTx(ctx, l.backend.snapshot())
		if err != nil {
			yield(Record{}, l.wrap("export", err))
			return
		}
		defer tx.Rollback() // it changes nothing
		for _, part := range exported {
			part.text = strings.Replace(part.text, "{bodies}", column, 1)
			more, err := l.exportPart(ctx, tx, part, yield)
			if err != nil {
				yield(Record{}, l.wrap("export", err))
			}
			if err != nil || !more {
				return
			}
		}
	}
}

func (l *Ledger) exportPart(ctx context.Context, tx *sql.Tx, p exportPart, yield func(Record, error) bool) (more bool, err error) {
	rows, err := tx.QueryContext(ctx, l.statement(p.text))
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := p.scan(l, rows)
		if err != nil {
			return false, err
		}
		if !yield(r, nil) {
			return false, nil
		}
	}
	return true, rows.Err()
}

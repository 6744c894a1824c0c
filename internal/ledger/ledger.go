// Package ledger remembers in SQL what edgewarm sent and what came of it: runs, targets, batches and what each quota
// day has spent. It is the truth about what was sent, so each change is one transaction that is on disk when its call
// returns.
//
// It is a file of SQLite, or a PostgreSQL database by its DSN; both do the same.
//
// A Ledger is held by one process at a time, by FILE.lock and by a lease in the database; any other is told who that is
// by a *HeldError. Reading what happened (OpenReadOnly) needs no hold and disturbs nobody.
//
// It is a submitter.Journal and a submitter.Spender.
package ledger

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/edgewarm/edgewarm/internal/postgres"
	"github.com/edgewarm/edgewarm/submitter"
)

var (
	_ submitter.Journal = (*Ledger)(nil)
	_ submitter.Spender = (*Ledger)(nil)
)

// ErrReadOnly is returned by what would change a ledger that was opened to be read.
var ErrReadOnly = errors.New("the ledger is open for reading only")

// Options of a Ledger. The zero value is ready.
type Options struct {
	// Command is shown to another process that finds the ledger held: run, submit.
	Command string
	// Location is where the quota day begins at ResetHour; nil is Asia/Shanghai.
	Location *time.Location
	// ResetHour is the hour of the day at which the service makes the quota whole again; 0 is midnight.
	ResetHour int
	// Books names the books in which the quota of this process is kept, where the service has a quota of its own for what
	// it does: edge. Empty is the common one.
	Books string
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Waiting is called once when another process holds the ledger that may have been killed: Open waits no longer than
	// rest for it to be heard of, or for its lease to end. nil is not called.
	Waiting func(h Holder, rest time.Duration)

	// Lease is how long the hold lasts without being renewed, which it is five times as often; 0 is 15 seconds.
	Lease time.Duration
	// MaxHeld bounds the bytes of the listings that crawls remember; 0 is those of a million documents, 1 GiB.
	MaxHeld int64
	// connector wraps the driver's, for tests that make it fail.
	connector func(driver.Connector) driver.Connector
	// room is how much there is for kept plans; zero is keptBytes and keptRuns.
	room keptRoom
	// vfs is the file system of SQLite, for tests that make it fail; empty is the system's.
	vfs string
}

// Ledger is an open ledger. It is safe for several goroutines.
type Ledger struct {
	name    string
	o       Options
	backend backend
	db      *sql.DB
	lock    *lock  // nil where only the lease tells
	lease   *lease // nil of a ledger that is not held

	// writing is held over a transaction that writes, so that those of one process do not wait for each other by polling.
	writing sync.Mutex
	run     atomic.Int64 // the run that was begun last, 0 before
	days    atomic.Pointer[quotaDays]
}

// Error is an operation on a ledger that did not succeed.
type Error struct {
	// Op is what was asked: open, intend, settle …
	Op string
	// Name is the ledger's.
	Name string
	Err  error
}

// Error names the operation, the ledger and the cause.
func (e *Error) Error() string { return e.Op + " " + e.Name + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Open opens the ledger that dsn names, the path of a file or postgres://…, makes it when there is none, brings its schema
// up to date and holds it until Close. A ledger that another process holds is a *HeldError, one that a newer edgewarm
// wrote a *VersionError.
func Open(ctx context.Context, dsn string, o Options) (*Ledger, error) {
	l, err := newLedger(dsn, o)
	if err != nil {
		return nil, err
	}
	if err := l.open(ctx); err != nil {
		return nil, errors.Join(l.wrap("open", err), l.Close())
	}
	return l, nil
}

func (l *Ledger) open(ctx context.Context) (err error) {
	if l.lock, err = l.backend.hold(l.o.Command, l.now()); err != nil {
		return err
	}
	if l.db, err = l.backend.open(ctx, false); err != nil {
		return err
	}
	if err := l.migrate(ctx); err != nil {
		return err
	}
	return l.takeLease(ctx, l.lock != nil)
}

// OpenReadOnly opens the ledger to be read, whoever holds it. There must be one: the error is fs.ErrNotExist else.
func OpenReadOnly(ctx context.Context, dsn string, o Options) (*Ledger, error) {
	return openBeside(ctx, dsn, o, true)
}

// openBeside opens a ledger of this version without a hold on it.
func openBeside(ctx context.Context, dsn string, o Options, readOnly bool) (*Ledger, error) {
	l, err := newLedger(dsn, o)
	if err != nil {
		return nil, err
	}
	if l.db, err = l.backend.open(ctx, readOnly); err == nil {
		err = l.checkVersion(ctx)
	}
	if err != nil {
		return nil, errors.Join(l.wrap("open", err), l.Close())
	}
	return l, nil
}

func newLedger(dsn string, o Options) (*Ledger, error) {
	if scheme, _, ok := strings.Cut(dsn, "://"); ok && !postgres.IsDSN(dsn) {
		return nil, &Error{"open", scheme + "://…", errors.New("a ledger is a file, or a database of PostgreSQL: postgres://…")}
	}
	if dsn == "" {
		return nil, &Error{"open", `""`, errors.New("the ledger has no name")}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Location == nil {
		o.Location = time.FixedZone("Asia/Shanghai", 8*60*60) // it has no summer time
	}
	b := backendOf(dsn, o)
	l := &Ledger{name: b.name(), o: o, backend: b}
	l.BeginDays(o.ResetHour, o.Location)
	return l, nil
}

// Close lets the ledger go. It may be called again.
func (l *Ledger) Close() error {
	var errs []error
	l.dropLease()
	if l.db != nil {
		errs = append(errs, l.db.Close())
	}
	if l.lock != nil {
		errs = append(errs, l.lock.release())
		l.lock = nil
	}
	return l.wrap("close", errors.Join(errs...))
}

// write does f in one transaction, which is on disk when write returns nil.
func (l *Ledger) write(ctx context.Context, op string, f func(*tx) error) error {
	if l.lease == nil {
		return l.wrap(op, ErrReadOnly)
	}
	return l.commit(ctx, op, func(tx *tx) error {
		if err := l.checkLease(ctx, tx); err != nil {
			return err
		}
		began := time.Now()
		if err := f(tx); err != nil {
			return err
		}
		if time.Since(began) < l.leaseTime()/renewalsLease {
			return nil
		}
		return l.checkLease(ctx, tx)
	})
}

// commit is write for what may be written by whoever does not hold the ledger.
func (l *Ledger) commit(ctx context.Context, op string, f func(*tx) error) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	began, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return l.wrap(op, err)
	}
	defer began.Rollback() // after Commit it does nothing
	if err := f(&tx{began, l}); err != nil {
		return l.wrap(op, err)
	}
	return l.wrap(op, began.Commit())
}

// query calls scan for each row.
func (l *Ledger) query(ctx context.Context, op, text string, args []any, scan func(*sql.Rows) error) error {
	rows, err := l.db.QueryContext(ctx, l.statement(text), args...)
	if err != nil {
		return l.wrap(op, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return l.wrap(op, err)
		}
	}
	return l.wrap(op, rows.Err())
}

func (l *Ledger) wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Op: op, Name: l.name, Err: l.backend.explain(err)}
}

func (l *Ledger) now() time.Time { return l.o.Now() }

// millis is how times are stored: whole milliseconds since 1970, 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// affected is an error when the statement did not change exactly one row.
func affected(result sql.Result, err error, otherwise string, args ...any) error {
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n != 1 {
		err = fmt.Errorf(otherwise, args...)
	}
	return err
}

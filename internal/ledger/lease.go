package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// A ledger has one holder at a time, by a lease in the database, in the database's own time. Each holder has a number
// of its own, the epoch, and each transaction checks first that the lease still has it: a holder that was thought dead,
// since its machine slept or its network was cut, can write nothing any more once another has taken over. Nothing is sent
// that was not written before, so that it can send nothing either.

// defaultLease is how long a lease holds that is not renewed, which bounds the wait for one whose holder was killed. It
// is renewed five times as often, so that a slow disk or network does not cost it.
const (
	defaultLease  = 15 * time.Second
	renewalsLease = 5
)

// releaseTimeout bounds giving back a lease, which else ends by itself.
const releaseTimeout = 2 * time.Second

const (
	makeLease = `INSERT INTO leases (name, epoch, holder, renewed, expires) VALUES ('writer', 0, '', 0, 0)
		ON CONFLICT (name) DO NOTHING`
	readLease = `SELECT epoch, holder, renewed, expires, {now} FROM leases WHERE name = 'writer'`
	// One that has ended, or that is known to be nobody's.
	takeLease = `UPDATE leases SET epoch = epoch + 1, holder = ?, renewed = {now}, expires = {now} + ?
		WHERE name = 'writer' AND (expires <= {now} OR CAST(? AS BIGINT) = 1)`
	renewLease   = `UPDATE leases SET renewed = {now}, expires = {now} + ? WHERE name = 'writer' AND epoch = ?`
	releaseLease = `UPDATE leases SET expires = 0, holder = '' WHERE name = 'writer' AND epoch = ?`
)

// ErrLeaseLost is returned by what would change a ledger that another process has taken over meanwhile.
var ErrLeaseLost = errors.New("another edgewarm has taken the ledger over, as this one was not heard of for too long; " +
	"nothing is lost")

// lease is the hold of this process.
type lease struct {
	epoch int64
	end   context.CancelFunc
	wg    sync.WaitGroup
}

// leaseState is what the database says of a lease.
type leaseState struct {
	epoch                 int64
	holder                Holder
	renewed, expires, now int64
}

// takeLease waits until the lease of another has ended, as long as that is not renewed. With sure no other process can
// have it, whatever it says.
func (l *Ledger) takeLease(ctx context.Context, sure bool) error {
	holder, err := json.Marshal(thisHolder(l.o.Command, l.now()))
	if err != nil {
		return err
	}
	var first leaseState
	for try := 0; ; try++ {
		taken, state, err := l.tryLease(ctx, string(holder), sure)
		switch {
		case err != nil:
			return err
		case taken:
			l.keepLease(ctx, state.epoch)
			return nil
		case try == 0:
			first = state
			if l.o.Waiting != nil {
				l.o.Waiting(state.holder, time.Duration(state.expires-state.now)*time.Millisecond)
			}
		case state.epoch != first.epoch || state.renewed != first.renewed:
			return &HeldError{Name: l.name, Holder: state.holder}
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(l.leaseTime() / (2 * renewalsLease)):
		}
	}
}

func (l *Ledger) tryLease(ctx context.Context, holder string, sure bool) (taken bool, state leaseState, err error) {
	force := 0
	if sure {
		force = 1
	}
	err = l.commit(ctx, "hold", func(tx *tx) error {
		if _, err := tx.exec(ctx, makeLease); err != nil {
			return err
		}
		result, err := tx.exec(ctx, takeLease, holder, l.leaseTime().Milliseconds(), force)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return err
		}
		taken = n == 1
		state, err = readLeaseIn(ctx, tx)
		return err
	})
	return taken, state, err
}

func readLeaseIn(ctx context.Context, tx *tx) (s leaseState, err error) {
	var holder string
	if err := tx.row(ctx, readLease).Scan(&s.epoch, &holder, &s.renewed, &s.expires, &s.now); err != nil {
		return s, err
	}
	_ = json.Unmarshal([]byte(holder), &s.holder) // it is only for people
	return s, nil
}

func (l *Ledger) leaseTime() time.Duration {
	if l.o.Lease > 0 {
		return l.o.Lease
	}
	return defaultLease
}

// keepLease renews the lease until it is dropped, also when ctx has ended: what a run ends with is still to be written.
func (l *Ledger) keepLease(ctx context.Context, epoch int64) {
	ctx, end := context.WithCancel(context.WithoutCancel(ctx))
	l.lease = &lease{epoch: epoch, end: end}
	l.lease.wg.Go(func() {
		tick := time.NewTicker(l.leaseTime() / renewalsLease)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				l.renew(ctx)
			}
		}
	})
}

// renew does nothing beside a transaction, which renews the lease itself. That it did not succeed is told by the next.
func (l *Ledger) renew(ctx context.Context) {
	if !l.writing.TryLock() {
		return
	}
	defer l.writing.Unlock()
	_, _ = l.db.ExecContext(ctx, l.statement(renewLease), l.leaseTime().Milliseconds(), l.lease.epoch)
}

// checkLease renews the lease within a transaction, and so keeps others from taking it over until that has ended.
func (l *Ledger) checkLease(ctx context.Context, tx *tx) error {
	result, err := tx.exec(ctx, renewLease, l.leaseTime().Milliseconds(), l.lease.epoch)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		err = ErrLeaseLost
	}
	return err
}

// dropLease gives the lease back, so that the next need not wait for its end. A disk that is full does not let it, and
// then it ends by itself.
func (l *Ledger) dropLease() {
	if l.lease == nil {
		return
	}
	l.lease.end()
	l.lease.wg.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), releaseTimeout)
	defer cancel()
	_, _ = l.db.ExecContext(ctx, l.statement(releaseLease), l.lease.epoch)
	l.lease = nil
}

// Lease is who holds the ledger, as the database has it.
type Lease struct {
	Holder
	// Epoch counts the holders that there were.
	Epoch int64
	// Renewed is when the holder was heard of last, and Expires when another may take over if it is not heard of again, both
	// in the database's own time.
	Renewed, Expires time.Time
}

// Lease is who holds the ledger; false when nobody does, or it was not heard of for so long that another may.
func (l *Ledger) Lease(ctx context.Context) (Lease, bool, error) {
	var s leaseState
	var holder string
	err := l.query(ctx, "read who holds", readLease, nil, func(rows *sql.Rows) error {
		return rows.Scan(&s.epoch, &holder, &s.renewed, &s.expires, &s.now)
	})
	if err != nil || s.expires <= s.now {
		return Lease{}, false, err
	}
	if err := json.Unmarshal([]byte(holder), &s.holder); err != nil {
		return Lease{}, false, l.wrap("read who holds", fmt.Errorf("the holder: %w", err))
	}
	return Lease{Holder: s.holder, Epoch: s.epoch, Renewed: fromMillis(s.renewed), Expires: fromMillis(s.expires)}, true, nil
}

package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

// paceRows are the paces in a PostgreSQL database, which processes on many machines share: a row each, in the database's
// own time.
type paceRows struct {
	db    *sql.DB
	clock *farClock
}

const (
	// No table of the ledger's schema: nothing is lost with it, so that it need not survive a crash of the server either.
	makePaces = `CREATE UNLOGGED TABLE IF NOT EXISTS paces (key TEXT PRIMARY KEY, state BYTEA NOT NULL, used BIGINT NOT NULL)`
	// prunePaces lets go of hosts that nobody asks any more.
	prunePaces = `DELETE FROM paces WHERE used < ?`
	serverTime = `CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)`
	makePace   = `INSERT INTO paces (key, state, used) VALUES (?, '', ?) ON CONFLICT (key) DO NOTHING`
	lockPace   = `SELECT state FROM paces WHERE key = ? FOR UPDATE`
	writePace  = `UPDATE paces SET state = ?, used = ? WHERE key = ?`

	// paceKept is how long a pace is kept that is not used.
	paceKept = 24 * time.Hour
	// paceConns are the connections of a process: one that asks, and one that tells what was answered.
	paceConns = 2
)

func (s *server) paces(ctx context.Context) (paceStore, error) {
	db, err := postgres.Open(s.dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(paceConns)
	db.SetMaxIdleConns(paceConns)
	rows := &paceRows{db, newFarClock()}
	if err := rows.prepare(ctx, s.alone()); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return rows, nil
}

// prepare makes the table, alone: two that make it at once get in each other's way.
func (r *paceRows) prepare(ctx context.Context, alone string) error {
	return r.within(ctx, func(tx *sql.Tx) error {
		for _, text := range []string{alone, makePaces} {
			if _, err := tx.ExecContext(ctx, text); err != nil {
				return err
			}
		}
		if err := r.look(ctx, tx); err != nil {
			return err
		}
		now, _ := r.now()
		_, err := tx.ExecContext(ctx, postgres.Placeholders(prunePaces), now.Add(-paceKept).UnixMilli())
		return err
	})
}

func (r *paceRows) update(ctx context.Context, key string, f func([]byte) []byte) error {
	return r.within(ctx, func(tx *sql.Tx) error {
		state, err := r.locked(ctx, tx, key)
		if err != nil {
			return err
		}
		if err := r.look(ctx, tx); err != nil {
			return err
		}
		state = f(state)
		now, _ := r.now()
		_, err = tx.ExecContext(ctx, postgres.Placeholders(writePace), state, now.UnixMilli(), key)
		return err
	})
}

// locked is the state of the key, which others who would change it wait for.
func (r *paceRows) locked(ctx context.Context, tx *sql.Tx, key string) (state []byte, err error) {
	read := func() error { return tx.QueryRowContext(ctx, postgres.Placeholders(lockPace), key).Scan(&state) }
	if err = read(); !errors.Is(err, sql.ErrNoRows) {
		return state, err
	}
	if _, err := tx.ExecContext(ctx, postgres.Placeholders(makePace), key, time.Now().UnixMilli()); err != nil {
		return nil, err
	}
	return state, read()
}

// within does f in a transaction that waits for rows that are locked, however the database is set up.
func (r *paceRows) within(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := r.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return err
	}
	defer tx.Rollback() // after Commit it does nothing
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// look reads the database's clock.
func (r *paceRows) look(ctx context.Context, tx *sql.Tx) error {
	var micros int64
	asked := time.Now()
	if err := tx.QueryRowContext(ctx, `SELECT `+serverTime).Scan(&micros); err != nil {
		return fmt.Errorf("the database's clock: %w", err)
	}
	r.clock.saw(time.UnixMicro(micros), asked, time.Now())
	return nil
}

func (r *paceRows) now() (earliest, latest time.Time) { return r.clock.now() }

// spared is half of it: the way back of one machine and the way there of another are taken to be a quarter each of how long
// a call is on its way at least, since how the whole is shared out between them is not known of either.
func (r *paceRows) spared(least time.Duration) time.Duration { return least / 2 }

// poll is not so short that those who wait for one call keep the database busy.
func (r *paceRows) poll() time.Duration { return 50 * time.Millisecond }

func (r *paceRows) close() error { return r.db.Close() }

package ledger

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"time"
)

// WithConnector makes the options open the database through wrap.
func (o Options) WithConnector(wrap func(driver.Connector) driver.Connector) Options {
	o.connector = wrap
	return o
}

// Version is the newest schema that is known.
const Version = len(migrations)

// DB is the database behind the ledger.
func (l *Ledger) DB() *sql.DB { return l.db }

// Pause is what a machine that sleeps, or has no network, does to the hold: it is not renewed any more.
func (l *Ledger) Pause() {
	l.lease.end()
	l.lease.wg.Wait()
}

// Write does f within a transaction of the holder.
func (l *Ledger) Write(ctx context.Context, f func()) error {
	return l.write(ctx, "test", func(*tx) error {
		f()
		return nil
	})
}

// WithRoom makes the options keep plans of so many bytes and runs at most.
func (o Options) WithRoom(bytes int64, runs int) Options {
	o.room = keptRoom{bytes, runs}
	return o
}

// WithFileSystem makes the options open a file in a file system that SQLite knows by that name.
func (o Options) WithFileSystem(name string) Options {
	o.vfs = name
	return o
}

// FarClock is the clock of another machine, as it is known here.
type FarClock = farClock

// NewFarClock is one that was not looked at.
func NewFarClock() *FarClock { return newFarClock() }

// Saw notes that it showed that time between asked and answered.
func (c *farClock) Saw(shown, asked, answered time.Time) { c.saw(shown, asked, answered) }

// Now is between the two.
func (c *farClock) Now() (earliest, latest time.Time) { return c.now() }

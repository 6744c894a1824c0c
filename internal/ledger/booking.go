package ledger

import (
	"context"
	"database/sql"
	"time"
)

// Booking is units of a zone's quota that are kept on a day for a launch: other plans leave them alone.
type Booking struct {
	Launch, Zone string
	// Day is the quota day: 2006-01-02.
	Day string
	// Units is what is still kept; 0 is nothing.
	Units   int
	Updated time.Time
}

const bookUnits = `INSERT INTO bookings (launch, zone, day, units, updated) VALUES (?, ?, ?, ?, ?)
	ON CONFLICT (launch, zone, day) DO UPDATE SET units = excluded.units, updated = excluded.updated`

// Book keeps the units of each booking, instead of those that its launch had on that day of that zone: all of them or
// none. A launch that has spent some of its units books those that are left. It needs no hold on the ledger: see
// OpenShared.
func (l *Ledger) Book(ctx context.Context, bookings ...Booking) error {
	now := millis(l.now())
	return l.commit(ctx, "book units in", func(tx *tx) error {
		for _, b := range bookings {
			if _, err := tx.exec(ctx, bookUnits, b.Launch, b.Zone, b.Day, max(b.Units, 0), now); err != nil {
				return err
			}
		}
		return nil
	})
}

// Release gives back all that the launch has booked. It needs no hold on the ledger.
func (l *Ledger) Release(ctx context.Context, launch string) error {
	return l.commit(ctx, "release units in", func(tx *tx) error {
		_, err := tx.exec(ctx, `DELETE FROM bookings WHERE launch = ?`, launch)
		return err
	})
}

// Bookings lists what is kept on a day (2006-01-02) and later, in the order of days, zones and launches.
func (l *Ledger) Bookings(ctx context.Context, from string) ([]Booking, error) {
	var bookings []Booking
	err := l.query(ctx, "read the bookings of", `SELECT launch, zone, day, units, updated FROM bookings
		WHERE day >= ? AND units > 0 ORDER BY day, zone, launch`, []any{from}, func(rows *sql.Rows) error {
		var b Booking
		var updated int64
		err := rows.Scan(&b.Launch, &b.Zone, &b.Day, &b.Units, &updated)
		b.Updated = fromMillis(updated)
		bookings = append(bookings, b)
		return err
	})
	return bookings, err
}

// BookedToday is what is kept of each zone's present quota day for launches other than the one named; empty names none.
func (l *Ledger) BookedToday(ctx context.Context, except string) (map[string]int, error) {
	booked := map[string]int{}
	err := l.query(ctx, "read the bookings of", `SELECT zone, CAST(SUM(units) AS BIGINT) FROM bookings
		WHERE day = ? AND launch <> ? AND units > 0 GROUP BY zone`, []any{l.Day(l.now()), except}, func(rows *sql.Rows) error {
		var zone string
		var units int
		err := rows.Scan(&zone, &units)
		booked[zone] = units
		return err
	})
	return booked, err
}

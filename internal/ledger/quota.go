package ledger

import (
	"context"
	"database/sql"
	"time"
)

// QuotaDay is what is known of one zone's day.
type QuotaDay struct {
	Zone string
	// Day is the day's date where it begins: 2006-01-02.
	Day string
	// Units is what was accepted by our own count, Unsettled what may have been and is reconciled; Unsettled is only
	// known of today.
	Units, Unsettled int
	// Daily and Available are what the service said last; Updated when that was.
	Daily, Available int
	Updated          time.Time
}

// quotaDays is when quota days begin.
type quotaDays struct {
	hour int
	zone *time.Location
}

// BeginDays exchanges when quota days begin, as Options said at first.
func (l *Ledger) BeginDays(hour int, zone *time.Location) { l.days.Store(&quotaDays{hour, zone}) }

// Day is the quota day of a time.
func (l *Ledger) Day(t time.Time) string {
	days := l.days.Load()
	return DayOf(t, days.hour, days.zone)
}

// DayOf is the quota day of a time, where days begin at an hour of a time zone.
func DayOf(t time.Time, hour int, zone *time.Location) string {
	return t.In(zone).Add(-time.Duration(hour) * time.Hour).Format(time.DateOnly)
}

// spend counts units against the day of t.
func (l *Ledger) spend(ctx context.Context, tx *tx, zone string, t time.Time, units int) error {
	if units == 0 {
		return nil
	}
	return l.spendOn(ctx, tx, l.book(zone), l.Day(t), units)
}

// spendOn counts units against a day.
func (l *Ledger) spendOn(ctx context.Context, tx *tx, book, day string, units int) error {
	_, err := tx.exec(ctx, `INSERT INTO quota_days (zone, day, units, updated) VALUES (?, ?, ?, ?)
		ON CONFLICT (zone, day) DO UPDATE SET units = quota_days.units + excluded.units, updated = excluded.updated`,
		book, day, units, millis(l.now()))
	return err
}

// book is under which name the days of a zone are kept.
func (l *Ledger) book(zone string) string {
	if l.o.Books == "" {
		return zone
	}
	return zone + " " + l.o.Books
}

// UsedToday is what the zone has spent on the present quota day by our own count: what was accepted, and what may have
// been.
func (l *Ledger) UsedToday(ctx context.Context, zone string) (units int, err error) {
	day, err := l.Today(ctx, zone)
	return day.Units + day.Unsettled, err
}

// Spent is UsedToday, as a submitter.Spender has it.
func (l *Ledger) Spent(ctx context.Context, zone string) (units int, err error) {
	return l.UsedToday(ctx, zone)
}

// Today is what is known of the zone's present quota day.
func (l *Ledger) Today(ctx context.Context, zone string) (QuotaDay, error) {
	day := QuotaDay{Zone: zone, Day: l.Day(l.now())}
	err := l.query(ctx, "read the quota of", `SELECT units, daily, available, updated FROM quota_days WHERE zone = ? AND day = ?`,
		[]any{l.book(zone), day.Day}, func(rows *sql.Rows) error {
			var updated int64
			err := rows.Scan(&day.Units, &day.Daily, &day.Available, &updated)
			day.Updated = fromMillis(updated)
			return err
		})
	if err != nil {
		return day, err
	}
	err = l.query(ctx, "read the quota of", `SELECT CAST(COALESCE(SUM(cost), 0) AS BIGINT) FROM targets
		WHERE zone = ? AND state IN ('intent', 'unknown')`, []any{zone}, func(rows *sql.Rows) error {
		return rows.Scan(&day.Unsettled)
	})
	return day, err
}

package ledger

import (
	"context"
	"database/sql"
	"time"

	"github.com/edgewarm/edgewarm/submitter"
)

// QuotaReading is what the service said of a zone's quota at a time.
type QuotaReading struct {
	At               time.Time
	Daily, Available int
}

// RecordQuota keeps what the service said of the zone, beside our own count of the day and what it said before. It needs
// no hold on the ledger: see OpenShared.
func (l *Ledger) RecordQuota(ctx context.Context, zone string, q submitter.Quota) error {
	now := millis(l.now())
	return l.commit(ctx, "store the quota in", func(tx *tx) error {
		if _, err := tx.exec(ctx, `INSERT INTO quota_days (zone, day, daily, available, updated) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (zone, day) DO UPDATE SET daily = excluded.daily, available = excluded.available,
				updated = excluded.updated`, l.book(zone), l.Day(l.now()), q.Daily, q.Available, now); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `INSERT INTO quota_readings (zone, at, daily, available) VALUES (?, ?, ?, ?)
			ON CONFLICT (zone, at) DO UPDATE SET daily = excluded.daily, available = excluded.available`,
			l.book(zone), now, q.Daily, q.Available)
		return err
	})
}

// QuotaReadings lists what the service said of the zone's quota since then, the oldest first.
func (l *Ledger) QuotaReadings(ctx context.Context, zone string, since time.Time) ([]QuotaReading, error) {
	var readings []QuotaReading
	err := l.query(ctx, "read the quota of", `SELECT at, daily, available FROM quota_readings
		WHERE zone = ? AND at >= ? ORDER BY at`, []any{l.book(zone), millis(since)}, func(rows *sql.Rows) error {
		var r QuotaReading
		var at int64
		err := rows.Scan(&at, &r.Daily, &r.Available)
		r.At = fromMillis(at)
		readings = append(readings, r)
		return err
	})
	return readings, err
}

// QuotaJump is two readings that follow each other, of which the second has more available: the service has made the
// quota whole between them.
type QuotaJump struct {
	Before, After QuotaReading
}

// QuotaJumps lists where the zone's available quota rose since then, the oldest first. A rise that a larger daily quota
// explains is none.
func (l *Ledger) QuotaJumps(ctx context.Context, zone string, since time.Time) ([]QuotaJump, error) {
	readings, err := l.QuotaReadings(ctx, zone, since)
	var jumps []QuotaJump
	for i := 1; i < len(readings); i++ {
		before, after := readings[i-1], readings[i]
		if after.Available-before.Available > max(after.Daily-before.Daily, 0) {
			jumps = append(jumps, QuotaJump{before, after})
		}
	}
	return jumps, err
}

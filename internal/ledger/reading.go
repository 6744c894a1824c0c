package ledger

import (
	"context"

	"github.com/edgewarm/edgewarm/submitter"
)

// RecordQuota keeps what the service said of the zone, beside our own count of the day and what it said before. It needs
// no hold on the ledger: see OpenShared.
func (l *Ledger) RecordQuota(ctx context.Context, zone string, q submitter.Quota) error {
	at := l.now()
	now := millis(at)
	return l.commit(ctx, "store the quota in", func(tx *tx) error {
		if err := l.beginAnew(ctx, tx, l.book(zone), reading{at, q.Daily, q.Available}); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `INSERT INTO quota_days (zone, day, daily, available, updated) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (zone, day) DO UPDATE SET daily = excluded.daily, available = excluded.available,
				updated = excluded.updated`, l.book(zone), l.Day(at), q.Daily, q.Available, now); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `INSERT INTO quota_readings (zone, at, daily, available) VALUES (?, ?, ?, ?)
			ON CONFLICT (zone, at) DO UPDATE SET daily = excluded.daily, available = excluded.available`,
			l.book(zone), now, q.Daily, q.Available)
		return err
	})
}

package ledger

import (
	"context"
	"database/sql"
	"errors"
	"math/bits"
	"slices"
	"strings"
	"time"
)

// Reset is when the service makes quotas whole, as the readings of quotas tell.
type Reset struct {
	// Hour is the hour of the day, in UTC.
	Hour int
	// Jumps is how many rises of a quota say so.
	Jumps int
	// First and Last are when the earliest and the latest of them were seen.
	First, Last time.Time
}

const (
	// resetMemory is how far back readings are believed: the service may have changed its hour since.
	resetMemory = 30 * 24 * time.Hour
	// leastJumps is how many rises must agree on an hour: one may be units that were given back.
	leastJumps = 2
	// vague is how many hours a rise may leave to be evidence by itself.
	vague = 12
	// leastRise is the share of a day's quota that a rise has at least.
	leastRise = 0.05
	// resetClocks is by how much the service's clock and ours may differ.
	resetClocks = time.Minute
)

// LearnReset finds the one full hour at which quotas were made whole, by the newest rises of any zone's quota that agree on
// one; false when fewer than two do, or when they leave several.
func (l *Ledger) LearnReset(ctx context.Context) (reset Reset, known bool, err error) {
	jumps, err := l.wholeAgain(ctx, l.now().Add(-resetMemory))
	if err != nil {
		return Reset{}, false, err
	}
	hours := ^uint32(0) >> 8 // all 24
	for _, jump := range slices.Backward(jumps) {
		left := hours & jump.hours()
		if left == 0 {
			break // before, it was another hour
		}
		if hours = left; bits.OnesCount32(jump.hours()) > vague {
			continue
		}
		if reset.Jumps++; reset.Last.IsZero() {
			reset.Last = jump.after.at
		}
		reset.First = jump.after.at
	}
	for hours&1 == 0 {
		reset.Hour++
		hours >>= 1
	}
	return reset, hours == 1 && reset.Jumps >= leastJumps, nil
}

// reading is what the service said of a zone's quota at a time, and jump two of them that follow each other.
type (
	reading struct {
		at               time.Time
		daily, available int
	}
	jump struct{ before, after reading }
)

// isWhole is whether most of what was spent came back, and that is no trifle. More of a larger daily quota is no such rise.
func (j jump) isWhole() bool {
	rise := j.after.available - j.before.available - max(j.after.daily-j.before.daily, 0)
	return rise > 0 && 2*rise >= j.before.daily-j.before.available && float64(rise) >= leastRise*float64(j.before.daily)
}

// beginAnew begins the day anew when the service has made a quota whole in the middle of what we take for one: what was spent
// of it until then counts for the day before.
func (l *Ledger) beginAnew(ctx context.Context, tx *tx, zone string, after reading) error {
	day, units := l.Day(after.at), 0
	before := reading{at: after.at}
	err := tx.row(ctx, `SELECT units, daily, available FROM quota_days WHERE zone = ? AND day = ?`, zone, day).
		Scan(&units, &before.daily, &before.available)
	if errors.Is(err, sql.ErrNoRows) || err == nil && (before.daily == 0 || units == 0 || !(jump{before, after}).isWhole()) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := l.spendOn(ctx, tx, zone, l.Day(after.at.AddDate(0, 0, -1)), units); err != nil {
		return err
	}
	return l.spendOn(ctx, tx, zone, day, -units)
}

// hours has a bit for each hour of the day, in UTC, that may have begun between the readings.
func (j jump) hours() (hours uint32) {
	from, to := j.before.at.Add(-resetClocks), j.after.at.Add(resetClocks)
	for at := from.Truncate(time.Hour).Add(time.Hour); !at.After(to); at = at.Add(time.Hour) {
		hours |= 1 << at.UTC().Hour()
		if at.Sub(from) >= 24*time.Hour {
			break
		}
	}
	return hours
}

// wholeAgain are the jumps of all zones, the oldest first, by which most of what was spent came back. The books that only
// we keep tell nothing of the service.
func (l *Ledger) wholeAgain(ctx context.Context, since time.Time) ([]jump, error) {
	last := map[string]reading{}
	var jumps []jump
	err := l.query(ctx, "read the quota of", `SELECT zone, at, daily, available FROM quota_readings
		WHERE at >= ? ORDER BY at, zone`, []any{millis(since)}, func(rows *sql.Rows) error {
		var zone string
		var r reading
		var at int64
		if err := rows.Scan(&zone, &at, &r.daily, &r.available); err != nil {
			return err
		}
		r.at = fromMillis(at)
		before, seen := last[zone]
		last[zone] = r
		if j := (jump{before, r}); seen && !strings.Contains(zone, " ") && j.isWhole() {
			jumps = append(jumps, j)
		}
		return nil
	})
	return jumps, err
}

package ledger

import (
	"context"
	"errors"
	"time"
)

// Pruned is how many of each kind Prune let go of.
type Pruned struct {
	Runs     int64 `json:"runs"`
	Batches  int64 `json:"batches"`
	Spent    int64 `json:"spent"`
	Targets  int64 `json:"targets"`
	Quota    int64 `json:"quota"`
	Bookings int64 `json:"bookings"`
	Events   int64 `json:"events"`
	Purges   int64 `json:"purges"`
	Plans    int64 `json:"plans"`
}

// Prune lets go of what ended before then: targets that were neither planned, sent nor warm since, batches that are
// settled, runs of which nothing is left, what runs decided that began before then, quota days and what the service said on them, bookings of days that are over, and
// events that were dealt with. What may be at the service, and of which it is not known, stays. With dry it only counts.
func (l *Ledger) Prune(ctx context.Context, before time.Time, dry bool) (Pruned, error) {
	var p Pruned
	err := l.write(ctx, "prune", func(tx *tx) error {
		for _, s := range l.prunings(before, &p) {
			result, err := tx.exec(ctx, s.text, s.args...)
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			if err != nil {
				return err
			}
			*s.count += n
		}
		if dry {
			return errDry
		}
		return nil
	})
	if errors.Is(err, errDry) {
		err = nil
	}
	return p, err
}

// errDry takes back what was only to be counted.
var errDry = errors.New("counted")

type pruning struct {
	text  string
	args  []any
	count *int64
}

// prunings are the statements, those first that others refer to last.
func (l *Ledger) prunings(before time.Time, p *Pruned) []pruning {
	at, day := millis(before), l.Day(before)
	var readings, parts, validators, probes int64
	const old = ` AND run NOT IN (SELECT id FROM runs WHERE started >= ?)`
	return []pruning{
		{`DELETE FROM spendings WHERE at < ?`, []any{at}, &p.Spent},
		{`DELETE FROM targets WHERE updated < ? AND accepted_at < ? AND warm_at < ? AND state NOT IN ('planned', 'intent', 'unknown')`,
			[]any{at, at, at}, &p.Targets},
		{`DELETE FROM validators WHERE read < ? AND NOT EXISTS (SELECT 1 FROM targets WHERE targets.url = validators.url)`,
			[]any{at}, &validators},
		{`DELETE FROM probes WHERE at < ?`, []any{at}, &probes},
		{`DELETE FROM purges WHERE at < ?`, []any{at}, &p.Purges},
		{`DELETE FROM batches WHERE sent < ? AND updated < ? AND state = 'settled'
			AND NOT EXISTS (SELECT 1 FROM targets WHERE targets.batch = batches.id)
			AND NOT EXISTS (SELECT 1 FROM spendings WHERE spendings.batch = batches.id)`, []any{at, at}, &p.Batches},
		{`DELETE FROM inbox WHERE updated < ? AND state <> 'pending'`, []any{at}, &p.Events},
		{`DELETE FROM plans WHERE part > 0` + old, []any{at}, &parts},
		{`DELETE FROM plans WHERE part = 0` + old, []any{at}, &p.Plans}, // each plan has one
		{`DELETE FROM runs WHERE started < ? AND ended < ? AND (ended > 0 OR interrupted = 1)
			AND NOT EXISTS (SELECT 1 FROM targets WHERE targets.run = runs.id)
			AND NOT EXISTS (SELECT 1 FROM batches WHERE batches.run = runs.id)
			AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.run = runs.id)
			AND NOT EXISTS (SELECT 1 FROM purges WHERE purges.run = runs.id)`, []any{at, at}, &p.Runs},
		{`DELETE FROM quota_days WHERE day < ?`, []any{day}, &p.Quota},
		{`DELETE FROM quota_readings WHERE at < ?`, []any{at}, &readings},
		{`DELETE FROM bookings WHERE day < ?`, []any{day}, &p.Bookings},
	}
}

// Shrink gives the room of what was let go of back to the system, where the database does not do so by itself. It takes as
// much room once more while it goes on.
func (l *Ledger) Shrink(ctx context.Context) error {
	if l.lease == nil {
		return l.wrap("shrink", ErrReadOnly)
	}
	l.writing.Lock()
	defer l.writing.Unlock()
	return l.wrap("shrink", l.backend.shrink(ctx, l.db))
}

// Backup copies the ledger into a new file, also while a run goes on.
func (l *Ledger) Backup(ctx context.Context, path string) error {
	return l.wrap("back up", l.backend.backup(ctx, l.db, path))
}

package warm

import (
	"context"
	"fmt"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/ledger"
)

// Reset is when the service makes quotas whole, and how that is known.
type Reset struct {
	// Hour is the hour of the day in the time zone.
	Hour int
	Zone *time.Location
	From ResetSource
	// Jumps is how many rises of a quota it was learned from, and First and Last when they were seen; 0 where it was not.
	Jumps       int
	First, Last time.Time
}

// ResetSource is how the hour of a Reset is known.
type ResetSource string

// The sources of a Reset, in the order in which they are asked.
const (
	ResetConfigured ResetSource = "submit.reset"
	ResetLearned    ResetSource = "learned"
	ResetDefault    ResetSource = "default"
)

// String says all of it: 00:00 UTC+8, learned from 3 rises of a quota, the last on 2026-03-01.
func (r Reset) String() string {
	text := fmt.Sprintf("%02d:00 %s", r.Hour, r.Zone)
	switch r.From {
	case ResetLearned:
		return fmt.Sprintf("%s, learned from %d rises of a quota from %s to %s", text, r.Jumps, r.First.UTC().Format(time.DateOnly), r.Last.UTC().Format(time.DateOnly))
	case ResetConfigured:
		return text + ", by submit.reset"
	}
	return text + ", the default: two rises of a quota that agree on an hour tell another"
}

// Reset is when quotas are whole again: as the config says; else as the ledger has learned, if there is one that can be
// read; else the default.
func (w *Warmer) Reset(ctx context.Context) Reset {
	if w.resetAt == nil {
		r := w.findReset(ctx)
		w.resetAt = &r
	}
	return *w.resetAt
}

// resetOrDefault is Reset where nothing can be read any more: what was found before.
func (w *Warmer) resetOrDefault() Reset {
	if w.resetAt != nil {
		return *w.resetAt
	}
	return w.namedReset()
}

// namedReset is what the config says, else the default.
func (w *Warmer) namedReset() Reset {
	if hour, zone, err := config.ParseReset(w.Config.Submit.Reset); err == nil {
		return Reset{Hour: hour, Zone: zone, From: ResetConfigured}
	}
	hour, zone, _ := config.ParseReset(config.DefaultReset) // a constant, which a test parses
	return Reset{Hour: hour, Zone: zone, From: ResetDefault}
}

func (w *Warmer) findReset(ctx context.Context) Reset {
	r := w.namedReset()
	if r.From == ResetConfigured || w.byGet() {
		return r
	}
	l, err := ledger.OpenReadOnly(ctx, w.Config.State, ledger.Options{Command: w.Command})
	if err != nil {
		return r // whoever wants the ledger itself meets the error
	}
	defer l.Close()
	learned, known, err := l.LearnReset(ctx)
	if err != nil || !known {
		return r
	}
	return Reset{
		Hour: learned.Hour, Zone: time.UTC, From: ResetLearned, Jumps: learned.Jumps, First: learned.First, Last: learned.Last,
	}
}

// nextReset is the first one after t.
func (w *Warmer) nextReset(t time.Time) time.Time {
	r := w.resetOrDefault()
	t = t.In(r.Zone)
	for day := 0; ; day++ {
		next := time.Date(t.Year(), t.Month(), t.Day()+day, r.Hour, 0, 0, 0, r.Zone)
		if next.After(t) {
			return next
		}
	}
}

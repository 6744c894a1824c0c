package warm

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

const (
	// quotaPoll is how often a quota that is spent is looked at: the hour at which the service makes it whole is not
	// documented, and may be another than is expected.
	quotaPoll = 15 * time.Minute
	// maxAwait bounds the wait for one reset: a day, and some time for a service that is late.
	maxAwait = 26 * time.Hour
	// resetSlack is let pass after the reset, for clocks that differ.
	resetSlack = 30 * time.Second
)

// later is what the days that are waited for add to what a plan may spend of a zone.
func (w *Warmer) later(quota submitter.Quota) int {
	quota.Available = quota.Daily
	return w.WaitQuota * w.budget(quota)
}

// awaitQuota makes the submitter go on when the quota is whole again, for as many resets as WaitQuota says. What a plan
// must leave of each day it leaves; keep is false for targets that were chosen by hand.
func (w *Warmer) awaitQuota(ctx context.Context, l *ledger.Ledger, keep bool) {
	if w.WaitQuota <= 0 {
		return
	}
	var mu sync.Mutex
	waited := map[string]int{} // resets, by zone
	s := w.submitter()
	s.AwaitQuota = func(ctx context.Context, zone string) error {
		mu.Lock()
		waited[zone]++
		enough := waited[zone] > w.WaitQuota
		mu.Unlock()
		if enough {
			return submitter.ErrQuotaSpent
		}
		return w.await(ctx, zone)
	}
	if keep {
		s.Allowance = func(zone string, q submitter.Quota) int { return w.allowance(ctx, l, zone, q) }
	}
}

// allowance is what a plan may spend of a quota that was just read.
func (w *Warmer) allowance(ctx context.Context, l *ledger.Ledger, zone string, q submitter.Quota) int {
	booked, err := l.BookedToday(ctx, w.Launch)
	if err != nil {
		return 0 // rather than what somebody else's launch needs
	}
	if w.ownBooks(zone) {
		used, err := l.UsedToday(ctx, zone)
		if err != nil {
			return 0
		}
		q.Available = max(q.Available-used, 0)
	}
	return w.budget(q) - booked[zone]
}

// await returns when the zone's quota is whole again, or may be. Until then its quota grows by no unit, whoever spends.
func (w *Warmer) await(ctx context.Context, zone string) error {
	start := time.Now()
	reset := w.nextReset(start).Add(resetSlack)
	w.say(fmt.Sprintf("zone %s: the day's quota is spent: waiting for the next, at %s (%s)", zone, reset.UTC().Format("15:04 UTC"), w.resetOrDefault().From))
	before := -1 // not read yet
	for {
		now := time.Now()
		if now.Sub(start) > maxAwait {
			return submitter.ErrQuotaSpent
		}
		if w.ownBooks(zone) { // only the clock tells
			return pause(ctx, reset.Sub(now))
		}
		q, err := w.submitter().Quota(ctx, zone)
		if err == nil && w.held != nil {
			err = w.held.RecordQuota(ctx, zone, q)
		}
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil: // it is asked again
		case before >= 0 && q.Available > before:
			w.sooner(zone, now, reset)
			return nil
		default:
			before = q.Available
		}
		wait := quotaPoll
		if left := reset.Sub(now); left > 0 {
			wait = min(wait, left)
		}
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}

// sooner says when the service made a quota whole, if that is not when it was expected.
func (w *Warmer) sooner(zone string, at, reset time.Time) {
	early := reset.Sub(at)
	if early <= quotaPoll && early >= -2*quotaPoll {
		return
	}
	then := "it is remembered"
	if w.resetOrDefault().From == ResetConfigured {
		then = "set it to that hour"
	}
	w.say(fmt.Sprintf("zone %s: the quota was made whole within the %s before %s, which is not when it was expected (%s): %s",
		zone, quotaPoll, at.UTC().Format("15:04 UTC"), w.resetOrDefault().From, then))
}

// say is note for what several zones may say at a time.
func (w *Warmer) say(text string) {
	w.watching.Lock()
	defer w.watching.Unlock()
	w.Watch.note(text)
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

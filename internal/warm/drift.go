package warm

import (
	"context"
	"fmt"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// others is how many units of today the service counts beyond what the ledger knows of: somebody else spent them, or this
// ledger did not exist yet. Below 0 the service did not charge for all that was accepted. Where only our own books know,
// it is 0.
func (w *Warmer) others(ctx context.Context, l *ledger.Ledger, zone string, q submitter.Quota) (int, error) {
	if w.ownBooks(zone) || q.Daily == 0 {
		return 0, nil
	}
	used, err := l.UsedToday(ctx, zone)
	return q.Daily - q.Available - used, err
}

// tellDrift says how far the ledger's count and the service's are apart.
func (w *Warmer) tellDrift(zone string, others int) {
	switch {
	case others > 0:
		w.Watch.note(fmt.Sprintf("zone %s: %s spent by somebody else today", zone, were(others)))
	case others < 0:
		w.Watch.note(fmt.Sprintf("zone %s: the service charged %d units less than it accepted today", zone, -others))
	}
}

func were(n int) string {
	if n == 1 {
		return "1 unit was"
	}
	return fmt.Sprintf("%d units were", n)
}

// learnReset takes down what a zone's quota is when it is read, from which the hour is learned at which the service makes
// quotas whole; and says so when that is not the hour that the config names.
func (w *Warmer) learnReset(ctx context.Context, l *ledger.Ledger, zone string, q submitter.Quota) {
	if w.ownBooks(zone) {
		return
	}
	if err := l.RecordQuota(ctx, zone, q); err != nil {
		w.Watch.detail(err.Error()) // it is only advice
	}
}

// tellReset says when the config names another hour than the one that was learned.
func (w *Warmer) tellReset(ctx context.Context, l *ledger.Ledger) {
	if w.Reset(ctx).From != ResetConfigured {
		return
	}
	at, known, err := l.LearnReset(ctx)
	if err != nil || !known || w.nextReset(at.Last).UTC().Hour() == at.Hour {
		return
	}
	w.Watch.note(fmt.Sprintf("quotas grew at %02d:00 UTC, as %d readings tell since %s, and submit.reset is %s: leave it out, or set it to that hour",
		at.Hour, at.Jumps, at.First.UTC().Format(time.DateOnly), w.Config.Submit.Reset))
}

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
	if w.ownBooks() || q.Daily == 0 {
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

// learnReset compares a zone's quota with what it was when it was last read: when it grew though submit.reset was not in
// between, the service makes quotas whole at another hour.
func (w *Warmer) learnReset(ctx context.Context, l *ledger.Ledger, zone string, q submitter.Quota) {
	if w.ownBooks() {
		return
	}
	now := time.Now()
	days, err := l.QuotaDays(ctx, l.Day(now.AddDate(0, 0, -1)))
	if err != nil {
		return // it is only advice
	}
	var last ledger.QuotaDay
	for _, day := range days {
		if day.Zone == zone && day.Daily == q.Daily && day.Updated.After(last.Updated) {
			last = day
		}
	}
	if last.Updated.IsZero() || q.Available <= last.Available || !w.nextReset(last.Updated.Add(-quotaPoll)).After(now.Add(quotaPoll)) {
		return
	}
	w.Watch.note(fmt.Sprintf("zone %s: the quota grew from %d to %d between %s and %s, and submit.reset (%s) was not in between: set it to the hour at which that happens",
		zone, last.Available, q.Available, last.Updated.UTC().Format("15:04"), now.UTC().Format("15:04 UTC"), w.Config.Submit.Reset))
}

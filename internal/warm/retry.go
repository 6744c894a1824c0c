package warm

import (
	"context"

	"github.com/edgewarm/edgewarm/internal/ledger"
)

// RetryFailed sends all targets once more that the service refused, or whose jobs came to a bad end, the newest plan's
// first. How often that is done, and whether the cause is gone, is for the caller to say: each costs a unit again.
func (w *Warmer) RetryFailed(ctx context.Context) (Summary, error) {
	s := newSummary()
	faults := 0
	err := w.record(ctx, &s, &faults, func(l *ledger.Ledger) error {
		targets, err := l.RetryFailed(ctx)
		if err != nil {
			return err
		}
		if !w.resolves() {
			for i := range targets {
				targets[i].Cost = 1 // a playlist that nobody resolves
			}
		}
		s.chosen(len(targets), len(targets))
		return w.sendChosen(ctx, l, targets, &s, &faults)
	})
	s.end(err, faults)
	return s, err
}

// maxDeadLetters bounds the dead letters that are listed, some 300 MB of them in memory.
const maxDeadLetters = 1_000_000

// DeadLetters are the targets that RetryFailed would send, each with its reason, the newest first.
func (w *Warmer) DeadLetters(ctx context.Context) ([]ledger.Target, error) {
	l, err := ledger.OpenReadOnly(ctx, w.Config.State, w.LedgerOptions(ctx))
	if err != nil {
		return nil, err
	}
	defer l.Close()
	return l.Failures(ctx, maxDeadLetters)
}

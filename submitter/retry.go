package submitter

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	// backoffBase and backoffCap bound the wait before a call is made again: base · 2ⁿ, of which a random half to whole.
	backoffBase = 500 * time.Millisecond
	backoffCap  = time.Minute
	// maxThrottled is how often a call that was one too many is made again, some ten minutes of a service that refuses
	// everything.
	maxThrottled = 15
	// budgetShare is how many calls may be made again for each batch that is sent the first time, and budgetBurst how
	// many when none were yet: an outage makes no more than a tenth of traffic on top.
	budgetShare = 0.1
	budgetBurst = 20
)

// ErrRetriesSpent is why a zone was stopped when calls failed so often, over all zones, that making them again would
// only add to an outage.
var ErrRetriesSpent = errors.New("too many calls had to be made again")

// budget bounds the calls that are made again, over all zones.
type budget struct {
	mu   sync.Mutex
	left float64
}

func newBudget() *budget { return &budget{left: budgetBurst} }

// earn counts a batch that is sent the first time.
func (b *budget) earn() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left = min(b.left+budgetShare, budgetBurst)
}

// take reports whether one more call may be made again.
func (b *budget) take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}

// tries counts how often one call was made again, and knows when to stop.
type tries struct {
	s                 *Submitter
	failed, throttled int
}

// again waits before a call that failed with err is made once more. When it should not be, it returns why: err, alone
// or with the budget's, or the end of ctx.
func (t *tries) again(ctx context.Context, err error) error {
	n := t.failed
	switch ClassOf(err) {
	case ClassSlowDown:
		t.s.paced.slow()
		n = t.throttled
		if t.throttled++; t.throttled > maxThrottled {
			return err
		}
	case ClassRetry, ClassUnknown:
		if t.failed++; t.failed > t.s.retries() {
			return err
		}
		if !t.s.budget.take() {
			return errors.Join(err, ErrRetriesSpent)
		}
	default:
		return err
	}
	return sleep(ctx, backoff(n), nil)
}

func backoff(n int) time.Duration {
	d := backoffCap
	if n < 7 { // 500 ms · 2⁷ is the cap
		d = backoffBase << n
	}
	return d/2 + rand.N(d/2)
}

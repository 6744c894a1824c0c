package submitter

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// brakeStep is the share of the limiter's rate that each call that was not too many gives back.
	brakeStep = 1.0 / 40
	// brakeFloor is the slowest pace, in calls a second: slower, a quota of some calls would take hours.
	brakeFloor = 0.2
	// brakeRest is the least time between two halvings: calls that were under way together are refused together, for one
	// and the same excess.
	brakeRest = time.Second
)

// brake slows all calls down when the service says they are too many, and lets them recover: half the rate at once,
// then a step more with each call that went well. It stands beside the limiter, which belongs to the caller.
type brake struct {
	limiter *rate.Limiter // Inf while off
	nominal *rate.Limiter

	mu     sync.Mutex
	halved time.Time
}

func newBrake(nominal *rate.Limiter) *brake {
	return &brake{limiter: rate.NewLimiter(rate.Inf, 1), nominal: nominal}
}

// slow halves the pace.
func (b *brake) slow() {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if now.Sub(b.halved) < brakeRest {
		return
	}
	b.halved = now
	from := min(b.limiter.Limit(), b.nominal.Limit())
	if from == rate.Inf {
		return
	}
	b.limiter.SetLimit(min(from, max(from/2, brakeFloor)))
}

// recover gives a step of the pace back.
func (b *brake) recover() {
	b.mu.Lock()
	defer b.mu.Unlock()
	limit, full := b.limiter.Limit(), b.nominal.Limit()
	switch {
	case limit == rate.Inf:
	case limit+full*brakeStep >= full:
		b.limiter.SetLimit(rate.Inf)
	default:
		b.limiter.SetLimit(limit + full*brakeStep)
	}
}

package submitter

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/edgewarm/edgewarm/internal/roundtrip"
)

const (
	// headroom keeps the pace a little below the nominal rate: 20 a second becomes 19.2, so that calls delayed by up to
	// 40 ms on their way still do not make 21 in any second at the server.
	headroom = 0.96
	// windowSlack is added to the second of the window, for clocks that run at different speeds.
	windowSlack = 5 * time.Millisecond
	// maxTransit is how long a call may be under way before it is taken to have reached the server: one that hangs must
	// not hold up all others.
	maxTransit = 5 * time.Second
)

// NewLimiter paces calls so that a server that allows perSecond of them in every sliding second sees no more: burst 1
// and 4 % below. Its first token comes after one interval, so that a process may follow at the heels of another.
func NewLimiter(perSecond float64) *rate.Limiter {
	limiter := rate.NewLimiter(rate.Limit(perSecond*headroom), 1)
	limiter.Allow()
	return limiter
}

// pace lets calls go one at a time: as the limiter says, slower when the service asked for it, and never more in a
// sliding second at the server than the limiter's rate.
//
// The last is not the limiter's own doing: timers fire late, connections take time to open, and what it had spaced
// arrives together. A call arrives between its release and its answer, so when the n-th call after it is released more
// than a second after its answer, no second at the server holds both. What the way there of the one and the way back of
// the other take at least need not be waited for, so that a service that is far away is not asked less.
type pace struct {
	limiter *rate.Limiter
	brake   *brake
	times   roundtrip.Times
	// turn is held by the one call that waits to be released next.
	turn chan struct{}

	mu   sync.Mutex
	last []*slot // the newest len(last) calls, a ring
	next int     // the oldest of them
}

// slot is one call that was let go.
type slot struct {
	pace     *pace
	released time.Time
	ended    time.Time     // zero while under way; under pace.mu
	done     chan struct{} // closed when ended is set
}

func newPace(limiter *rate.Limiter) *pace {
	return &pace{limiter: limiter, brake: newBrake(limiter), turn: make(chan struct{}, 1)}
}

// wait returns when the next call may go. The caller calls finish when it has ended.
func (p *pace) wait(ctx context.Context) (*slot, error) {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { <-p.turn }()
	for _, l := range []*rate.Limiter{p.brake.limiter, p.limiter} {
		if err := waitLimiter(ctx, l); err != nil {
			return nil, err
		}
	}
	if err := p.waitWindow(ctx); err != nil {
		return nil, err
	}
	return p.release(), nil
}

// waitLimiter is Wait, whose error for a deadline that is too near is its own text.
func waitLimiter(ctx context.Context, l *rate.Limiter) error {
	err := l.Wait(ctx)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case l.Burst() < 1:
		return errors.New("submitter: the limiter lets nothing go: its burst is 0")
	}
	return context.DeadlineExceeded
}

// waitWindow returns when the oldest call of the ring is more than a second past at the server.
func (p *pace) waitWindow(ctx context.Context) error {
	for {
		oldest := p.oldest()
		if oldest == nil {
			return nil
		}
		wait, ended := oldest.leaves()
		if wait <= 0 {
			return nil
		}
		if err := sleep(ctx, wait, ended); err != nil {
			return err
		}
	}
}

// oldest is the call that the next one pushes out of the ring, nil while the ring is not full.
func (p *pace) oldest() *slot {
	limit := p.limiter.Limit()
	if limit == rate.Inf || limit <= 0 {
		return nil
	}
	n := min(int(math.Ceil(float64(limit))), maxWindow)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.last) != n {
		p.resize(n)
	}
	return p.last[p.next]
}

// maxWindow bounds the ring of the newest calls. No API allows as many in a second.
const maxWindow = 10_000

// resize makes the ring n long, keeping its newest calls: somebody may set the limiter while it is in use.
func (p *pace) resize(n int) {
	ring := make([]*slot, n)
	for i := range min(n, len(p.last)) {
		ring[n-1-i] = p.last[(p.next-1-i+2*len(p.last))%len(p.last)]
	}
	p.last, p.next = ring, 0
}

func (p *pace) release() *slot {
	s := &slot{pace: p, released: time.Now(), done: make(chan struct{})}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.last) > 0 {
		p.last[p.next] = s
		p.next = (p.next + 1) % len(p.last)
	}
	return s
}

// slow is for when the service says that there are too many calls.
func (p *pace) slow() {
	p.brake.slow()
	p.times.Forget()
}

// finish says that the call has ended. It may be called again.
func (s *slot) finish() {
	s.pace.mu.Lock()
	defer s.pace.mu.Unlock()
	if s.ended.IsZero() {
		s.ended = time.Now()
		s.pace.times.Add(s.ended.Sub(s.released))
		close(s.done)
	}
}

// leaves is how long the call is still within a second of the server's clock, and what to look at again for sooner
// than that.
func (s *slot) leaves() (time.Duration, <-chan struct{}) {
	s.pace.mu.Lock()
	defer s.pace.mu.Unlock()
	arrived, ended := s.ended, (<-chan struct{})(nil)
	if latest := s.released.Add(maxTransit); arrived.IsZero() || arrived.After(latest) {
		arrived = latest
		if s.ended.IsZero() {
			ended = s.done
		}
	}
	return time.Until(arrived.Add(time.Second + windowSlack - s.pace.times.Least())), ended
}

// sleep waits for d, or until wake is closed; wake may be nil.
func sleep(ctx context.Context, d time.Duration, wake <-chan struct{}) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-wake:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

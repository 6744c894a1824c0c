package fetch

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/time/rate"
)

const (
	// slowest is the least share of its rate that a host is slowed down to.
	slowest = 1.0 / 64
	// settle is the time between two changes of a pace: answers that were under way together say one thing, not ten.
	settle = time.Second
	// recovery is the share of the full rate that a host gets back after each settle without a complaint: from the
	// half of it in ten seconds.
	recovery = 0.05
	// strain is how many times its usual latency tells that a host is overloaded.
	strain = 4
	// noise is a latency under which nothing is said about a host, whatever it was before.
	noise = 250 * time.Millisecond
	// warmup is how many answers tell what is usual.
	warmup = 20
)

// pace is how fast a host is asked.
type pace struct {
	base, now float64   // requests a second: at best, and at present
	asked     bool      // base is what its robots.txt asks for
	until     time.Time // no request before
	changed   time.Time

	answers        int
	recent, normal time.Duration // latency to the headers, averaged over a few and over many answers
}

// wait queues for the host.
func (h *host) wait(ctx context.Context) error {
	for {
		if err := h.limiter.Wait(ctx); err != nil {
			return waitError(ctx, err)
		}
		h.mu.Lock()
		until := h.pace.until
		h.mu.Unlock()
		if until.IsZero() {
			return nil
		}
		if d := time.Until(until); d <= 0 {
			return nil
		} else if err := sleep(ctx, d); err != nil {
			return err
		}
	}
}

// waitError is the context's error, or the limiter's own: that the deadline is nearer than the host's turn.
func waitError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("the host's turn comes after the deadline: %w: %w", err, context.DeadlineExceeded)
}

// sleep waits for d or the context.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// complain slows the host down by half: it answered 429 or 503, and asks to be left alone for a time, which may be 0.
// It reports whether that is news.
func (h *host) complain(leave time.Duration) bool {
	now := time.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	if leave > 0 && now.Add(leave).After(h.pace.until) {
		h.pace.until = now.Add(leave)
	}
	return h.change(now, h.pace.now/2)
}

// answered notes an answer that came after latency; busy is one that says so. A host that became slow is asked less, one
// that is well is asked more again. It reports whether the host was slowed down because of its latency.
func (h *host) answered(latency time.Duration, busy bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.breaker.failures, h.breaker.last = 0, nil
	if h.budget < retryBudget {
		h.budget = min(retryBudget, h.budget+retryShare)
	}
	p := &h.pace
	p.learn(latency)
	switch {
	case busy:
		return false // complain has its say
	case p.strained(latency) && p.strained(p.recent):
		return h.change(time.Now(), p.now*0.8)
	case p.now < p.base:
		h.change(time.Now(), p.now+p.base*recovery)
	}
	return false
}

// strained says that a latency is far from what is usual.
func (p *pace) strained(latency time.Duration) bool {
	return p.answers > warmup && latency > noise && latency > strain*p.normal
}

// learn averages. The many forget slowly, and take no notice of what is strained, or it would become usual.
func (p *pace) learn(latency time.Duration) {
	p.answers++
	if p.answers == 1 {
		p.recent, p.normal = latency, latency
	}
	p.recent += (latency - p.recent) / 8
	switch {
	case p.recent < p.normal:
		p.normal = p.recent
	case p.answers <= warmup:
		p.normal += (latency - p.normal) / 16
	case !p.strained(p.recent):
		p.normal += (latency - p.normal) / 256
	}
}

// change sets the pace, once in a settle.
func (h *host) change(now time.Time, perSecond float64) bool {
	p := &h.pace
	if now.Sub(p.changed) < settle {
		return false
	}
	perSecond = min(p.base, max(p.base*slowest, perSecond))
	if perSecond == p.now {
		return false
	}
	p.now, p.changed = perSecond, now
	h.limiter.SetLimitAt(now, rate.Limit(perSecond))
	return true
}

// delay sets what its robots.txt asks for.
func (h *host) delay(d time.Duration, perSecond float64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pace.asked = d > 0
	if d > 0 {
		perSecond = min(perSecond, float64(time.Second)/float64(d))
	}
	h.pace.base, h.pace.now = perSecond, perSecond
	h.limiter.SetLimit(rate.Limit(perSecond))
	h.limiter.SetBurst(burst(perSecond))
}

// perSecond is the present pace.
func (h *host) perSecond() float64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.pace.now
}

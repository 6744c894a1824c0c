package ledger

import (
	"sync"
	"time"
)

// farClock is the clock of another machine, as far as looking at it from here tells: between two bounds, which are as far
// apart as its fastest answer took. It does not depend on what this machine's clock is set to, nor on that being set
// meanwhile.
type farClock struct {
	started time.Time // the times below are since then

	mu sync.Mutex
	// low and high bound what the far clock showed at started, as of looked.
	low, high time.Time
	looked    time.Time
}

// clockDrift is how much two clocks may part in a second: crystals are good to 100 parts in a million, and a clock that is
// being adjusted runs up to 500 off.
const clockDrift = 500e-6

func newFarClock() *farClock { return &farClock{started: time.Now()} }

// saw notes that the clock showed that time at some moment between asked and answered.
func (c *farClock) saw(shown, asked, answered time.Time) {
	low, high := shown.Add(-answered.Sub(c.started)), shown.Add(-asked.Sub(c.started))
	c.mu.Lock()
	defer c.mu.Unlock()
	before, after := c.bounds(answered)
	c.looked = answered
	if c.low.IsZero() || low.After(after) || high.Before(before) { // the first look, or the clock was set
		c.low, c.high = low, high
		return
	}
	c.low, c.high = later(before, low), earlier(after, high)
}

// bounds are low and high as of now: they widen as the clocks part.
func (c *farClock) bounds(now time.Time) (low, high time.Time) {
	parted := time.Duration(float64(now.Sub(c.looked)) * clockDrift)
	return c.low.Add(-parted), c.high.Add(parted)
}

// now is between the two.
func (c *farClock) now() (earliest, latest time.Time) {
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	low, high := c.bounds(now)
	passed := now.Sub(c.started)
	return low.Add(passed), high.Add(passed)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

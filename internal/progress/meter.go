// Package progress tells how fast something goes and how long it will still take.
package progress

import "time"

// window is how far back a Meter looks: long enough for an even figure, short enough to follow a change.
const window = 15 * time.Second

// spacing is how close samples are kept; with window it bounds their number.
const spacing = 250 * time.Millisecond

// Meter measures one thing after another: each stage has a meter of its own. Its zero value is ready.
type Meter struct {
	begun   time.Time
	samples []sample // the oldest first, none older than window but the first
	now     sample
	total   int
}

type sample struct {
	at   time.Time
	done int
}

// Add takes in that so much was done of total at a time; total 0 is not known.
func (m *Meter) Add(at time.Time, done, total int) {
	if m.begun.IsZero() {
		m.begun = at
	}
	m.now, m.total = sample{at, done}, total
	if n := len(m.samples); n == 0 || at.Sub(m.samples[n-1].at) >= spacing {
		m.samples = append(m.samples, m.now)
	}
	for len(m.samples) > 2 && at.Sub(m.samples[1].at) > window {
		m.samples = m.samples[1:]
	}
}

// Rate is how many a second are done of late; 0 while that cannot be told.
func (m *Meter) Rate() float64 {
	if len(m.samples) == 0 {
		return 0
	}
	first := m.samples[0]
	took := m.now.at.Sub(first.at)
	if took < spacing || m.now.done <= first.done {
		return 0
	}
	return float64(m.now.done-first.done) / took.Seconds()
}

// Left is how long the rest takes at this rate; false while that cannot be told.
func (m *Meter) Left() (time.Duration, bool) {
	rate := m.Rate()
	if m.total <= 0 || rate <= 0 || m.now.done > m.total {
		return 0, false
	}
	seconds := float64(m.total-m.now.done) / rate
	if seconds > (100 * 24 * time.Hour).Seconds() { // nobody waits for that, and it may not fit
		return 0, false
	}
	return time.Duration(seconds * float64(time.Second)), true
}

// Elapsed is how long it has gone on.
func (m *Meter) Elapsed() time.Duration { return m.now.at.Sub(m.begun) }

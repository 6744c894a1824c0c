package popularity

import (
	"math"
	"time"
)

// clock knows the time of the log, and of what the forecast is for.
type clock struct {
	first, last int64
	halfLife    float64 // in seconds; 0 for none
	profiles    *profiles
	// class finds that of a key.
	class func(key string) (uint8, bool)
	// factors are how busy the hours of the forecast are, by class of profile; nil for a log that is too short.
	factors []float64
}

const (
	day = 24 * 60 * 60
	// youth is how old something is that the edges have not all seen yet.
	youth = 36 * 60 * 60
	// leastWeeks is how long a log must be for its hours of the week to mean something.
	leastWeeks = 14 * day
	// hourEvidence is how many requests the mean hour counts as, against those of one hour of the week.
	hourEvidence = 2
)

func (c *clock) learn(m *Model, s *state) {
	p := &s.profiles
	c.profiles, c.first, c.last = p, int64(p.first), int64(p.last)
	c.halfLife = m.Counter.HalfLife.Seconds()
	c.class = func(key string) (uint8, bool) { return p.find(s.seed, key) }
	if c.last-c.first < leastWeeks-day {
		return
	}
	at, length := m.At.Unix(), m.For
	if m.At.IsZero() {
		at = c.last
	}
	if length <= 0 {
		length = 24 * time.Hour
	}
	mean, coming := c.past(), c.coming(at, length)
	c.factors = make([]float64, len(p.hours))
	for i := range p.hours {
		c.factors[i] = c.busier(&p.hours[i], &mean, &coming)
	}
}

// past is how much each hour of the week weighs in decayed counts, and how often it was.
func (c *clock) past() (hours [week]struct{ weight, times float64 }) {
	for at := c.first / 3600; at <= c.last/3600; at++ {
		h := &hours[at%week]
		h.times++
		h.weight += c.decay(float64(c.last - at*3600))
	}
	return hours
}

func (c *clock) decay(age float64) float64 {
	if c.halfLife <= 0 {
		return 1
	}
	return math.Exp2(-max(age, 0) / c.halfLife)
}

// coming is how often each hour of the week is in the hours of the forecast.
func (c *clock) coming(at int64, length time.Duration) (hours [week]float64) {
	for h := range min(int64(math.Ceil(length.Hours())), 4*week) {
		hours[max(at/3600+h, 0)%week]++
	}
	return hours
}

// busier compares the hours that come with those that were counted.
func (c *clock) busier(requests *[week]float64, past *[week]struct{ weight, times float64 }, coming *[week]float64) float64 {
	var total, hours float64
	for h, n := range requests {
		total, hours = total+n, hours+past[h].times
	}
	if total == 0 {
		return 1
	}
	mean := total / hours
	var then, thenHours, now, nowHours float64
	for h, n := range requests {
		if past[h].times == 0 {
			continue
		}
		rate := (n + hourEvidence) / (past[h].times + hourEvidence/mean)
		then, thenHours = then+rate*past[h].weight, thenHours+past[h].weight
		now, nowHours = now+rate*coming[h], nowHours+coming[h]
	}
	if then == 0 || now == 0 {
		return 1
	}
	return now / nowHours * thenHours / then
}

// factor is how busy the coming hours are for a URL; 0 when that is not known.
func (c *clock) factor(key string) float64 {
	if c.factors == nil {
		return 0
	}
	if class, ok := c.class(key); ok {
		return c.factors[class]
	}
	return 0
}

// exposure is which share of the counts something can have that came out at a time: 1 from the beginning of the log on, 0
// after its end.
func (c *clock) exposure(out int64) float64 {
	span := float64(c.last - c.first)
	age := min(float64(c.last-out), span)
	switch {
	case c.last == 0 || age >= span:
		return 1
	case age <= 0:
		return 0
	case c.halfLife <= 0:
		return age / span
	}
	return (1 - c.decay(age)) / (1 - c.decay(span))
}

// isDebut tells what was first asked for after the log's first day from what may be older than the log.
func (c *clock) isDebut(first uint32) bool { return int64(first) > c.first+day && c.first > 0 }

func (c *clock) isYoung(out int64) bool { return out > c.last-youth && out > c.first+day }

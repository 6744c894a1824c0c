package popularity

import (
	"context"
	"hash/maphash"
	"io"
	"math"
	"time"

	"github.com/edgewarm/edgewarm/internal/accesslog"
)

const (
	// viewingGap is how long a client may pause within one viewing: as long as web analytics let a session last.
	viewingGap = 30 * 60
	// oldest is the age in half-lives from which on nothing decays any more: what is left is nothing beside one fresh
	// request, but it still orders a log that is wholly old.
	oldest = 64
)

// Read counts one log, which may be compressed; name is what errors and Stats call it. A log that fits no format, or
// whose lines are bad by more than a fifth, is an *Error; what was counted until then stays.
func (c *Counter) Read(ctx context.Context, name string, r io.Reader) (Stats, error) {
	stats := Stats{Name: name}
	s, err := c.start()
	if err != nil {
		return stats, err
	}
	read, err := s.reader.Read(ctx, r, func(r *accesslog.Record) { c.record(r, &stats) })
	stats.Lines, stats.Bad, stats.Records, stats.Warnings = read.Lines, read.Bad, read.Records, read.Warnings
	if read.Lines > 0 || read.Format.String() != "auto" {
		stats.Format = read.Format.String()
	}
	if read.First != 0 {
		stats.First, stats.Last = time.Unix(read.First, 0).UTC(), time.Unix(read.Last, 0).UTC()
	}
	if err != nil {
		return stats, &Error{Op: "read", Name: name, Err: err}
	}
	return stats, nil
}

// record counts one request, or counts why not.
func (c *Counter) record(r *accesslog.Record, stats *Stats) {
	if why := c.unwanted(r, stats); why != nil {
		*why++
		return
	}
	e, i, ok := c.locate(r)
	if !ok {
		stats.Invalid++
		return
	}
	w := r.Weight * c.decay(r.Time, stats)
	e.bytes += float64(r.Bytes) * w
	missed := r.Cache == accesslog.Miss
	if r.Status == 206 && !c.Raw && len(r.Client) > 0 {
		m, again := c.viewing(r, i)
		if missed && !m.missed {
			e.misses += w
			m.missed = true
		}
		if again {
			stats.Ranges++
			return
		}
	} else if missed {
		e.misses += w
	}
	e.requests += w
	stats.Counted++
}

// unwanted returns the count of what a request is left out for, nil when it is to be counted.
func (c *Counter) unwanted(r *accesslog.Record, stats *Stats) *int {
	if string(r.Method) != "GET" && (!c.Raw || string(r.Method) != "HEAD") {
		return &stats.Methods
	}
	if r.Status != 200 && r.Status != 206 && r.Status != 304 {
		return &stats.Statuses
	}
	if len(r.Path) == 0 {
		return &stats.Invalid
	}
	if c.outside(r.Time) {
		return &stats.Outside
	}
	if c.Raw {
		return nil
	}
	s := c.state
	if s.agents.isMachine(s.seed, r.Agent) {
		return &stats.Bots
	}
	if len(r.RequestID) > 0 {
		if _, before := s.ids.mark(maphash.Bytes(s.seed, r.RequestID)); before {
			return &stats.Duplicates
		}
	}
	return nil
}

func (c *Counter) outside(at int64) bool {
	return at != 0 && (!c.Since.IsZero() && at < c.Since.Unix() || !c.Before.IsZero() && at >= c.Before.Unix())
}

// viewing finds what one client reads of one entry, and whether this range goes on with it.
func (c *Counter) viewing(r *accesslog.Record, i uint32) (*mark, bool) {
	s := c.state
	s.text = append(append(append(s.text[:0], r.Client...), 0), r.Agent...)
	hash := maphash.Bytes(s.seed, s.text) ^ uint64(i)*tags[secure]
	m, before := s.viewings.mark(hash ^ hash>>32)
	at := uint32(min(max(r.Time, 0), math.MaxUint32))
	again := before && max(at, m.last)-min(at, m.last) <= viewingGap
	if !again {
		m.missed = false
	}
	m.last = max(m.last, at)
	return m, again
}

// decay is what a request of that time counts.
func (c *Counter) decay(at int64, stats *Stats) float64 {
	s := c.state
	switch {
	case at == 0:
		stats.Undated++
		return 1
	case at > s.until:
		stats.Future++
		return 1
	case c.HalfLife <= 0 || c.Raw:
		return 1
	case at != s.at:
		age := float64(s.until-at) / c.HalfLife.Seconds()
		s.at, s.factor = at, math.Exp2(-min(age, oldest))
	}
	return s.factor
}

package popularity

import (
	"context"
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
	// farthest bounds the distance from the first request, where that is what ages are taken from: numbers keep their
	// digits within it.
	farthest = 500
)

// Read counts one log, which may be compressed; name is what errors and Stats call it. A log that fits no format, or
// whose lines are bad by more than a fifth, is an *Error; what was counted until then stays.
func (c *Counter) Read(ctx context.Context, name string, r io.Reader) (Stats, error) {
	s, err := c.start()
	if err != nil {
		return Stats{Name: name}, err
	}
	stats, _, err := c.read(ctx, s.reader, name, r, accesslog.Place{})
	return stats, err
}

// Table counts lines of a URL, a weight and the bytes of all its requests, with a tab between them, whatever Format says. They are not part of what Save writes when it was
// called before: a table has no end that it could grow at, and would be counted again and again.
func (c *Counter) Table(ctx context.Context, name string, r io.Reader) (Stats, error) {
	if _, err := c.start(); err != nil {
		return Stats{Name: name}, err
	}
	format, err := accesslog.ParseFormat("tsv:url,weight,bytes")
	if err != nil {
		return Stats{Name: name}, err
	}
	stats, _, err := c.read(ctx, accesslog.Reader{Format: format}, name, r, accesslog.Place{})
	return stats, err
}

// read counts what follows a place of a log, and returns the place where it ended.
func (c *Counter) read(ctx context.Context, reader accesslog.Reader, name string, r io.Reader, at accesslog.Place) (Stats, accesslog.Place, error) {
	stats := Stats{Name: name}
	read, at, err := reader.Continue(ctx, r, at, func(r *accesslog.Record) { c.record(r, &stats) })
	c.finish(&stats, read, read.Format.String())
	if err != nil {
		return stats, at, &Error{Op: "read", Name: name, Err: err}
	}
	return stats, at, nil
}

// finish counts what is pending of a log, and takes over what its reader says.
func (c *Counter) finish(stats *Stats, read accesslog.Stats, format string) {
	c.flush(stats)
	c.rescale()
	stats.Lines, stats.Bad, stats.Records, stats.Warnings = read.Lines, read.Bad, read.Records, read.Warnings
	if read.Lines > 0 || format != "auto" {
		stats.Format = format
	}
	if read.First != 0 {
		stats.First, stats.Last = time.Unix(read.First, 0).UTC(), time.Unix(read.Last, 0).UTC()
	}
}

// record counts one request, or counts why not.
func (c *Counter) record(r *accesslog.Record, stats *Stats) {
	if why := c.unwanted(r, stats); why != nil {
		*why++
		return
	}
	w := r.Weight * c.decay(r.Time, stats)
	if !c.state.push(r, w, c.Raw) {
		stats.Invalid++
		return
	}
	if c.state.batch.n == batchSize {
		c.flush(stats)
	}
}

// unwanted returns the count of what a request is left out for, nil when it is to be counted.
func (c *Counter) unwanted(r *accesslog.Record, stats *Stats) *int {
	if r.Status != 200 && r.Status != 206 && r.Status != 304 {
		return &stats.Statuses
	}
	if string(r.Method) != "GET" && (!c.Raw || string(r.Method) != "HEAD") {
		return &stats.Methods
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
	return nil
}

func (c *Counter) outside(at int64) bool {
	return at != 0 && (!c.Since.IsZero() && at < c.Since.Unix() || !c.Before.IsZero() && at >= c.Before.Unix())
}

// decay is what a request of that time counts.
func (c *Counter) decay(at int64, stats *Stats) float64 {
	s := c.state
	if at == 0 {
		stats.Undated++
		return c.undated()
	}
	if at > s.until {
		stats.Future++
		at = s.until
	}
	if c.HalfLife <= 0 || c.Raw {
		return 1
	}
	if s.newest == 0 && c.Until.IsZero() {
		s.from = at
	}
	s.newest = max(s.newest, at)
	if at != s.at {
		s.at, s.factor = at, c.weight(at)
	}
	return s.factor
}

// weight is what a request of a time counts while reading.
func (c *Counter) weight(at int64) float64 {
	ahead := float64(at-c.state.from) / c.HalfLife.Seconds()
	if !c.Until.IsZero() {
		return math.Exp2(max(ahead, -oldest))
	}
	return math.Exp2(min(max(ahead, -farthest), farthest))
}

// undated is what a request without a time counts: as much as the newest so far.
func (c *Counter) undated() float64 {
	if c.state.newest == 0 || c.HalfLife <= 0 || c.Raw || !c.Until.IsZero() {
		return 1
	}
	return c.weight(c.state.newest)
}

// rescale makes counts that were taken from the first request on count from the newest on, where Until says nothing.
func (c *Counter) rescale() {
	s := c.state
	if c.Until.IsZero() && s.newest > 0 {
		s.scale = 1 / c.weight(s.newest)
	}
}

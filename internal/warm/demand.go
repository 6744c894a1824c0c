package warm

import (
	"context"
	"fmt"
	"io"

	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

// Demand reads the config's access logs, - from stdin; nil when it names none. A log that cannot be read is told to
// Watch and counted in faults: the plan is made from the others.
func (w *Warmer) Demand(ctx context.Context, stdin io.Reader, faults *int) (planner.Popularity, error) {
	p := w.Config.Popularity
	if len(p.Logs) == 0 {
		return nil, nil
	}
	counter := &popularity.Counter{Format: p.Format, HalfLife: p.HalfLife, Stdin: stdin}
	stats, err := counter.Files(ctx, p.Logs...)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	for _, s := range stats {
		w.Watch.detail(fmt.Sprintf("%s: %d of %d lines counted, format %s", s.Name, s.Counted, s.Lines, s.Format))
	}
	for _, err := range split(err) {
		*faults++
		w.Watch.fault(err, "name the format in popularity.format, or mend the pattern in popularity.logs")
	}
	if counter.Len() == 0 {
		w.Watch.note("the logs tell of no demand: sitemaps and playlists alone order the plan")
	}
	return &popularity.Model{Counter: counter}, nil
}

// split takes a joined error apart.
func split(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/edgewarm/edgewarm/internal/fleet"
	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/internal/postgres"
)

// lookAtWorkers is what workers do with the ledger; nil where there never was one.
func lookAtWorkers(ctx context.Context, state string) (*fleet.Status, error) {
	if !postgres.IsDSN(state) {
		return nil, nil
	}
	return fleet.Look(ctx, state)
}

// printWorkers says what workers do: in columns, to be aligned by w.
func printWorkers(w io.Writer, s *fleet.Status) {
	if s == nil {
		return
	}
	fmt.Fprintln(w)
	if c := s.Crawl; c != nil {
		fmt.Fprintf(w, "%d of %d\tdocuments opened by workers, since %s\n", c.Opened, c.Found, c.Began.Local().Format(time.DateTime))
	}
	if l := s.Logs; l != nil {
		fmt.Fprintf(w, "%d of %d\tlogs read by workers\n", l.Read, l.All)
	}
	fmt.Fprintf(w, "%.1f\tdocuments a second, over the last minute\n", s.PerSecond)
	for _, state := range slices.Sorted(maps.Keys(s.Jobs)) {
		fmt.Fprintf(w, "%d\tjobs of workers %s\n", s.Jobs[state], state)
	}
	if s.Retries > 0 {
		fmt.Fprintf(w, "%d\tof them tried again\n", s.Retries)
	}
	for _, f := range s.Failures {
		fmt.Fprintf(w, "given up\t%s of %d documents, %s: %s\n", f.Kind, f.Documents, f.At.Local().Format(time.DateTime), plain.Text(f.Reason))
	}
	fmt.Fprintf(w, "%d\tworkers alive\n", len(s.Workers))
	for _, one := range s.Workers {
		part := ""
		if !one.TakesPart {
			part = ", takes no part: it has another config or version"
		}
		fmt.Fprintf(w, "%s\t%s, pid %d, edgewarm %s, at %d of %d jobs%s\n",
			plain.Text(one.Name), plain.Text(one.Host), one.PID, plain.Text(one.Version), one.Running, one.Jobs, part)
	}
}

package demosite

import (
	"bufio"
	"io"
	"slices"
	"time"

	"github.com/edgewarm/edgewarm/internal/crowd"
)

// Format is how a log line is written.
type Format = crowd.Format

// The formats of Log.
const (
	EdgeOne  = crowd.EdgeOne
	Combined = crowd.Combined
)

// LogEnd is the end of the time that Log tells of, LogSpan its length.
var LogEnd = siteDay.Add(12 * time.Hour)

// LogSpan is how much time before its end a log tells of.
const LogSpan = 48 * time.Hour

// Log writes an access log of the site at base up to LogEnd: see LogUntil.
func Log(w io.Writer, base string, f Format, lines int) error {
	return LogUntil(w, base, f, lines, LogEnd)
}

// LogUntil writes an access log of so many lines, in order of time, the same at every call with the same arguments.
//
// Viewers choose titles by Zipf's law, new episodes first, take a rendition by their device, and leave early more often
// than not; the edges of a CDN have each object from the first request on, until it expires. Beside them there are
// crawlers, feed readers, monitors that send HEAD, people whose browser still has it (304), scanners that ask for what is
// not there, clients that hang up and, now and then, an origin that fails.
func LogUntil(w io.Writer, base string, f Format, lines int, end time.Time) error {
	v := newVisitors(base, end)
	log, err := crowd.NewLog(f, base, v.random)
	if err != nil {
		return err
	}
	for len(v.requests) < lines {
		v.arrive()
	}
	slices.SortStableFunc(v.requests, func(a, b crowd.Request) int { return a.At.Compare(b.At) })
	out := bufio.NewWriter(w)
	edges := &crowd.Edges{Lifetime: life}
	for i, written := 0, 0; written < lines; i++ {
		r := &v.requests[i]
		r.Cache = edges.Ask(r)
		line := log.Line(r)
		for range min(log.Copies(), lines-written) {
			out.Write(line) // a bufio.Writer keeps its error for Flush
			written++
		}
	}
	return out.Flush()
}

package demosite

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Format is how a log line is written.
type Format string

// The formats of Log.
const (
	// EdgeOne is the JSON lines of EdgeOne's offline logs, with the cache status.
	EdgeOne Format = "edgeone"
	// Combined is nginx's combined format, with neither host nor cache status.
	Combined Format = "combined"
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
	if f != EdgeOne && f != Combined {
		return fmt.Errorf("demosite: there is no log format %q", f)
	}
	u, err := url.Parse(base)
	if err != nil {
		return fmt.Errorf("demosite: %w", err)
	}
	c := newCrowd(base, end)
	for len(c.requests) < lines {
		c.arrive()
	}
	slices.SortStableFunc(c.requests, func(a, b request) int { return a.at.Compare(b.at) })
	out := bufio.NewWriter(w)
	edges := newEdges()
	for i, written := 0, 0; written < lines; i++ {
		r := &c.requests[i]
		r.cache = edges.ask(r)
		line := combinedLine(r)
		if f == EdgeOne {
			if line, err = jsonLine(r, u, c.random); err != nil {
				return err
			}
		}
		for range copies(f, c.random, lines-written) {
			out.Write(line) // a bufio.Writer keeps its error for Flush
			written++
		}
	}
	return out.Flush()
}

// copies is how often a line stands in the log: edges that try again deliver some of EdgeOne's twice.
func copies(f Format, random *rand.Rand, room int) int {
	if f == EdgeOne && random.IntN(300) == 0 {
		return min(2, room)
	}
	return 1
}

func combinedLine(r *request) []byte {
	return fmt.Appendf(nil, "%s - - [%s] \"%s %s HTTP/1.1\" %d %d \"%s\" \"%s\"\n", r.client.address,
		r.at.Format("02/Jan/2006:15:04:05 -0700"), r.method, r.target(), r.status, r.bytes, orDash(r.referer), r.client.agent)
}

// edgeOneLine has the fields of EdgeOne's L7 logs that matter here, in their order.
type edgeOneLine struct {
	RequestID              string
	RequestTime            string
	ClientIP               string
	ClientRegion           string
	RequestScheme          string
	RequestHost            string
	RequestMethod          string
	RequestUrl             string
	RequestUrlQueryString  string
	RequestProtocol        string
	RequestRange           string
	RequestReferer         string
	RequestUA              string
	EdgeCacheStatus        string
	EdgeResponseStatusCode int
	EdgeResponseBytes      int64
	EdgeResponseTime       int
	EdgeServerIP           string
}

func jsonLine(r *request, base *url.URL, random *rand.Rand) ([]byte, error) {
	line, err := json.Marshal(edgeOneLine{
		RequestID:     fmt.Sprintf("%016x%04x", random.Uint64(), random.Uint32()&0xffff),
		RequestTime:   r.at.UTC().Format(time.RFC3339),
		ClientIP:      r.client.address,
		ClientRegion:  r.client.region,
		RequestScheme: base.Scheme, RequestHost: base.Host, RequestMethod: r.method,
		RequestUrl: strings.TrimSuffix(base.Path, "/") + encoded(r.path), RequestUrlQueryString: orDash(r.query),
		RequestProtocol: "HTTP/2.0", RequestRange: orDash(r.ranges), RequestReferer: orDash(r.referer), RequestUA: r.client.agent,
		EdgeCacheStatus: r.cache, EdgeResponseStatusCode: r.status, EdgeResponseBytes: r.bytes,
		EdgeResponseTime: 2 + int(r.bytes/20_000), EdgeServerIP: fmt.Sprintf("203.0.113.%d", 10+r.client.edge),
	})
	return append(line, '\n'), err
}

// target is the request's path and query as it stands in a request line.
func (r *request) target() string {
	if r.query == "" {
		return encoded(r.path)
	}
	return encoded(r.path) + "?" + r.query
}

func encoded(p string) string { return (&url.URL{Path: p}).EscapedPath() }

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

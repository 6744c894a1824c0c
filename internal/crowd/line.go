package crowd

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"time"
)

// Format is how a log line is written.
type Format string

// The formats of a Log.
const (
	// EdgeOne is the JSON lines of EdgeOne's offline logs, with the cache status.
	EdgeOne Format = "edgeone"
	// Combined is nginx's combined format, with neither host nor cache status.
	Combined Format = "combined"
)

// Log writes the lines of an access log.
type Log struct {
	format Format
	base   *url.URL
	random *rand.Rand
}

// NewLog returns the log of the site at base. The random numbers make request IDs.
func NewLog(f Format, base string, random *rand.Rand) (*Log, error) {
	if f != EdgeOne && f != Combined {
		return nil, fmt.Errorf("crowd: there is no log format %q", f)
	}
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("crowd: %w", err)
	}
	return &Log{f, u, random}, nil
}

// Line is a request as a line of the log, with its end.
func (l *Log) Line(r *Request) []byte {
	if l.format == Combined {
		return combinedLine(r)
	}
	return l.jsonLine(r)
}

// Copies is how often a line stands in the log: edges that try again deliver some of EdgeOne's twice.
func (l *Log) Copies() int {
	if l.format == EdgeOne && l.random.IntN(300) == 0 {
		return 2
	}
	return 1
}

func combinedLine(r *Request) []byte {
	return fmt.Appendf(nil, "%s - - [%s] \"%s %s HTTP/1.1\" %d %d \"%s\" \"%s\"\n", r.Client.Address,
		r.At.Format("02/Jan/2006:15:04:05 -0700"), r.Method, r.target(), r.Status, r.Bytes, orDash(r.Referer), r.Client.Agent)
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

func (l *Log) jsonLine(r *Request) []byte {
	line, _ := json.Marshal(edgeOneLine{ // strings and numbers always marshal
		RequestID:     fmt.Sprintf("%016x%04x", l.random.Uint64(), l.random.Uint32()&0xffff),
		RequestTime:   r.At.UTC().Format(time.RFC3339),
		ClientIP:      r.Client.Address,
		ClientRegion:  r.Client.Region,
		RequestScheme: l.base.Scheme, RequestHost: l.base.Host, RequestMethod: r.Method,
		RequestUrl: strings.TrimSuffix(l.base.Path, "/") + Escaped(r.Path), RequestUrlQueryString: orDash(r.Query),
		RequestProtocol: "HTTP/2.0", RequestRange: orDash(r.Range), RequestReferer: orDash(r.Referer), RequestUA: r.Client.Agent,
		EdgeCacheStatus: r.Cache, EdgeResponseStatusCode: r.Status, EdgeResponseBytes: r.Bytes,
		EdgeResponseTime: 2 + int(r.Bytes/20_000), EdgeServerIP: fmt.Sprintf("203.0.113.%d", 10+r.Client.Edge),
	})
	return append(line, '\n')
}

// target is the request's path and query as it stands in a request line.
func (r *Request) target() string {
	if r.Query == "" {
		return Escaped(r.Path)
	}
	return Escaped(r.Path) + "?" + r.Query
}

// Escaped is a path as it stands in a URL.
func Escaped(p string) string { return (&url.URL{Path: p}).EscapedPath() }

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

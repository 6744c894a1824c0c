package fetch

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/edgewarm/edgewarm/internal/inflate"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// Error is what became of a fetch that failed.
type Error struct {
	// Op is "get", or "read" for a body that broke off.
	Op string
	// URL is what was fetched when it failed, which after a redirect is not what was asked for. It is as it was used;
	// the text of the error has it redacted.
	URL string
	// Status is the response's; 0 when there was none.
	Status int
	// Err says why. It is nil when the status says it all.
	Err error
}

func (e *Error) Error() string {
	text := e.Op + " " + shown(e.URL)
	if e.Err != nil {
		return text + ": " + e.Err.Error()
	}
	return text + ": " + statusText(e.Status)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// LimitError names the limit that a body went over.
type LimitError = inflate.LimitError

// TimeoutError names the time limit that a server went over.
type TimeoutError struct {
	// Phase is what took too long: lookup, connect, tls, headers, idle, rate or total.
	Phase string
	// Limit is what it was given.
	Limit time.Duration
	// Rate is the least bytes a second over Limit, where Phase is rate.
	Rate int64
}

func (e *TimeoutError) Error() string {
	switch e.Phase {
	case "lookup":
		return fmt.Sprintf("name not looked up within %s", e.Limit)
	case "connect":
		return fmt.Sprintf("no connection within %s", e.Limit)
	case "tls":
		return fmt.Sprintf("no TLS handshake within %s", e.Limit)
	case "headers":
		return fmt.Sprintf("no headers within %s", e.Limit)
	case "idle":
		return fmt.Sprintf("no data for %s", e.Limit)
	case "rate":
		return fmt.Sprintf("slower than %d bytes a second over %s", e.Rate, e.Limit)
	}
	return fmt.Sprintf("not complete within %s", e.Limit)
}

// Timeout is true, as net.Error wants it.
func (e *TimeoutError) Timeout() bool { return true }

// ShortError says that a body broke off.
type ShortError struct {
	// Missing is how many bytes of the Content-Length did not come; 0 where there was none.
	Missing int64
	// Got is how many came, before decoding.
	Got int64
	// Err is how it broke off; io.ErrUnexpectedEOF for a plain end.
	Err error
}

func (e *ShortError) Error() string {
	text := fmt.Sprintf("ends early after %d bytes", e.Got)
	if e.Missing > 0 {
		text = fmt.Sprintf("short by %d bytes", e.Missing)
	}
	if e.Err == io.ErrUnexpectedEOF {
		return text
	}
	return text + ": " + e.Err.Error()
}

// Unwrap returns Err.
func (e *ShortError) Unwrap() error { return e.Err }

// HeaderError refuses a request header that would not be sent as it is meant.
type HeaderError struct{ Name string }

func (e *HeaderError) Error() string {
	return fmt.Sprintf("header %.60q has characters that are not allowed", e.Name)
}

// maxShown is how much of a URL a message shows.
const maxShown = 300

// shown is a URL as messages have it: without its secrets, not longer than a person reads, and without what would act on
// a terminal.
func shown(url string) string {
	url = urlkey.Redact(url)
	if len(url) > maxShown {
		url = url[:maxShown] + "…"
	}
	quoted := strconv.Quote(url)
	return quoted[1 : len(quoted)-1]
}

// statusText is "404 Not Found", or what an answer is not good for.
func statusText(status int) string {
	switch status {
	case http.StatusPartialContent:
		return "206 Partial Content, which was not asked for"
	case http.StatusNotModified:
		return "304 Not Modified, which was not asked for"
	}
	if text := http.StatusText(status); text != "" {
		return strconv.Itoa(status) + " " + text
	}
	return "status " + strconv.Itoa(status)
}

package page

import (
	"context"
	"fmt"
	"net/http"
)

// Error is a page that could not be visited.
type Error struct {
	Op, URL string
	// Status is the HTTP status when there was an answer, 0 when there was none.
	Status int
	Err    error
}

func (e *Error) Error() string { return fmt.Sprintf("%s %s: %v", e.Op, e.URL, e.Err) }

func (e *Error) Unwrap() error { return e.Err }

// Response is a page that was visited.
type Response struct {
	// URL is the one after redirects, in its normal form.
	URL    string
	Status int
	Header http.Header
	// Body is decoded and whole.
	Body []byte
}

// VisitorOptions bound what a Visitor reads.
type VisitorOptions struct {
	// MaxBody is the largest decoded page in bytes; 0 means 16 MiB.
	MaxBody int64
	// UserAgent is sent with each request; "" leaves it to the transport.
	UserAgent string
}

// Visitor opens pages through colly on a transport that is given to it. It is safe for concurrent use.
type Visitor struct{}

// NewVisitor returns a Visitor whose requests go through rt.
func NewVisitor(rt http.RoundTripper, o VisitorOptions) *Visitor { return &Visitor{} }

// Visit opens url and calls handle with its answer before it returns.
func (v *Visitor) Visit(ctx context.Context, url string, handle func(*Response)) error {
	return &Error{Op: "visit", URL: url, Err: http.ErrNotSupported}
}

// Hand gives a response already open to the next Visit of url, in place of a request.
func (v *Visitor) Hand(url string, resp *http.Response) {}

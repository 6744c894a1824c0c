package page

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// ErrStatus is what Error wraps when the answer was no success; its Status says which.
var ErrStatus = errors.New("unexpected status")

// LimitError is a page that is larger than may be read.
type LimitError struct{ Max int64 }

// Error names the limit.
func (e *LimitError) Error() string {
	if e.Max%(1<<20) == 0 {
		return fmt.Sprintf("page is larger than %d MiB", e.Max>>20)
	}
	return fmt.Sprintf("page is larger than %d bytes", e.Max)
}

// Error is a page that could not be read or visited.
type Error struct {
	// Op is "parse" or "visit".
	Op  string
	URL string
	// Status is the HTTP status when there was an answer, else 0.
	Status int
	Err    error
}

// Error shows the URL without its secrets.
func (e *Error) Error() string {
	if errors.Is(e.Err, ErrStatus) {
		return fmt.Sprintf("%s %s: %d %s", e.Op, urlkey.Redact(e.URL), e.Status, http.StatusText(e.Status))
	}
	return fmt.Sprintf("%s %s: %v", e.Op, urlkey.Redact(e.URL), e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

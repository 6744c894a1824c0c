package urlkey

import (
	"errors"
	"fmt"
)

// MaxLength is the longest URL in bytes, as written and in its normal form: common servers and caches refuse a longer
// request line with status 414.
const MaxLength = 8 << 10

// Reasons why a string has no normal form; an Error wraps one of them.
var (
	ErrEmpty    = errors.New("empty URL")
	ErrTooLong  = fmt.Errorf("URL is longer than %d bytes", MaxLength)
	ErrScheme   = errors.New("scheme is not http or https")
	ErrRelative = errors.New("URL is not absolute")
	ErrHost     = errors.New("invalid host or port")
	ErrControl  = errors.New("tab, line end or NUL inside a URL")
)

// maxShown bounds the part of a URL that an error message repeats.
const maxShown = 200

// Error is a string that has no normal form, and why.
type Error struct {
	// URL is the string as it was written; it may hold secrets, which Error leaves out.
	URL string
	Err error
}

// Error shows the start of the URL without its secrets.
func (e *Error) Error() string {
	u := e.URL
	if len(u) > maxShown {
		u = u[:maxShown] + "…"
	}
	return fmt.Sprintf("url %q: %v", Redact(u), e.Err)
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

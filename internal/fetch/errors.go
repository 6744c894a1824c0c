package fetch

import "net/http"

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
	text := e.Op + " " + e.URL
	if e.Err != nil {
		return text + ": " + e.Err.Error()
	}
	return text + ": " + http.StatusText(e.Status)
}

func (e *Error) Unwrap() error { return e.Err }

package crawler

import (
	"errors"

	"github.com/edgewarm/edgewarm/internal/fetch"
	"github.com/edgewarm/edgewarm/internal/page"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// failure is how a document failed, as far as it is remembered: by an answer of its server, or by what is in it. What had
// no answer is not, since it may well have one when it is asked again.
type failure struct {
	text   string
	status int // of the answer; 0 is a fault of what it holds
}

// failureOf returns the failure that err is, and whether it is one to be remembered.
func failureOf(err error) (failure, bool) {
	var read *Error
	var visited *page.Error
	var got *fetch.Error
	f := failure{text: err.Error()}
	switch {
	case errors.Is(err, ErrDisallowed):
		return failure{}, false
	case errors.As(err, &visited) && visited.Status > 0:
		f.status = visited.Status
	case errors.As(err, &got) && got.Status > 0:
		f.status = got.Status
	case !errors.As(err, &read) || read.Op != "read":
		return failure{}, false
	}
	return f, len(f.text) <= maxListedText
}

// err is the error of the document at url again: its text, and what tells of which sort it is.
func (f failure) err(url string) error {
	if f.status > 0 {
		return &recalled{f.text, &fetch.Error{Op: "get", URL: url, Status: f.status}}
	}
	return &recalled{f.text, &Error{Op: "read", URL: urlkey.Redact(url), Err: errors.New(f.text)}}
}

// recalled is an error that was remembered.
type recalled struct {
	text string
	sort error
}

func (r *recalled) Error() string { return r.text }
func (r *recalled) Unwrap() error { return r.sort }

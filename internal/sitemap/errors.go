package sitemap

import (
	"errors"
	"strconv"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

var (
	// ErrNotSitemap is returned, wrapped, when the document is something else: a page, a playlist, free text, nothing.
	ErrNotSitemap = errors.New("expected a sitemap")
	// ErrEntities is returned, wrapped, when a DOCTYPE declares entities: such a document is refused whole.
	ErrEntities = errors.New("DOCTYPE declares entities, which are never expanded")
	// ErrLimit is returned, wrapped, when a limit of the parser is reached. What was emitted before stays true.
	ErrLimit = errors.New("limit reached")
)

// EncodingError is returned, wrapped, when the document is not UTF-8 and declares an encoding that is not read.
type EncodingError struct {
	// Name is what the document says.
	Name string
}

// Error names the encoding.
func (e *EncodingError) Error() string { return "encoding " + strconv.Quote(e.Name) + " is not read" }

// Error is what Parse returns.
type Error struct {
	Op  string // "read" or "parse"
	URL string // the document's own URL
	Err error
}

// Error names the operation, the document and the cause.
func (e *Error) Error() string {
	return "sitemap: " + e.Op + " " + urlkey.Redact(e.URL) + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

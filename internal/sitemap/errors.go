package sitemap

import "errors"

var (
	// ErrNotSitemap is returned, wrapped, when the document is something else: a page, a playlist, free text, nothing.
	ErrNotSitemap = errors.New("expected a sitemap")
	// ErrEntities is returned, wrapped, when a DOCTYPE declares entities: such a document is refused whole.
	ErrEntities = errors.New("DOCTYPE declares entities, which are never expanded")
	// ErrLimit is returned, wrapped, when a limit of the parser is reached. What was emitted before stays true.
	ErrLimit = errors.New("limit reached")
)

// Error is what Parse returns.
type Error struct {
	Op  string // "read" or "parse"
	URL string // the document's own URL
	Err error
}

// Error names the operation, the document and the cause.
func (e *Error) Error() string { return "sitemap: " + e.Op + " " + e.URL + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

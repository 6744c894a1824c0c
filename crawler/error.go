package crawler

import "errors"

// Sentinels of Document.Err.
var (
	// ErrDisallowed is returned when robots.txt closes a document to us. The resource has no error: it may be a target.
	ErrDisallowed = errors.New("closed to us by robots.txt")
	// ErrTooMany is returned once a crawl, for the first document that Crawler.MaxDocuments leaves closed.
	ErrTooMany = errors.New("too many documents: this one and those after it are not opened")
	// ErrSpill is returned when the hashes of known URLs are more than memory is meant to hold and cannot be written to a
	// temporary file (see os.TempDir): the crawl goes on with them in memory. It ends the crawl when they cannot be read
	// back, since then nobody knows which URLs were yielded.
	ErrSpill = errors.New("the temporary file of known URLs failed")
)

// Error is what went wrong with one document.
type Error struct {
	// Op is what was tried: fetch, read, robots or seed.
	Op string
	// URL is the document's, its secrets masked.
	URL string
	Err error
}

func (e *Error) Error() string { return e.Op + " " + e.URL + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

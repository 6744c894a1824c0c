package sitemap

import (
	"time"

	"github.com/edgewarm/edgewarm/internal/warning"
)

// Options are what a caller may change. The zero value is ready.
type Options struct {
	// MaxEntries bounds the entries that are emitted, of all kinds; 0: DefaultMaxEntries. Over it Parse ends with ErrLimit.
	MaxEntries int
	// MaxBytes bounds the decoded document; 0: DefaultMaxBytes. Over it Parse ends with an error that names the limit.
	MaxBytes int64
	// Now is what a date is held against to be in the future; zero: the time of the call.
	Now time.Time

	// tags reads entries tag by tag even where that can be done faster: tests hold both ways against each other.
	tags bool
}

// Document is what Parse says of the whole.
type Document struct {
	// Format is urlset, index, text, rss or atom, by what the document says it is; empty when that never came clear.
	Format string
	// Entries counts what was emitted, of all kinds.
	Entries int
	// Dropped counts the entries left out: no URL, or one that nobody could fetch. The warnings say why.
	Dropped int
	// OtherHosts counts the URL and Sitemap entries whose host is not that of the document.
	OtherHosts int
	// Truncated is true when the document ended in the middle of itself.
	Truncated bool
	// Warnings say what was wrong and repaired, in the order of the document.
	Warnings []warning.Warning
}

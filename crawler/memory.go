package crawler

import (
	"context"
	"time"
)

// Memory keeps what documents listed from one crawl to the next. A Crawler that has one asks for a document that it knows
// on the condition that it has changed (RFC 9110 section 13), and does not ask at all where it need not; what it yields is
// the same as without. What is remembered of documents is in # Memory of the package's documentation.
//
// The methods are called by several goroutines at once. A memory that fails is one that knows nothing: it ends no crawl,
// and whom it tells is its own affair.
type Memory interface {
	// Recall returns what was remembered last of the document that is fetched from url, and the zero Memo when that is
	// nothing. It need not be whole or true: a Listing that is not as the Crawler made it, for the same options, is none.
	Recall(ctx context.Context, url string) Memo
	// Remember keeps a Memo in place of what was remembered of the document. Where its Listing is nil, the one that is
	// remembered stays, and only the rest is new. It may be kept late or not at all, at the price of a request.
	Remember(ctx context.Context, url string, m Memo)
}

// ReadAheader is a Memory that recalls many documents in less time than one after the other, as one behind a network does.
type ReadAheader interface {
	Memory
	// ReadAhead is told of documents that are most likely recalled soon, once each, in that order and at most some hundred at
	// a time. It returns at once: what it reads it may read while the crawl goes on, until ctx ends. Recall may return what
	// was remembered when ReadAhead was called.
	ReadAhead(ctx context.Context, urls []string)
}

// Memo is what is remembered of one document.
type Memo struct {
	// Read is when the document was read, Asked when its server was last asked for it and gave it or said that it is
	// unchanged.
	Read, Asked time.Time
	// LastMod is what the sitemap that lists it said of it when it was asked for.
	LastMod time.Time
	// Fresh is set by Recall where nothing needs to be asked, since it was only just asked for: by a crawl that was broken
	// off and goes on now.
	Fresh bool
	// Listing is what it listed, and how to ask for it again: compressed, at most MaxListing bytes, in a form of the
	// Crawler's own.
	Listing []byte
}

// MaxListing is the largest Memo.Listing. A sitemap of 50,000 URLs takes a tenth of it; a document that lists more is
// read each time.
const MaxListing = 4 << 20

// When something is asked for although it is remembered, against servers and sites that say wrong things.
const (
	// maxReadAge is after how long a document is read anew, whatever its server says of it.
	maxReadAge = 30 * 24 * time.Hour
	// maxAskedAge is after how long a sitemap is asked for although its lastmod is unchanged: there are sites that never
	// change that.
	maxAskedAge = 7 * 24 * time.Hour
	// lastModMargin is how much older than its last answer a lastmod must be to be believed: one that is a date may mean any
	// hour of that day, anywhere on earth, and clocks differ.
	lastModMargin = 48 * time.Hour
	// modifiedMargin is the same for Last-Modified, which counts whole seconds and is, of pages that are made for each
	// request, mostly the time of the request (RFC 9110 section 8.8.2.2).
	modifiedMargin = time.Minute
)

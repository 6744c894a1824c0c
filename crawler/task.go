package crawler

import (
	"cmp"
	"net/http"
	"time"
)

// task is one document on its way: waiting in the frontier, being opened by a worker, being drained by the walk.
type task struct {
	// Resource is the document as it was listed, until a worker has opened it and knows better. The walk reads it after
	// the first receive from out, or its end.
	Resource
	// fetch is the URL to open: the document's before it was rewritten.
	fetch string
	// links counts the page links on the way from the seed, levels the playlists above it.
	links, levels int
	// parent is the document that listed it, kept for those that can lead back to one above them: playlists and sitemaps.
	parent *task
	// guess is set for a well-known path that need not be there.
	guess bool
	// ofSite is set on the task that finds the sitemaps of a site: it stands before the site's page, which is a task of
	// its own, and is no resource.
	ofSite bool
	// listing is lists() as it was when the task was found: Kind may change when it is opened.
	listing bool
	// defines are the variables of the multivariant playlist that listed it, for EXT-X-DEFINE:IMPORT.
	defines map[string]string

	// out carries what the document lists, in its order, and is closed at its end; bounded, so that a worker that is far
	// ahead of the loop waits.
	out chan *chunk
	// doc is complete when out is closed.
	doc Document
	// exported are the variables that it defines for the playlists that it lists.
	exported map[string]string
}

// item is a resource as a document lists it.
type item struct {
	Resource
	// fetch is its URL before it was rewritten.
	fetch string
	// closed is set where the document says that it is not to be followed (nofollow).
	closed bool
	// guess is set for a well-known path: it is a resource only when it is there.
	guess bool
}

// validated notes the validators of what came from the source.
func (t *task) validated(source, etag, modified string) {
	if source == normal(t.fetch) {
		t.Validator = cmp.Or(etag, modified)
	}
}

// came notes where the document came from, and by what it is known again.
func (t *task) came(url string, h http.Header) {
	etag, modified := validators(h, time.Now())
	t.validated(normal(url), etag, modified)
}

// What waits takes at most waitingAny and, for each document that may be opened, waitingEach: twice what one takes that has
// a URL as most have, so that long ones cost no more memory than many.
const (
	waitingAny  = 1 << 20
	waitingEach = 1 << 10
	taskBytes   = 448 // without its URLs
)

// bytes is some of what a task takes that waits.
func (t *task) bytes() int { return taskBytes + len(t.URL) + len(t.fetch) }

// lists reports whether the document does nothing but list others. Those are read before all pages and playlists: what a
// sitemap says of a page is worth more than that another page links to it.
func (t *task) lists() bool { return t.ofSite || t.Kind == Sitemap || t.Kind == "" }

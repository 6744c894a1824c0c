// Package sitemap reads sitemaps and feeds: urlset, index, text, RSS 0.9 to 2.0 and Atom, with the video, image, news,
// hreflang and media extensions.
//
// Parse streams: its memory does not grow with the document. It takes what real sites publish, so a fault costs the
// entry it stands in and no other, and is told as a warning.
package sitemap

import "io"

// DefaultMaxEntries is twenty times what the sitemap protocol allows in one file; real files go over it, but not that far.
const DefaultMaxEntries = 1_000_000

// DefaultMaxBytes is five times what the sitemap protocol allows in one file.
const DefaultMaxBytes = 256 << 20

// Parse reads one document and calls emit for each entry in the document's order, until emit returns false. base is the
// document's own URL. r may be compressed. The entry is valid during the call only, its strings for ever.
//
// An error does not take back what was emitted: Document always tells how far Parse came.
func Parse(r io.Reader, base string, o Options, emit func(*Entry) bool) (Document, error) {
	return Document{}, nil
}

// Sniff tells whether a document that begins with head, already decompressed, may be a sitemap or a feed.
func Sniff(head []byte) bool { return false }

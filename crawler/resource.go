package crawler

import "time"

// Resource is one URL that was found, and what was said of it where it was listed. Fields that nothing was said of are
// zero.
type Resource struct {
	// URL is absolute and in its one normal form; no two resources of a crawl have the same.
	URL string
	// Kind is known by content for what was opened, and told by the listing or by the URL's suffix for the rest.
	Kind Kind
	// Role says more: a playlist is a variant, rendition, iframe, image, steering or live one, a segment a part, hint,
	// report or gap, a sitemap an index, feed or robots, a page's link an alternate, canonical, preload, embed; a page
	// that was opened and asks not to be indexed is noindex.
	Role string
	// Parent is the URL of the document that listed it first; empty for a seed.
	Parent string
	// Depth is 0 for a seed, else the parent's plus 1.
	Depth int

	// LastMod, Priority (0 to 1) and ChangeFreq are those of its sitemap entry.
	LastMod    time.Time
	Priority   float64
	ChangeFreq string
	// Published is when that entry says that the video or article came out, Views how often its site has seen it watched.
	Published time.Time
	Views     int64

	// Index counts the segments of its rendition from 0, those left out included. What a segment needs, its init section and
	// keys, has that of the first segment that needs it.
	Index int
	// Start is where it stands in its rendition, Duration how long it plays.
	Start, Duration time.Duration
	// Bandwidth is its rendition's peak, in bits a second.
	Bandwidth int64
	// Bytes is its size: that of its byte ranges, or of a segment without an estimate from EXT-X-BITRATE or the average or
	// peak bandwidth of its rendition. 0 when there is nothing to go by.
	Bytes int64
	// Rendition is the stream that a playlist or what it lists is of; nil where no multivariant playlist or DASH manifest
	// describes it.
	Rendition *Rendition
	// Ad is true between the cues of an ad break (EXT-X-CUE-OUT, SCTE-35).
	Ad bool
	// Title is the URL of the playlist that stands for the whole that it is part of.
	Title string

	// Validator is that of the content of a document that was opened (RFC 9110 section 8.8): its ETag, without one its
	// Last-Modified, as the header has it. Where it is another, so is the content. It is empty for what was not opened, was
	// redirected, or has none. The JSON lines leave it out.
	Validator string

	// Err is why a document could not be opened or read. The resource is listed all the same.
	Err error
}

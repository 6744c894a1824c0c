package crawler

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Crawler finds what sites publish. Its zero value crawls politely with the defaults named at each field; the fields
// must not change while Crawl runs. One Crawler may run any number of crawls at once.
type Crawler struct {
	// Include, when it is not empty, holds globs one of which a page's URL must match for the page to be opened.
	// Exclude holds globs of URLs that are never opened; it wins. Both leave what is listed as it is: what they mean for
	// the plan is the planner's.
	Include, Exclude []string
	// Rewrite maps the URLs that are crawled to those that people request; see Rewrite.
	Rewrite []Rewrite
	// Hosts are further hosts whose pages are opened beside the seeds' own: cdn.example.com or *.example.com.
	Hosts []string

	// PageDepth is how many links deep pages are opened, sitemaps not counted: 0 means 1, which opens the pages that
	// seeds and their sitemaps list; less than 0 opens only pages that are seeds.
	PageDepth int
	// PlaylistDepth is how many levels of playlists are resolved below one that no playlist listed: 0 means 3, as
	// EdgeOne itself does; less than 0 opens none.
	PlaylistDepth int
	// MaxDocuments bounds how many documents are opened, and by a KiB each the memory of those that wait: 0 means
	// 1,000,000. What is found past it is listed and not opened, and OnDocument is told of ErrTooMany once.
	MaxDocuments int
	// MaxAlike bounds how many pages that other pages link to are opened where their URLs differ in numbers, tokens and
	// the values of their query only, as those of a calendar do: 0 means 25,000, less than 0 no bound. OnDocument is told
	// of what it leaves closed once for each such shape of URL. What a sitemap lists is opened in any case.
	MaxAlike int

	// From and Start bound what of each rendition is listed: Start of it, from From on. A Start of 0 has no end.
	From, Start time.Duration
	// Renditions selects variants and renditions of multivariant playlists: its zero value takes all.
	Renditions Renditions
	// LiveSegments is how many of the last segments of a sliding window are listed: 0 means all that are in it now, less
	// than 0 none. They expire as the window moves on. VOD and EVENT playlists are always listed in full.
	LiveSegments int
	// Query says whether a playlist's query is handed down to what it lists, as some token schemes need.
	Query Query

	// Concurrency is how many documents are opened at once: 0 means 32.
	Concurrency int
	// Rate is how many requests a second one host gets: 0 means 50. It slows down by itself when the host says so.
	Rate float64
	// Pace, when set, is waited for before each request to a host, after Rate, with how many requests a second the host gets
	// at present: for crawlers in several processes that keep one pace together. Its error fails the document.
	Pace func(ctx context.Context, host string, perSecond float64) error
	// Timeout bounds one fetch from connecting to the last byte: 0 means 30 seconds.
	Timeout time.Duration
	// Header is sent with each request; credentials in it never follow a redirect to another host.
	Header http.Header
	// IgnoreRobots opens what robots.txt (RFC 9309) closes to us.
	IgnoreRobots bool
	// PrivateNetworks lets the crawler reach loopback, private and link-local addresses, and any port. Without it such an
	// address is refused at the socket, whatever name, redirect or playlist led to it.
	PrivateNetworks bool

	// Memory keeps what documents listed for the next crawl, which then fetches what has changed only: nil keeps nothing.
	Memory Memory

	// OnDocument, when set, is told of each document as its end is reached, between two resources and on the goroutine
	// that ranges over Crawl.
	OnDocument func(Document)
}

// Renditions says which variants and renditions of a multivariant playlist are listed. Zero fields select nothing away.
type Renditions struct {
	// MinHeight and MaxHeight bound the video's height, in pixels.
	MinHeight, MaxHeight int
	// MinBandwidth and MaxBandwidth bound BANDWIDTH, in bits a second.
	MinBandwidth, MaxBandwidth int64
	// Codecs are prefixes of RFC 6381 codecs, such as avc1; a variant must have one of them.
	Codecs []string
	// Languages are those (RFC 5646) of audio and subtitles that are taken, beside renditions that name none.
	Languages []string
	// Best and Worst keep so many variants of the highest and the lowest bandwidth.
	Best, Worst int
	// Default keeps of each group of renditions the default ones only.
	Default bool
	// NoIFrames leaves out I-frame playlists.
	NoIFrames bool
}

// Query says what becomes of the query of a playlist's URL.
type Query string

// The ways to hand a query down.
const (
	QueryNone    Query = ""        // what is listed keeps the query that it states
	QueryAppend  Query = "append"  // the playlist's is added behind it
	QueryMissing Query = "missing" // the playlist's is added where there is none
)

// Default limits of a Crawler.
const (
	defaultConcurrency   = 32
	defaultRate          = 50
	defaultPageDepth     = 1
	defaultPlaylistDepth = 3
	defaultMaxDocuments  = 1_000_000
)

// Crawl opens the seeds, and what they list as far as the depths allow, and yields each distinct URL once.
//
// A seed is the URL of a site, robots.txt, sitemap, feed, page or playlist: which one it is, is found out from its
// content. The order of what is yielded depends on the seeds and the documents only, not on which answered first: each
// document comes before what it lists, what it lists comes in its own order. Only the sitemaps of a site come before its
// page.
//
// What fails on its own is yielded with Resource.Err and the crawl goes on; the error of the sequence is ctx's and ends
// it. Documents are opened only while the loop asks for more, up to a bounded look-ahead, and nothing runs on after the
// loop has ended.
func (c *Crawler) Crawl(ctx context.Context, seeds ...string) iter.Seq2[Resource, error] {
	return func(yield func(Resource, error) bool) {
		w := newWalk(ctx, c, seeds, yield)
		defer w.stop()
		w.run()
	}
}

func (c *Crawler) concurrency() int  { return positive(c.Concurrency, defaultConcurrency) }
func (c *Crawler) maxDocuments() int { return positive(c.MaxDocuments, defaultMaxDocuments) }

// pageDepth and playlistDepth turn the zero value into its default, and anything negative into none.
func (c *Crawler) pageDepth() int     { return depth(c.PageDepth, defaultPageDepth) }
func (c *Crawler) playlistDepth() int { return depth(c.PlaylistDepth, defaultPlaylistDepth) }

func positive(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

func depth(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return max(n, 0)
}

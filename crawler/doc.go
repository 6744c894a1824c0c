// Package crawler finds what a site publishes: through robots.txt, sitemaps, feeds and pages down to HLS playlists and
// their segments.
//
// Start with a Crawler and range over Crawl:
//
//	c := crawler.Crawler{}
//	for r, err := range c.Crawl(ctx, "https://www.example.com/") {
//		if err != nil {
//			return err // the context ended
//		}
//		fmt.Println(r.Kind, r.URL)
//	}
//
// Inspect reads one document and opens nothing else.
//
// # Order
//
// Each distinct URL is yielded once, a document before what it lists, and what it lists in its own order. Sitemaps are
// read before pages and playlists. Documents are opened many at a time and yielded in the order they were found, so that
// the same site gives the same sequence.
//
// # Failures
//
// What fails on its own has Resource.Err, and OnDocument is told; the crawl goes on. Only the end of the context ends it
// early. Nothing is fetched, and no goroutine is left, when the loop has ended, whichever way it ended.
//
// # Memory
//
// With Crawler.Memory, what a document listed is kept, with its ETag and Last-Modified. The next crawl asks for it on the
// condition that it has changed, and after a 304 takes what was kept. It asks for nothing
//
//   - that was only just asked for, by a crawl that was broken off and goes on now: Memo.Fresh;
//   - of a sitemap whose index says the same lastmod as when it was last asked for, if that was at least 48 hours after the
//     lastmod and less than 7 days ago. An index is always asked for.
//
// After 30 days a document is read anew in any case, and so it is by another build of edgewarm, and when an option has
// changed that its listing depends on. robots.txt, what failed, live playlists, and what lists more than MaxListing holds
// are never kept. A Memory that is far away may be a ReadAheader.
//
// # Sharing
//
// Crawler.Share lets processes on many machines open the documents of one crawl, in any order, into one Memory. A Crawl
// from that Memory then yields the same sequence as one process alone would have, since only it decides.
//
// # Limits
//
// Everything read is untrusted and bounded: 250 MiB a sitemap, 32 MiB a playlist, 16 MiB a page, 1,000,000 documents a
// crawl, 25,000 pages whose URLs are alike. Paths deeper than 20 or that repeat themselves, and queries that only change
// their order, are not followed, nor are sitemaps more than 10 indexes deep. What is left out so is said once.
//
// Private addresses are not connected to unless PrivateNetworks is set.
//
// A crawl holds a 64-bit hash of each URL, less of those that count up as segments do. Past 12 million of them, some 80 MB,
// they go to a temporary file in os.TempDir, of eight bytes each, and twice that for as long as it takes to add to it. What
// waits is bounded in number and in bytes: documents to be opened by MaxDocuments, and by as many KiB; what opened ones list
// by 64 KiB of URLs for each of 4 chunks of the 2 documents that a worker is ahead.
package crawler

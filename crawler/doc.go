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
// # Limits
//
// Everything read is untrusted and bounded: 64 MiB a document, 32 MiB a playlist, 16 MiB a page, 1,000,000 documents a
// crawl. Private addresses are not connected to unless PrivateNetworks is set. A crawl holds a 56-bit hash of each URL
// and the documents that wait to be opened.
package crawler

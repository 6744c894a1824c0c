package crawler_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/edgewarm/edgewarm/crawler"
)

// exampleCDN serves one title of two segments.
func exampleCDN() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/title/master.m3u8":
			fmt.Fprint(w, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360\n360p.m3u8\n")
		case "/title/360p.m3u8":
			fmt.Fprint(w, "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n0.ts\n#EXTINF:4,\n1.ts\n#EXT-X-ENDLIST\n")
		default:
			http.NotFound(w, r)
		}
	}))
}

// Everything that a player of one title would request.
func Example() {
	cdn := exampleCDN()
	defer cdn.Close()

	c := crawler.Crawler{PrivateNetworks: true} // the example's CDN is on this machine
	for r, err := range c.Crawl(context.Background(), cdn.URL+"/title/master.m3u8") {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(r.Kind, strings.TrimPrefix(r.URL, cdn.URL), r.Duration)
	}
	// Output:
	// playlist /title/master.m3u8 0s
	// playlist /title/360p.m3u8 0s
	// segment /title/0.ts 6s
	// segment /title/1.ts 4s
}

// What fails on its own does not end the crawl: it is in the resource, and OnDocument is told.
func ExampleCrawler_failures() {
	cdn := exampleCDN()
	defer cdn.Close()

	c := crawler.Crawler{PrivateNetworks: true, OnDocument: func(d crawler.Document) {
		if d.Err != nil {
			fmt.Println("failed:", strings.TrimPrefix(d.URL, cdn.URL))
		}
	}}
	n := 0
	for r, err := range c.Crawl(context.Background(), cdn.URL+"/gone.m3u8", cdn.URL+"/title/360p.m3u8") {
		if err == nil && r.Err == nil {
			n++
		}
	}
	fmt.Println(n, "resources")
	// Output:
	// failed: /gone.m3u8
	// 3 resources
}

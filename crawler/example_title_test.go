package crawler_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
)

// What a player of a title needs before the first picture: Start bounds each rendition, Renditions selects them.
func ExampleCrawler_start() {
	cdn := exampleCDN()
	defer cdn.Close()

	c := crawler.Crawler{
		PrivateNetworks: true, // the example's CDN is on this machine
		Start:           5 * time.Second,
		Renditions:      crawler.Renditions{MaxHeight: 720},
	}
	for r, err := range c.Crawl(context.Background(), cdn.URL+"/title/master.m3u8") {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(r.Kind, strings.TrimPrefix(r.URL, cdn.URL))
	}
	// Output:
	// playlist /title/master.m3u8
	// playlist /title/360p.m3u8
	// segment /title/0.ts
}

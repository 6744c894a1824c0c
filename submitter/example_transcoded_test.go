package submitter_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/submitter"
)

const (
	transcodedMaster = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360\n360p.m3u8\n" +
		"#EXT-X-STREAM-INF:BANDWIDTH=6000000,RESOLUTION=1920x1080\n1080p.m3u8\n"
	transcodedRendition = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n0.ts\n#EXTINF:6,\n1.ts\n#EXTINF:6,\n2.ts\n#EXT-X-ENDLIST\n"
)

// The last step of a transcoding job: the first ten seconds of the new title, in what most players start with. One
// title is streamed into the Submitter as it is found; for more than the quota reaches for, put a planner between.
func Example_transcoded() {
	cdn := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/new/master.m3u8":
			fmt.Fprint(w, transcodedMaster)
		case "/new/360p.m3u8":
			fmt.Fprint(w, transcodedRendition)
		default:
			fmt.Fprint(w, "media")
		}
	}))
	defer cdn.Close()
	ctx := context.Background()

	api := &submitter.HTTP{} // for EdgeOne: &submitter.EdgeOne{}
	defer api.Close()
	s := &submitter.Submitter{API: api, OnTarget: func(t submitter.Target, state submitter.State, _ string) {
		fmt.Println(state, strings.TrimPrefix(t.URL, cdn.URL))
	}}
	c := crawler.Crawler{
		PrivateNetworks: true, // the example's CDN is on this machine
		Start:           10 * time.Second,
		Renditions:      crawler.Renditions{MaxHeight: 720},
	}
	var crawlErr error
	summary, err := s.Submit(ctx, func(yield func(submitter.Target) bool) {
		for r, err := range c.Crawl(ctx, cdn.URL+"/new/master.m3u8") {
			if err != nil {
				crawlErr = err
				return
			}
			if r.Err == nil && !yield(submitter.Target{URL: r.URL, Zone: "zone-a"}) {
				return
			}
		}
	})
	fmt.Println(summary.Accepted, "accepted", err, crawlErr)
	// Output:
	// accepted /new/master.m3u8
	// accepted /new/360p.m3u8
	// accepted /new/0.ts
	// accepted /new/1.ts
	// 4 accepted <nil> <nil>
}

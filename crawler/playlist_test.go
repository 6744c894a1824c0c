package crawler_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
)

// A delta update lists only what is new: the whole playlist is asked for, without the directive that made it one.
func TestCrawlAsksForAllOfADeltaUpdate(t *testing.T) {
	t.Parallel()
	const head = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-VERSION:9\n#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=24\n"
	s := newSite(t, map[string]string{
		"/live.m3u8?_HLS_skip=YES": head + "#EXT-X-SKIP:SKIPPED-SEGMENTS=2\n#EXTINF:4,\ns2.ts\n",
		"/live.m3u8":               head + "#EXTINF:4,\ns0.ts\n#EXTINF:4,\ns1.ts\n#EXTINF:4,\ns2.ts\n",
	})
	equal(t, s.crawl(t, crawler.Crawler{}, "$/live.m3u8?_HLS_skip=YES"),
		"0 playlist/live /live.m3u8?_HLS_skip=YES", "1 segment /s0.ts", "1 segment /s1.ts", "1 segment /s2.ts")
}

// Pathway clones of a steering manifest are variants too; a manifest that can't be had is a warning.
func TestCrawlFollowsContentSteering(t *testing.T) {
	t.Parallel()
	const multivariant = "#EXTM3U\n#EXT-X-CONTENT-STEERING:SERVER-URI=\"/steering.json\",PATHWAY-ID=\"a\"\n" +
		"#EXT-X-STREAM-INF:BANDWIDTH=1,PATHWAY-ID=\"a\"\nv.m3u8\n"
	s := newSite(t, map[string]string{
		"/m.m3u8": multivariant, "/v.m3u8": media,
		"/gone/m.m3u8": strings.ReplaceAll(multivariant, "/steering.json", "/none.json"), "/gone/v.m3u8": media,
		"/steering.json": `{"VERSION":1,"PATHWAY-PRIORITY":["b","a"],"PATHWAY-CLONES":[{"BASE-ID":"a","ID":"b",` +
			`"URI-REPLACEMENT":{"PARAMS":{"pathway":"b"}}}]}`,
	})
	got := s.crawl(t, crawler.Crawler{}, "$/m.m3u8")
	for _, want := range []string{"1 playlist/variant /v.m3u8", "1 playlist/variant /v.m3u8?pathway=b !"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
	var warned []string
	c := crawler.Crawler{OnDocument: func(d crawler.Document) {
		for _, w := range d.Warnings {
			warned = append(warned, w.Text)
		}
	}}
	s.crawl(t, c, "$/gone/m.m3u8")
	if !slices.ContainsFunc(warned, func(w string) bool {
		return strings.Contains(w, "content steering") && strings.Contains(w, "404 Not Found")
	}) {
		t.Errorf("got warnings %q, want one of the manifest", warned)
	}
}

func TestCrawlOpensInterstitials(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{
		"/p.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n" +
			"#EXT-X-DATERANGE:ID=\"a\",CLASS=\"com.apple.hls.interstitial\",START-DATE=\"2026-01-01T00:00:00Z\",X-ASSET-LIST=\"/ads.json\"\n" +
			"#EXTINF:4,\ns.ts\n#EXT-X-ENDLIST\n",
		"/ads.json":  `{"ASSETS":[{"URI":"/ad.m3u8","DURATION":4}]}`,
		"/ad.m3u8":   strings.ReplaceAll(media, "seg", "ad"),
		"/file.html": "x",
	})
	got := s.crawl(t, crawler.Crawler{}, "$/p.m3u8")
	for _, want := range []string{"1 asset/asset-list /ads.json", "2 playlist/interstitial /ad.m3u8", "3 segment /ad0.m4s", "1 segment /s.ts"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
}

func TestCrawlSelects(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{
		"/m.m3u8":   "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=640x360\nlow.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2,RESOLUTION=1920x1080\nhigh.m3u8\n",
		"/low.m3u8": media, "/high.m3u8": media,
		"/m.m3u8?token=x": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow.m3u8\n", "/low.m3u8?token=x": media,
	})
	equal(t, s.crawl(t, crawler.Crawler{Renditions: crawler.Renditions{MaxHeight: 400}, Start: 4 * time.Second}, "$/m.m3u8"),
		"0 playlist /m.m3u8", "1 playlist/variant /low.m3u8", "2 init /init.mp4", "2 segment /seg0.m4s")
	equal(t, s.crawl(t, crawler.Crawler{Renditions: crawler.Renditions{Best: 1}, From: 4 * time.Second}, "$/m.m3u8"),
		"0 playlist /m.m3u8", "1 playlist/variant /high.m3u8", "2 init /init.mp4", "2 segment /seg1.m4s")
	equal(t, s.crawl(t, crawler.Crawler{Query: crawler.QueryAppend, Start: time.Second}, "$/m.m3u8?token=x"),
		"0 playlist /m.m3u8?token=x", "1 playlist/variant /low.m3u8?token=x", "2 init /init.mp4?token=x", "2 segment /seg0.m4s?token=x")
}

// A title that is published both ways is listed both ways, each of its files once.
func TestCrawlDASHBesideHLS(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{
		"/list.txt": "$/t.m3u8\n$/t.mpd\n",
		"/t.m3u8":   media,
		"/t.mpd": `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT8S"><Period>` +
			`<AdaptationSet mimeType="video/mp4"><SegmentTemplate timescale="1" duration="4" startNumber="0" initialization="init.mp4" media="seg$Number$.m4s"/>` +
			`<Representation id="v" bandwidth="1000" width="640" height="360"/></AdaptationSet></Period></MPD>`,
		"/alone.mpd": `<MPD type="dynamic"><Period/></MPD>`,
	})
	equal(t, s.crawl(t, crawler.Crawler{}, "$/list.txt"),
		"0 sitemap /list.txt",
		"1 playlist /t.m3u8", "2 init /init.mp4", "2 segment /seg0.m4s", "2 segment /seg1.m4s",
		"1 playlist /t.mpd")
	equal(t, s.crawl(t, crawler.Crawler{}, "$/t.mpd"),
		"0 playlist /t.mpd", "1 init /init.mp4", "1 segment /seg0.m4s", "1 segment /seg1.m4s")
	equal(t, s.crawl(t, crawler.Crawler{}, "$/alone.mpd"), "0 playlist/live /alone.mpd")
}

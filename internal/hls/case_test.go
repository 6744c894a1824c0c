package hls_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/hls"
	"github.com/google/go-cmp/cmp"
)

const caseBase = "https://cdn.example.com/vod/show/index.m3u8"

// parseCase is a playlist and what it lists: a line "kind[:role] URL [detail…]" each, with URLs under vod/show/ cut short.
type parseCase struct {
	name    string
	base    string // caseBase when empty
	options hls.Options
	body    string
	want    string
	detail  func(*hls.Entry) string
	warning string // a part of one warning
	err     string // a part of the error
}

func (c parseCase) url() string {
	if c.base == "" {
		return caseBase
	}
	return c.base
}

func (c parseCase) run(t *testing.T) {
	t.Parallel()
	var got []string
	doc, err := hls.Parse([]byte(c.body), c.url(), c.options, func(e *hls.Entry) bool {
		line := string(e.Kind)
		if e.Role != "" {
			line += ":" + e.Role
		}
		line += " " + strings.TrimPrefix(e.URL, "https://cdn.example.com/vod/show/")
		if c.detail != nil {
			line = strings.TrimSpace(line + " " + c.detail(e))
		}
		got = append(got, line)
		return true
	})
	if diff := cmp.Diff(lineList(c.want), got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
		t.Errorf("got error %v, want %q", err, c.err)
	}
	if c.warning != "" && !strings.Contains(warningText(doc), c.warning) {
		t.Errorf("got warnings\n%swant one with %q", warningText(doc), c.warning)
	}
}

func warningText(doc hls.Document) string {
	var b strings.Builder
	for _, w := range doc.Warnings {
		fmt.Fprintf(&b, "%d: %s\n", w.Line, w.Text)
	}
	return b.String()
}

func lineList(s string) []string {
	var lines []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func runCases(t *testing.T, cases []parseCase) {
	t.Helper()
	t.Parallel()
	for _, c := range cases {
		t.Run(c.name, c.run)
	}
}

func times(e *hls.Entry) string     { return fmt.Sprintf("%v+%v", e.Start, e.Duration) }
func byteCount(e *hls.Entry) string { return fmt.Sprint(e.Bytes, e.Ranges) }
func excluded(e *hls.Entry) string  { return e.Excluded }

const vodHead = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n"

// mediaCases are media playlists; they are the seeds of the fuzz tests as well.
var mediaCases = []parseCase{
	{
		name: "plain", body: vodHead + "#EXTINF:6,\na.ts\n#EXTINF:4.5,title\nb.ts\n#EXT-X-ENDLIST\n",
		want: "segment a.ts 0s+6s\nsegment b.ts 6s+4.5s", detail: times,
	},
	{
		name: "several maps, also after a discontinuity",
		body: vodHead + "#EXT-X-MAP:URI=\"i1.mp4\"\n#EXTINF:6,\na.m4s\n#EXT-X-MAP:URI=\"i1.mp4\"\n#EXTINF:6,\nb.m4s\n" +
			"#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"i2.mp4\",BYTERANGE=\"720@10\"\n#EXTINF:6,\nc.m4s\n#EXT-X-ENDLIST",
		want:   "init i1.mp4 0 []\nsegment a.m4s 0 []\nsegment b.m4s 0 []\ninit i2.mp4 720 [{10 720}]\nsegment c.m4s 0 []",
		detail: byteCount,
	},
	{
		name: "several keys of one segment",
		body: vodHead + "#EXT-X-KEY:METHOD=AES-128,URI=\"k1\",IV=0x1\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://x\"," +
			"KEYFORMAT=\"com.apple.streamingkeydelivery\"\n#EXTINF:6,\na.ts\n#EXT-X-KEY:METHOD=AES-128,URI=\"k1\",IV=0x2\n" +
			"#EXTINF:6,\nb.ts\n#EXT-X-KEY:METHOD=NONE\n#EXTINF:6,\nc.ts\n#EXT-X-ENDLIST\n",
		want: "key k1\nkey:drm skd://x\nsegment a.ts\nsegment b.ts\nsegment c.ts",
	},
	{
		name: "keys that are no files",
		body: vodHead + "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"data:text/plain;base64,AAAA\"\n" +
			"#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI=\"https://drm.example.com/w\",KEYFORMAT=\"urn:uuid:edef8ba9\"\n" +
			"#EXTINF:6,\na.ts\n#EXT-X-ENDLIST\n",
		want: "key:drm data:text/plain;base64,AAAA\nkey:drm https://drm.example.com/w\nsegment a.ts",
	},
	{
		name: "byte ranges in order",
		body: vodHead + "#EXTINF:6,\n#EXT-X-BYTERANGE:100@0\na.ts\n#EXTINF:6,\n#EXT-X-BYTERANGE:50\na.ts\n#EXTINF:6,\n" +
			"#EXT-X-BYTERANGE:70\nb.ts\n#EXT-X-ENDLIST\n",
		want: "segment a.ts 100 [{0 100}]\nsegment a.ts 50 [{100 50}]\nsegment b.ts 70 [{0 70}]", detail: byteCount,
	},
	{
		name: "byte ranges collapsed", options: hls.Options{Collapse: true},
		body: vodHead + "#EXT-X-MAP:URI=\"a.mp4\",BYTERANGE=\"10@0\"\n#EXTINF:6,\n#EXT-X-BYTERANGE:100@10\na.mp4\n#EXTINF:6,\n" +
			"#EXT-X-BYTERANGE:50\na.mp4\n#EXTINF:6,\nslate.mp4\n#EXTINF:6,\n#EXT-X-BYTERANGE:70@1000\na.mp4\n#EXT-X-ENDLIST\n",
		want:   "segment a.mp4 230 [{0 160} {1000 70}] 0s+18s\nsegment slate.mp4 0 [] 12s+6s",
		detail: func(e *hls.Entry) string { return byteCount(e) + " " + times(e) },
	},
	{
		name: "sizes from bit rates", options: hls.Options{Bandwidth: 80_000},
		body: vodHead + "#EXTINF:6,\na.ts\n#EXT-X-BITRATE:800\n#EXTINF:6,\nb.ts\n#EXTINF:3,\n#EXT-X-BYTERANGE:9@0\nc.ts\n#EXTINF:1,\nd.ts\n" +
			"#EXT-X-ENDLIST\n",
		want: "segment a.ts 60000 []\nsegment b.ts 600000 []\nsegment c.ts 9 [{0 9}]\nsegment d.ts 100000 []", detail: byteCount,
	},
	{
		name: "gap", body: vodHead + "#EXTINF:6,\n#EXT-X-GAP\na.ts\n#EXTINF:6,\nb.ts\n#EXT-X-ENDLIST\n",
		want: "segment:gap a.ts\nsegment b.ts",
	},
	{
		name: "low latency",
		body: vodHead + "#EXT-X-MAP:URI=\"i.mp4\"\n#EXTINF:4,\na.mp4\n#EXT-X-PART:DURATION=1,URI=\"b.1.mp4\"\n" +
			"#EXT-X-PART:DURATION=1,URI=\"b.2.mp4\",BYTERANGE=\"20@5\"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"b.3.mp4\"\n" +
			"#EXT-X-PRELOAD-HINT:TYPE=MAP,URI=\"i2.mp4\",BYTERANGE-START=3,BYTERANGE-LENGTH=4\n" +
			"#EXT-X-RENDITION-REPORT:URI=\"../low/index.m3u8\",LAST-MSN=3\n",
		want: "init i.mp4 0s+0s\nsegment a.mp4 0s+4s\nsegment:part b.1.mp4 4s+1s\nsegment:part b.2.mp4 5s+1s\n" +
			"segment:hint b.3.mp4 6s+0s\nsegment:hint i2.mp4 6s+0s\nsegment:report https://cdn.example.com/vod/low/index.m3u8 4s+0s",
		detail: times, warning: "live: 1 segments",
	},
	{
		name: "delta update", base: "https://cdn.example.com/vod/show/index.m3u8?t=1&_HLS_msn=9&_HLS_skip=YES",
		body: vodHead + "#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n#EXTINF:6,\nd.ts\n", want: "segment d.ts",
		warning: "delta update: 3 segments are not listed",
	},
	{
		name: "interstitials",
		body: vodHead + "#EXT-X-DATERANGE:ID=\"a\",CLASS=\"com.apple.hls.interstitial\",X-ASSET-URI=\"ad/i.m3u8\"\n#EXTINF:6,\na.ts\n" +
			"#EXT-X-DATERANGE:ID=\"b\",X-ASSET-LIST=\"ads.json?x=1\"\n#EXT-X-ENDLIST\n",
		want: "playlist:interstitial ad/i.m3u8\nsegment a.ts\nasset:asset-list ads.json?x=1",
	},
	{
		name: "ad breaks",
		body: vodHead + "#EXTINF:6,\na.ts\n#EXT-X-CUE-OUT:DURATION=12\n#EXTINF:6,\nb.ts\n#EXTINF:6,\nc.ts\n#EXTINF:6,\nd.ts\n" +
			"#EXT-X-CUE-OUT\n#EXTINF:6,\ne.ts\n#EXT-X-CUE-IN\n#EXTINF:6,\nf.ts\n#EXT-X-DATERANGE:ID=\"s\",SCTE35-OUT=0xFC\n" +
			"#EXTINF:6,\ng.ts\n#EXT-X-DATERANGE:ID=\"s\",SCTE35-IN=0xFC\n#EXTINF:6,\nh.ts\n#EXT-X-ENDLIST\n",
		want: "segment a.ts false\nsegment b.ts true\nsegment c.ts true\nsegment d.ts false\nsegment e.ts true\nsegment f.ts false\n" +
			"segment g.ts true\nsegment h.ts false",
		detail: func(e *hls.Entry) string { return fmt.Sprint(e.Ad) },
	},
	{
		name: "program time and discontinuity",
		body: vodHead + "#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:2024-01-12T10:00:00.000+0100\n#EXTINF:6,\na.ts\n" +
			"#EXTINF:6,\nb.ts\n#EXT-X-ENDLIST\n",
		want:   "segment a.ts true 1705050000\nsegment b.ts false -62135596800",
		detail: func(e *hls.Entry) string { return fmt.Sprint(e.Discontinuity, e.Time.Unix()) },
	},
	{
		name: "images",
		body: "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXT-X-IMAGES-ONLY\n#EXTINF:10,\n#EXT-X-TILES:RESOLUTION=160x90,LAYOUT=5x5\nt1.jpg\n#EXT-X-ENDLIST",
		want: "image t1.jpg",
	},
	{
		name: "first seconds", options: hls.Options{Start: 7 * time.Second},
		body: vodHead + "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:6,\na.ts\n#EXTINF:6,\nb.ts\n#EXT-X-KEY:METHOD=AES-128,URI=\"k2\"\n" +
			"#EXT-X-MAP:URI=\"late\"\n#EXTINF:6,\nc.ts\n#EXT-X-ENDLIST\n",
		want: "key k\nsegment a.ts\nsegment b.ts",
	},
	{
		name: "time range with what it needs", options: hls.Options{From: 6 * time.Second, Start: 6 * time.Second},
		body: vodHead + "#EXT-X-MAP:URI=\"i\"\n#EXTINF:6,\na.ts\n#EXTINF:6,\nb.ts\n#EXTINF:6,\nc.ts\n#EXT-X-ENDLIST\n",
		want: "init i\nsegment b.ts",
	},
	{
		name: "last segments of a live one", options: hls.Options{Live: hls.LiveLastN, LiveLast: 2},
		body: vodHead + "#EXTINF:6,\na.ts\n#EXTINF:6,\nb.ts\n#EXTINF:6,\nc.ts\n", want: "segment b.ts\nsegment c.ts",
	},
	{
		name: "last segments of an ended one", options: hls.Options{Live: hls.LiveLastN, LiveLast: 1},
		body: vodHead + "#EXTINF:6,\na.ts\n#EXTINF:6,\nb.ts\n#EXT-X-ENDLIST", want: "segment a.ts\nsegment b.ts",
	},
	{
		name: "live skipped", options: hls.Options{Live: hls.LiveSkip}, body: vodHead + "#EXTINF:6,\na.ts\n", want: "",
	},
	{
		name: "open event is taken in full", options: hls.Options{Live: hls.LiveSkip},
		body: vodHead + "#EXT-X-PLAYLIST-TYPE:EVENT\n#EXTINF:6,\na.ts\n", want: "segment a.ts", warning: "an event that goes on",
	},
	{
		name: "more segments than the limit", options: hls.Options{MaxSegments: 1},
		body: vodHead + "#EXTINF:6,\na.ts\n#EXTINF:6,\nb.ts\n#EXT-X-ENDLIST\n", want: "segment a.ts", warning: "1 segments are left out",
	},
	{
		name: "query appended", base: caseBase + "?token=a%2Fb", options: hls.Options{Query: hls.QueryAppend},
		body: vodHead + "#EXTINF:6,\na.ts\n#EXTINF:6,\nb.ts?x=1\n#EXTINF:6,\nhttps://other.example.com/c.ts\n#EXT-X-ENDLIST\n",
		want: "segment a.ts?token=a%2Fb\nsegment b.ts?x=1&token=a%2Fb\nsegment https://other.example.com/c.ts",
	},
	{
		name: "query only where it is missing", base: caseBase + "?t=1", options: hls.Options{Query: hls.QueryMissing},
		body: vodHead + "#EXTINF:6,\na.ts\n#EXTINF:6,\nb.ts?x=1\n#EXT-X-ENDLIST\n", want: "segment a.ts?t=1\nsegment b.ts?x=1",
	},
	{
		name: "resolution", body: vodHead + "#EXTINF:1,\n/root.ts\n#EXTINF:1,\n//o.example.com/x.ts\n#EXTINF:1,\n?q=1\n#EXTINF:1,\n" +
			"a/../../b c.ts#f\n#EXTINF:1,\nfilm\\é.ts\n#EXT-X-ENDLIST\n",
		want: "segment https://cdn.example.com/root.ts\nsegment https://o.example.com/x.ts\nsegment index.m3u8?q=1\n" +
			"segment https://cdn.example.com/vod/b%20c.ts\nsegment film/%C3%A9.ts",
	},
	{
		name: "variables", base: caseBase + "?tok%65n=a%20b&x=1", options: hls.Options{Imports: map[string]string{"host": "o.example.com"}},
		body: vodHead + "#EXT-X-DEFINE:NAME=\"dir\",VALUE=\"d\"\n#EXT-X-DEFINE:NAME=\"sub\",VALUE=\"{$dir}/s\"\n#EXT-X-DEFINE:IMPORT=\"host\"\n" +
			"#EXT-X-DEFINE:QUERYPARAM=\"token\"\n#EXT-X-MAP:URI=\"{$dir}/i.mp4\"\n#EXTINF:6,\nhttps://{$host}/{$sub}/a.ts\n#EXTINF:6,\n" +
			"b.ts?t={$token}\n#EXT-X-ENDLIST\n",
		want: "init d/i.mp4\nsegment https://o.example.com/d/s/a.ts\nsegment b.ts?t=a%20b",
	},
	{
		name: "undefined variable", body: vodHead + "#EXTINF:6,\n{$no}/a.ts\n#EXTINF:6,\nb.ts\n#EXT-X-ENDLIST\n", want: "segment b.ts",
		err: "line 4: playlist variable no: not defined above", warning: "not defined",
	},
	{
		name: "missing query parameter", body: vodHead + "#EXT-X-DEFINE:QUERYPARAM=\"t\"\n#EXTINF:6,\nb.ts\n#EXT-X-ENDLIST\n",
		want: "segment b.ts", err: "line 3: playlist variable t: the playlist's URL has no such parameter",
	},
	{
		name: "no EXTM3U, carriage returns, no last newline",
		body: "#EXT-X-TARGETDURATION:6\r#EXTINF:6,\ra.ts\r\r#EXTINF:6,\r b.ts\t\r#EXT-X-ENDLIST", want: "segment a.ts\nsegment b.ts",
		warning: "1: #EXTM3U is missing",
	},
	{
		name: "mixed line ends", body: "\xef\xbb\xbf\n#EXTM3U\r\n#EXT-X-TARGETDURATION:6\n\r\n#EXTINF:6,\r\na.ts\n#EXTINF:6,\rb.ts\r\n#EXT-X-ENDLIST",
		want: "segment a.ts\nsegment b.ts",
	},
	{
		name: "unquoted attributes", body: vodHead + "#EXT-X-MAP:URI=i.mp4,BYTERANGE=5@1\n#EXT-X-KEY:METHOD=AES-128, URI = k.bin\n#EXTINF:6,\na.ts\n#EXT-X-ENDLIST",
		want: "key k.bin\ninit i.mp4\nsegment a.ts",
	},
	{
		name: "segment without EXTINF", body: vodHead + "a.ts\n#EXTINF:1,\nb.ts\n#EXT-X-ENDLIST", want: "segment a.ts 0s+6s\nsegment b.ts 6s+1s",
		detail: times, warning: "3: segment without EXTINF",
	},
	{
		name: "variant among segments", body: vodHead + "#EXTINF:6,\na.ts\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow.m3u8\n#EXT-X-ENDLIST\n",
		want: "segment a.ts\nplaylist:variant low.m3u8", warning: "5: EXT-X-STREAM-INF in a media playlist",
	},
}

func TestMedia(t *testing.T) { runCases(t, mediaCases) }

package hls_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/hls"
)

// TestFault66EncryptedVOD is the example of RFC 8216, 8.3, with the blank lines that other readers fall over.
func TestFault66EncryptedVOD(t *testing.T) {
	parseCase{
		body: "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-MEDIA-SEQUENCE:7794\n#EXT-X-TARGETDURATION:15\n\n" +
			"#EXT-X-KEY:METHOD=AES-128,URI=\"https://priv.example.com/key.php?r=52\"\n\n#EXTINF:2.833,\n" +
			"http://media.example.com/fileSequence52-A.ts\n#EXTINF:15.0,\nhttp://media.example.com/fileSequence52-B.ts\n\n" +
			"#EXT-X-KEY:METHOD=AES-128,URI=\"https://priv.example.com/key.php?r=53\"\n\n#EXTINF:15.0,\n" +
			"http://media.example.com/fileSequence53-A.ts\n",
		want: "key https://priv.example.com/key.php?r=52\nsegment http://media.example.com/fileSequence52-A.ts\n" +
			"segment http://media.example.com/fileSequence52-B.ts\nkey https://priv.example.com/key.php?r=53\n" +
			"segment http://media.example.com/fileSequence53-A.ts",
	}.run(t)
}

func TestFault67BrokenAttributeLists(t *testing.T) {
	t.Parallel()
	for _, list := range []string{
		"", "=", ",", "\"", "URI", "URI=", "URI=\"", "URI=\"x", ",,,,", "=,=,=", "URI=\"a\"b\"c\"", "URI=x,URI=y", "URI==",
		"URI =\t\"x\" , A", "\x00=\x00", strings.Repeat("A=B,", 1000), strings.Repeat(",", 1000), "SCTE35-OUT=0x,URI=\"\"",
	} {
		body := "#EXTM3U\n"
		for _, tag := range []string{"KEY", "MAP", "PART", "PRELOAD-HINT", "RENDITION-REPORT", "DATERANGE", "SKIP", "CUE-OUT", "CUE-OUT-CONT", "SCTE35"} {
			body += "#EXT-X-" + tag + ":" + list + "\n"
		}
		if got := urls(t, body+"#EXTINF:6,\na.ts\n", hls.Options{}); !slices.Contains(got, caseDir+"a.ts") {
			t.Errorf("list %.20q: got %q, want the segment behind it", list, got)
		}
		body = "#EXTM3U\n"
		for _, tag := range []string{"MEDIA", "I-FRAME-STREAM-INF", "IMAGE-STREAM-INF", "SESSION-KEY", "SESSION-DATA", "CONTENT-STEERING", "STREAM-INF"} {
			body += "#EXT-X-" + tag + ":" + list + "\n"
		}
		if got := urls(t, body+"a.m3u8\n", hls.Options{}); !slices.Contains(got, caseDir+"a.m3u8") {
			t.Errorf("list %.20q: got %q, want the variant behind it", list, got)
		}
	}
}

const caseDir = "https://cdn.example.com/vod/show/"

// urls is all that a playlist lists, whatever error there is.
func urls(tb testing.TB, body string, o hls.Options) []string {
	tb.Helper()
	var got []string
	_, err := hls.Parse([]byte(body), caseBase, o, func(e *hls.Entry) bool {
		got = append(got, e.URL)
		return true
	})
	if errors.Is(err, hls.ErrNotHLS) {
		tb.Error(err)
	}
	return got
}

func TestFault68PlaylistListsItself(t *testing.T) {
	t.Parallel()
	t.Run("variant", parseCase{
		body: "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nindex.m3u8\n", want: "playlist:variant index.m3u8",
		warning: "3: playlist lists itself",
	}.run)
	t.Run("segment", parseCase{
		body: vodHead + "#EXTINF:6,\nindex.m3u8\n#EXTINF:6,\nother.M3U8?x=1\n#EXT-X-ENDLIST\n",
		want: "playlist:variant index.m3u8\nplaylist:variant other.M3U8?x=1", warning: "4: playlist lists itself",
	}.run)
}

func TestFault69LivePlaylist(t *testing.T) {
	t.Parallel()
	body := []byte(vodHead + "#EXTINF:6,\na.ts\n#EXTINF:6,\nb.ts\n")
	live := 0
	doc, err := hls.Parse(body, caseBase, hls.Options{}, func(e *hls.Entry) bool {
		if e.Live {
			live++
		}
		return true
	})
	if err != nil || !doc.Live || live != 2 || !hls.IsLive(body) {
		t.Errorf("got live %v, %d live entries, %v, want a live playlist of 2", doc.Live, live, err)
	}
	if !strings.Contains(warningText(doc), "live: 2 segments at this moment") {
		t.Errorf("got warnings %v, want how many segments are live", doc.Warnings)
	}
	for _, ended := range []string{"#EXT-X-ENDLIST\n", "#EXT-X-PLAYLIST-TYPE:VOD\n"} {
		if hls.IsLive(append(slices.Clone(body), ended...)) {
			t.Errorf("got live with %q, want ended", ended)
		}
	}
}

func TestFault70FortyThousandSegments(t *testing.T) {
	body := longPlaylist(40_001)
	best := time.Hour
	for range 5 {
		start := time.Now()
		if got := readOurs(t, body); got != 40_001 {
			t.Fatalf("got %d segments, want 40001", got)
		}
		best = min(best, time.Since(start))
	}
	if best > 200*time.Millisecond {
		t.Errorf("got %v, want less than 200 ms", best)
	}
	if got := len(urls(t, string(body), hls.Options{MaxSegments: 500})); got != 500 {
		t.Errorf("got %d segments, want the 500 of the limit", got)
	}
}

func TestFault71ByteRange(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(vodHead)
	for i := range 1000 {
		fmt.Fprintf(&b, "#EXTINF:6,\n#EXT-X-BYTERANGE:100@%d\nmovie.mp4\n", 100*i)
	}
	b.WriteString("#EXT-X-ENDLIST\n")
	var got []hls.Entry
	if _, err := hls.Parse([]byte(b.String()), caseBase, hls.Options{Collapse: true}, func(e *hls.Entry) bool {
		got = append(got, *e)
		return true
	}); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Bytes != 100_000 || got[0].Duration != 6000*time.Second {
		t.Errorf("got %+v, want one entry of 100,000 bytes and 6,000 seconds", got)
	}
	if n := len(urls(t, b.String(), hls.Options{})); n != 1000 {
		t.Errorf("got %d entries where ranges are not collapsed, want 1,000", n)
	}
}

func TestFault72EveryTagWithURI(t *testing.T) {
	t.Parallel()
	t.Run("media", parseCase{
		body: vodHead + "#EXT-X-MAP:URI=\"i\"\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:6,\na\n#EXT-X-PART:URI=\"p\"\n" +
			"#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"h\"\n#EXT-X-RENDITION-REPORT:URI=\"r\"\n",
		want: "key k\ninit i\nsegment a\nsegment:part p\nsegment:hint h\nsegment:report r",
	}.run)
	t.Run("multivariant", parseCase{
		body: "#EXTM3U\n#EXT-X-SESSION-KEY:METHOD=AES-128,URI=\"k\"\n#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID=\"nobody\",URI=\"m\"\n" +
			"#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"f\"\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv\n",
		want: "key:session k\nplaylist:rendition m\nplaylist:iframe f\nplaylist:variant v",
	}.run)
}

func TestFault73Variables(t *testing.T) {
	t.Parallel()
	bomb := "#EXT-X-DEFINE:NAME=\"v0\",VALUE=\"xxxxxxxxxx\"\n"
	for i := range 12 {
		bomb += fmt.Sprintf("#EXT-X-DEFINE:NAME=\"v%d\",VALUE=\"%s\"\n", i+1, strings.Repeat(fmt.Sprintf("{$v%d}", i), 10))
	}
	t.Run("a value that grows without end", parseCase{
		body: vodHead + bomb + "#EXTINF:6,\na.ts\n#EXT-X-ENDLIST\n", want: "segment a.ts", err: "longer than 8192 bytes",
	}.run)
	t.Run("many references", parseCase{
		body: vodHead + "#EXT-X-DEFINE:NAME=\"v\",VALUE=\"" + strings.Repeat("x", 8000) + "\"\n#EXTINF:6,\n" + strings.Repeat("{$v}", 100) +
			"\n#EXTINF:6,\na.ts\n#EXT-X-ENDLIST\n",
		want: "segment a.ts", err: "makes a line of more than",
	}.run)
	t.Run("control character in a parameter", parseCase{
		base: caseBase + "?t=%0A%23EXT-X-STREAM-INF:", err: "control character",
		body: "#EXTM3U\n#EXT-X-DEFINE:QUERYPARAM=\"t\"\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n", want: "playlist:variant v.m3u8",
	}.run)
	t.Run("defined twice", parseCase{
		body: vodHead + "#EXT-X-DEFINE:NAME=\"v\",VALUE=\"a\"\n#EXT-X-DEFINE:NAME=\"v\",VALUE=\"b\"\n#EXTINF:6,\n{$v}.ts\n#EXT-X-ENDLIST\n",
		want: "segment a.ts", err: "line 4: playlist variable v: defined twice",
	}.run)
	t.Run("import without the multivariant playlist", parseCase{
		body: vodHead + "#EXT-X-DEFINE:IMPORT=\"v\"\n#EXTINF:6,\na.ts\n#EXT-X-ENDLIST\n", want: "segment a.ts",
		err: "line 3: playlist variable v: imported",
	}.run)
}

func TestFault74GapsAndDeltas(t *testing.T) {
	t.Parallel()
	body := vodHead + "#EXT-X-SKIP:SKIPPED-SEGMENTS=7\n#EXTINF:6,\n#EXT-X-GAP\na.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:6,\nb.ts\n"
	var roles []string
	doc, err := hls.Parse([]byte(body), caseBase+"?a=1&_HLS_skip=v2&b=2", hls.Options{}, func(e *hls.Entry) bool {
		roles = append(roles, e.Role)
		return true
	})
	if err != nil || !slices.Equal(roles, []string{"gap", ""}) {
		t.Errorf("got roles %q, %v, want a gap and a segment", roles, err)
	}
	if want := caseBase + "?a=1&b=2"; doc.Skipped != 7 || doc.Full != want {
		t.Errorf("got %d skipped, full %q, want 7, %q", doc.Skipped, doc.Full, want)
	}
}

func TestFault75VariantWithoutURI(t *testing.T) {
	t.Parallel()
	t.Run("tag", parseCase{
		body: "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",URI=\"a.m3u8\"\n",
		want: "playlist:rendition a.m3u8", warning: "2: EXT-X-STREAM-INF without a URI",
	}.run)
	t.Run("end", parseCase{
		body: "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2", want: "playlist:variant a.m3u8",
		warning: "4: EXT-X-STREAM-INF without a URI",
	}.run)
	t.Run("a tag between", parseCase{
		body:   "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=7\n#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"i.m3u8\"\n\na.m3u8\n",
		want:   "playlist:iframe i.m3u8 1\nplaylist:variant a.m3u8 7",
		detail: func(e *hls.Entry) string { return fmt.Sprint(e.Bandwidth) },
	}.run)
}

func TestFault76NotHLS(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"":     "it is empty",
		"\n\n": "it is empty",
		"<!DOCTYPE html><html><head><title>Sign  in</title>": "it is an HTML page (title \"Sign in\")",
		"<html><pre>\n#EXTM3U\n#EXTINF:6,\na.ts\n</pre>":     "it is an HTML page",
		"<?xml version=\"1.0\"?><urlset/>":                   "it is XML",
		"<MPD type=\"static\">":                              "it is a DASH manifest",
		"[playlist]\nFile1=http://a/b.mp3\n":                 "it is a PLS list",
		"{\"error\":403}":                                    "it is JSON",
		"WEBVTT\n\n00:00.000 --> 00:01.000\nhi":              "it is a WebVTT subtitle",
		"\xff\xfe#\x00E\x00":                                 "it is UTF-16",
		"hello\nworld\n":                                     "it has no tag of HLS",
		"#EXTM3U\nhttp://a.example.com/song.mp3\n":           "it is an M3U list without tags",
		"#EXTM3U\n#EXTINF:-1 tvg-id=\"a\" group-title=\"News\",A\nhttp://a.example.com/x\n": "it is an IPTV list",
		"#EXTM3U\n#EXTINF:-1,Channel\nhttp://a.example.com/x\n":                             "it is an IPTV list",
	} {
		_, err := hls.Parse([]byte(body), caseBase, hls.Options{}, func(e *hls.Entry) bool {
			t.Errorf("%.30q: got %s, want nothing", body, e.URL)
			return true
		})
		if !errors.Is(err, hls.ErrNotHLS) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: got %v, want %q", body, err, want)
		}
	}
	if hls.Sniff([]byte("<html>")) || !hls.Sniff([]byte("\xef\xbb\xbf\r\n #EXTM3U\n")) || !hls.Sniff([]byte("#EXTINF:6,\n")) {
		t.Error("Sniff does not know a playlist from a page")
	}
}

func TestFault77OtherSchemes(t *testing.T) {
	parseCase{
		body: vodHead + "#EXT-X-MAP:URI=\"file:///etc/passwd\"\n#EXTINF:6,\nfile:///etc/passwd\n#EXTINF:6,\n../../../../etc/passwd\n#EXTINF:6,\n" +
			"data:video/mp2t;base64,AAAA\n#EXTINF:6,\nunix:/run/x.sock\n#EXTINF:6,\nconcat:a.ts|b.ts\n#EXTINF:6,\njavascript:alert(1)\n" +
			"#EXTINF:6,\na.ts\n#EXT-X-ENDLIST\n",
		want: "segment https://cdn.example.com/etc/passwd\nsegment a.ts", warning: "5: left out",
	}.run(t)
}

func TestFault78OddWriting(t *testing.T) {
	t.Parallel()
	t.Run("lines", parseCase{
		body: "\xef\xbb\xbf#EXTM3U\r\n#EXT-X-TARGETDURATION:6.5\r\n#EXT-X-MEDIA-SEQUENCE:9223372036854775808\r\n\t#EXTINF:10\r\n  a.ts \t\r\n" +
			"#EXTINF: .5,x\r\nb.ts\r\n#EXTINF:1e1,\r\nc.ts\r\n#EXT-X-ENDLIST",
		want: "segment a.ts 0s+10s\nsegment b.ts 10s+500ms\nsegment c.ts 10.5s+10s", detail: times,
	}.run)
	t.Run("negative", parseCase{
		body: vodHead + "#EXTINF:-5,\na.ts\n#EXTINF:6,\nb.ts\n#EXT-X-ENDLIST", want: "segment a.ts 0s+0s\nsegment b.ts 0s+6s", detail: times,
		warning: "3: negative duration",
	}.run)
	t.Run("huge", parseCase{
		body: vodHead + strings.Repeat("#EXTINF:99999999999999999999999.5,\na.ts\n", 3) + "#EXT-X-ENDLIST",
		want: "segment a.ts 0s+8784h0m0.5s\nsegment a.ts 8784h0m0.5s+8784h0m0.5s\nsegment a.ts 17568h0m1s+8784h0m0.5s", detail: times,
	}.run)
	t.Run("no number", parseCase{
		body: vodHead + "#EXTINF:abc,\na.ts\n#EXT-X-BYTERANGE:x@y\n#EXTINF:NaN,\nb.ts\n#EXT-X-ENDLIST", detail: times,
		want: "segment a.ts 0s+6s\nsegment b.ts 6s+6s", warning: "3: EXTINF without a duration",
	}.run)
	t.Run("sequence", parseCase{
		body: vodHead + "#EXT-X-MEDIA-SEQUENCE:-11\n#EXTINF:6,\na.ts\n#EXT-X-ENDLIST", want: "segment a.ts", warning: "3: media sequence number",
	}.run)
}

func TestFault79LongLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 50<<20)
	t.Run("URI", parseCase{
		body: vodHead + "#EXTINF:6,\n" + long + "\n#EXTINF:6,\na.ts\n#EXT-X-ENDLIST", want: "segment a.ts",
		warning: "4: line of 52428800 bytes is left out",
	}.run)
	t.Run("million attributes", parseCase{
		body: vodHead + "#EXT-X-MAP:" + strings.Repeat("A=1,", 1_000_000) + "URI=\"i\"\n#EXTINF:6,\na.ts\n#EXT-X-ENDLIST", want: "segment a.ts",
		warning: "3: line of 4000018 bytes is left out",
	}.run)
	t.Run("the longest line", parseCase{
		body: vodHead + "#EXT-X-MAP:" + strings.Repeat("A=1,", hls.MaxLine/4-10) + "URI=\"i\"\n#EXTINF:6,\na.ts\n#EXT-X-ENDLIST",
		want: "init i\nsegment a.ts",
	}.run)
	t.Run("multivariant", parseCase{
		body: "#EXTM3U\n#EXT-X-STREAM-INF:" + strings.Repeat("A=1,", 100_000) + "\na.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=1\nb.m3u8\n",
		want: "playlist:variant b.m3u8", warning: "2: line of",
	}.run)
}

func TestFault80RedundantHosts(t *testing.T) {
	parseCase{
		body:   "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttps://a.example.com/v.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttps://b.example.com/v.m3u8\n",
		want:   "playlist:variant https://a.example.com/v.m3u8 false\nplaylist:variant https://b.example.com/v.m3u8 true",
		detail: func(e *hls.Entry) string { return fmt.Sprint(e.Failover) },
	}.run(t)
}

// TestManyRenditions is the input that costs the detecting decoder of grafov/m3u8 seconds and gigabytes: all variants
// with all renditions.
func TestManyRenditions(t *testing.T) {
	body := wideMultivariant(5000, 5000)
	start := time.Now()
	if got := readOurs(t, body); got != 10_000 {
		t.Errorf("got %d playlists, want 10,000", got)
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("got %v, want linear time", d)
	}
}

package crawler_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
)

// withPlaylist is a crawl of a list of two playlists: the one in question, and one that is as it should be, so that it is
// seen that the run goes on.
func withPlaylist(t *testing.T, body string) outcome {
	t.Helper()
	s := newSite(t, map[string]string{"/list.txt": "$/p.m3u8\n$/good.m3u8\n", "/p.m3u8": body, "/good.m3u8": media})
	o := s.outcome(t, crawler.Crawler{}, "$/list.txt")
	o.has(t, "2 segment /seg0.m4s")
	return o
}

const mediaHead = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n"

func TestFault66EncryptedVOD(t *testing.T) {
	t.Parallel()
	o := withPlaylist(t, "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:15\n\n#EXT-X-KEY:METHOD=AES-128,URI=\"key.php?r=52\"\n\n"+
		"#EXTINF:2.833,\n52-A.ts\n#EXTINF:15.0,\n52-B.ts\n\n#EXT-X-KEY:METHOD=AES-128,URI=\"key.php?r=53\"\n\n#EXTINF:15.0,\n53-A.ts\n#EXT-X-ENDLIST\n")
	equal(t, o.found[1:7], "1 playlist /p.m3u8", "2 key /key.php?r=52", "2 segment /52-A.ts", "2 segment /52-B.ts", "2 key /key.php?r=53", "2 segment /53-A.ts")
}

func TestFault67BrokenAttributeLists(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"", "=", ",", "\"", "URI", "URI=\"x", ",,,,", "URI=\"a\"b\"c\"", "\x00=\x00", strings.Repeat("A=B,", 1000)} {
		o := withPlaylist(t, mediaHead+"#EXT-X-KEY:"+list+"\n#EXT-X-MAP:"+list+"\n#EXT-X-CUE-OUT:"+list+"\n#EXT-X-DATERANGE:"+list+"\n#EXTINF:6,\na.ts\n#EXT-X-ENDLIST\n")
		o.has(t, "2 segment /a.ts")
		o = withPlaylist(t, "#EXTM3U\n#EXT-X-MEDIA:"+list+"\n#EXT-X-SESSION-KEY:"+list+"\n#EXT-X-STREAM-INF:"+list+"\ngood.m3u8\n")
		o.has(t, "1 playlist /p.m3u8")
	}
}

func TestFault68PlaylistCircles(t *testing.T) {
	t.Parallel()
	nested := func(to string) string { return "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" + to + "\n" }
	for name, c := range map[string]struct {
		documents     map[string]string
		path, warning string
	}{
		"itself":      {map[string]string{"/a.m3u8": nested("a.m3u8")}, "/a.m3u8", "playlist lists itself"},
		"two":         {map[string]string{"/a.m3u8": nested("b.m3u8"), "/b.m3u8": nested("a.m3u8")}, "/b.m3u8", "/a.m3u8 leads back to here"},
		"as segments": {map[string]string{"/a.m3u8": mediaHead + "#EXTINF:6,\na.m3u8\n#EXTINF:6,\nb.m3u8\n#EXT-X-ENDLIST\n", "/b.m3u8": media}, "/a.m3u8", "playlist lists itself"},
		"redirect":    {map[string]string{"/a.m3u8": nested("b.m3u8"), "/b.m3u8": "-> /a.m3u8"}, "/b.m3u8", ""},
	} {
		s := newSite(t, c.documents)
		o := s.outcome(t, crawler.Crawler{}, "$/a.m3u8")
		if c.warning == "" {
			o.failed(t, c.path, "/a.m3u8, which led here: it is not read again")
			continue
		}
		if n := o.warned(t, c.path, c.warning); n != 1 {
			t.Errorf("%s: the circle is named %d times:%s", name, n, o)
		}
		for path, n := range s.requests {
			if n > 1 {
				t.Errorf("%s: %s was fetched %d times", name, path, n)
			}
		}
	}
}

func TestFault68PlaylistDepth(t *testing.T) {
	t.Parallel()
	documents := map[string]string{}
	for i := range 6 {
		documents[fmt.Sprintf("/%d.m3u8", i)] = fmt.Sprintf("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n%d.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\n%dx.m3u8\n", i+1, i+1)
	}
	s := newSite(t, documents)
	o := s.outcome(t, crawler.Crawler{}, "$/0.m3u8")
	o.has(t, "3 playlist/variant /3.m3u8")
	o.warned(t, "/2.m3u8", "/3.m3u8 is listed and not opened: no playlist is more than 3 levels deep (and 1 more)")
	if s.count("/3.m3u8") != 0 {
		t.Error("the fourth level was opened")
	}
}

func TestFault69LivePlaylist(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/live.m3u8": mediaHead + "#EXTINF:6,\na.ts\n#EXTINF:6,\nb.ts\n"})
	o := s.outcome(t, crawler.Crawler{}, "$/live.m3u8")
	equal(t, o.found, "0 playlist/live /live.m3u8", "1 segment /a.ts", "1 segment /b.ts")
	o.warned(t, "/live.m3u8", "live: 2 segments at this moment")
	if s.count("/live.m3u8") != 1 {
		t.Errorf("the playlist was asked for %d times", s.count("/live.m3u8"))
	}
}

func TestFault70FortyThousandSegments(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(mediaHead)
	for i := range 40_001 {
		fmt.Fprintf(&b, "#EXTINF:6,\nsegment-%06d.ts\n", i)
	}
	s := newSite(t, map[string]string{"/p.m3u8": b.String() + "#EXT-X-ENDLIST\n"})
	if o := s.outcome(t, crawler.Crawler{}, "$/p.m3u8"); len(o.found) != 40_002 || len(o.errs) > 0 {
		t.Errorf("got %d resources, %v", len(o.found), o.errs)
	}
	if o := s.outcome(t, crawler.Crawler{Start: time.Minute}, "$/p.m3u8"); len(o.found) != 11 {
		t.Errorf("got %d resources of the first minute, want 10 segments and the playlist", len(o.found))
	}
}

func TestFault71ByteRange(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/p.m3u8": mediaHead + "#EXTINF:6,\n#EXT-X-BYTERANGE:100@0\nm.mp4\n#EXTINF:6,\n#EXT-X-BYTERANGE:100\nm.mp4\n#EXT-X-ENDLIST\n"})
	c := crawler.Crawler{PrivateNetworks: true}
	var got []crawler.Resource
	for r := range c.Crawl(t.Context(), s.URL+"/p.m3u8") {
		got = append(got, r)
	}
	if len(got) != 2 || got[1].URL != s.URL+"/m.mp4" || got[1].Bytes != 200 || got[1].Duration != 12*time.Second {
		t.Errorf("got %+v, want the playlist and one file of 200 bytes", got)
	}
}

func TestFault72EveryTagWithURI(t *testing.T) {
	t.Parallel()
	o := withPlaylist(t, mediaHead+"#EXT-X-MAP:URI=\"i.mp4\"\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:6,\na.ts\n#EXT-X-PART:DURATION=1,URI=\"p.ts\"\n"+
		"#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"h.ts\"\n#EXT-X-RENDITION-REPORT:URI=\"r.m3u8\"\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://x\",KEYFORMAT=\"com.apple.streamingkeydelivery\"\n")
	o.has(t, "2 init /i.mp4", "2 key /k", "2 segment /a.ts", "2 segment/part /p.ts", "2 segment/hint /h.ts", "2 segment/report /r.m3u8")
	if strings.Contains(strings.Join(o.found, " "), "skd:") {
		t.Errorf("a DRM key was listed: %q", o.found)
	}
	s := newSite(t, map[string]string{
		"/m.m3u8": "#EXTM3U\n#EXT-X-SESSION-KEY:METHOD=AES-128,URI=\"k\"\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"nobody\",NAME=\"a\",URI=\"a.m3u8\"\n" +
			"#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"f.m3u8\"\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n",
		"/a.m3u8": media, "/f.m3u8": media, "/v.m3u8": media,
	})
	s.outcome(t, crawler.Crawler{}, "$/m.m3u8").has(t,
		"1 key/session /k", "1 playlist/rendition /a.m3u8", "1 playlist/iframe /f.m3u8", "1 playlist/variant /v.m3u8")
}

func TestFault73Variables(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{
		"/m.m3u8?t=a%20b":     "#EXTM3U\n#EXT-X-DEFINE:NAME=\"n\",VALUE=\"x\"\n#EXT-X-DEFINE:QUERYPARAM=\"t\"\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{$n}/{$t}.m3u8\n",
		"/x/a%20b.m3u8":       mediaHead + "#EXT-X-DEFINE:IMPORT=\"n\"\n#EXTINF:6,\n{$n}.ts\n#EXT-X-ENDLIST\n",
		"/undefined.m3u8":     mediaHead + "#EXTINF:6,\n{$none}.ts\n#EXTINF:6,\nb.ts\n#EXT-X-ENDLIST\n",
		"/notimported.m3u8":   mediaHead + "#EXT-X-DEFINE:IMPORT=\"n\"\n#EXTINF:6,\n{$n}.ts\n#EXT-X-ENDLIST\n",
		"/noparameter.m3u8?u": "#EXTM3U\n#EXT-X-DEFINE:QUERYPARAM=\"t\"\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{$t}.m3u8\n",
	})
	o := s.outcome(t, crawler.Crawler{}, "$/m.m3u8?t=a%20b", "$/undefined.m3u8", "$/notimported.m3u8", "$/noparameter.m3u8?u")
	o.has(t, "1 playlist/variant /x/a%20b.m3u8", "2 segment /x/x.ts", "1 segment /b.ts")
	o.failed(t, "/undefined.m3u8", "line 4", "none")
	o.failed(t, "/notimported.m3u8", "playlist variable n: imported")
	o.failed(t, "/noparameter.m3u8?u", "playlist variable t")
}

func TestFault74GapsAndDeltas(t *testing.T) {
	t.Parallel()
	const head = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-VERSION:9\n#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=36\n"
	s := newSite(t, map[string]string{
		"/p.m3u8?_HLS_skip=YES": head + "#EXT-X-SKIP:SKIPPED-SEGMENTS=2\n#EXTINF:6,\nc.ts\n",
		"/p.m3u8":               head + "#EXTINF:6,\na.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:6,\n#EXT-X-GAP\nb.ts\n#EXTINF:6,\nc.ts\n",
	})
	equal(t, s.outcome(t, crawler.Crawler{}, "$/p.m3u8?_HLS_skip=YES").found,
		"0 playlist/live /p.m3u8?_HLS_skip=YES", "1 segment /a.ts", "1 segment/gap /b.ts", "1 segment /c.ts")
}

func TestFault75VariantWithoutURI(t *testing.T) {
	t.Parallel()
	o := withPlaylist(t, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"a\",URI=\"a.m3u8\"\n#EXT-X-STREAM-INF:BANDWIDTH=2")
	o.has(t, "2 playlist/rendition /a.m3u8 !")
	if n := o.warned(t, "/p.m3u8", "EXT-X-STREAM-INF without a URI"); n != 2 {
		t.Errorf("got %d warnings, want 2", n)
	}
}

func TestFault76NotHLS(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"": "empty",
		"<!DOCTYPE html><html><head><title>Sign  in</title>": `got HTML (title "Sign in")`,
		"[playlist]\nFile1=http://a/b.mp3\n":                 "it is a PLS list",
		"{\"error\":403}":                                    "it is JSON",
		"#EXTM3U\n#EXTINF:-1 tvg-id=\"a\",A\nhttp://a/x\n":   "it is an IPTV list",
	} {
		o := withPlaylist(t, body)
		o.has(t, "1 playlist /p.m3u8 !")
		o.failed(t, "/p.m3u8", want)
	}
}

// Nothing but http and https leaves a playlist, and nothing above the root of its host is reached.
func TestFault77OtherSchemes(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(mediaHead + "#EXT-X-MAP:URI=\"file:///etc/passwd\"\n")
	for _, u := range []string{"file:///etc/passwd", "../../../../etc/passwd", "data:video/mp2t;base64,AAAA", "unix:/run/x.sock", "concat:a.ts|b.ts", "javascript:alert(1)", "a.ts"} {
		fmt.Fprintf(&b, "#EXTINF:6,\n%s\n", u)
	}
	s := newSite(t, map[string]string{"/v/p.m3u8": b.String() + "#EXT-X-ENDLIST\n"})
	o := s.outcome(t, crawler.Crawler{}, "$/v/p.m3u8")
	equal(t, o.found, "0 playlist /v/p.m3u8", "1 segment /etc/passwd", "1 segment /v/a.ts")
	if n := o.warned(t, "/v/p.m3u8", "left out"); n != 6 {
		t.Errorf("got %d warnings, want one of each that is left out:%s", n, o)
	}
	s = newSite(t, map[string]string{"/m.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nfile:///etc/passwd\n#EXT-X-STREAM-INF:BANDWIDTH=1\nftp://127.0.0.1/v.m3u8\n"})
	equal(t, s.outcome(t, crawler.Crawler{}, "$/m.m3u8").found, "0 playlist /m.m3u8")
}

func TestFault78OddWriting(t *testing.T) {
	t.Parallel()
	o := withPlaylist(t, "\xef\xbb\xbf#EXTM3U\r\n#EXT-X-TARGETDURATION:6.5\r\n#EXT-X-MEDIA-SEQUENCE:9223372036854775808\r\n\t#EXTINF:10\r\n  a.ts \t\r\n"+
		"#EXTINF:-5,\r\nb.ts\r\n#EXTINF:99999999999999999999999,\r\nc.ts\r\n#EXT-X-ENDLIST")
	o.has(t, "1 playlist /p.m3u8", "2 segment /a.ts", "2 segment /b.ts", "2 segment /c.ts")
	o.warned(t, "/p.m3u8", "negative duration")
}

func TestFault79LongLines(t *testing.T) {
	t.Parallel()
	long(t)
	o := withPlaylist(t, mediaHead+"#EXTINF:6,\n"+strings.Repeat("x", 20<<20)+"\n#EXT-X-MAP:"+strings.Repeat("A=1,", 1_000_000)+"URI=\"i\"\n#EXTINF:6,\na.ts\n#EXT-X-ENDLIST")
	o.has(t, "1 playlist /p.m3u8", "2 segment /a.ts")
	o.warned(t, "/p.m3u8", "line of 20971520 bytes is left out")
	o.warned(t, "/p.m3u8", "line of 4000018 bytes is left out")
	o = withPlaylist(t, mediaHead+strings.Repeat("x", 50<<20))
	o.has(t, "1 playlist /p.m3u8 !")
	o.failed(t, "/p.m3u8", "larger than 32 MiB")
}

// Failover streams lie on other hosts: they are opened, and what of them may be a target is the zones' to say.
func TestFault80RedundantHosts(t *testing.T) {
	t.Parallel()
	second := newSite(t, map[string]string{"/v.m3u8": media})
	const down = "http://127.0.0.1:1" // where nobody listens
	s := newSite(t, map[string]string{
		"/m.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" + second.URL + "/v.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" + down + "/v.m3u8\n",
		"/v.m3u8": media,
	})
	o := s.outcome(t, crawler.Crawler{}, "$/m.m3u8")
	o.has(t, "2 segment /seg0.m4s", "2 segment "+second.URL+"/seg0.m4s")
	o.failed(t, down+"/v.m3u8", "connection refused")
}

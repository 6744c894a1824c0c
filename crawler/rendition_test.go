package crawler_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/crawler"
)

// streams is a title that is published as HLS and as DASH, with all that is known of its streams.
var streams = map[string]string{
	"/list.txt": "$/m.m3u8\n$/m.mpd\n$/alone.m3u8\n",
	"/m.m3u8": `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English",LANGUAGE="en",DEFAULT=YES,URI="en.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="Français",LANGUAGE="fr",URI="fr.vtt"
#EXT-X-STREAM-INF:BANDWIDTH=3000,AVERAGE-BANDWIDTH=2000,RESOLUTION=640x360,CODECS="avc1.4d401e,mp4a.40.2",AUDIO="aac",SUBTITLES="subs"
video.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=3000,AVERAGE-BANDWIDTH=2000,RESOLUTION=640x360,CODECS="avc1.4d401e,mp4a.40.2",AUDIO="aac",SUBTITLES="subs"
backup.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=800,CODECS="mp4a.40.2"
audio.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=100,RESOLUTION=640x360,CODECS="avc1.4d401e",URI="iframe.m3u8"
#EXT-X-SESSION-DATA:DATA-ID="a",URI="data.json"
`,
	"/video.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:4,\nv0.m4s\n" +
		"#EXT-X-CUE-OUT:4\n#EXTINF:4,\nad.m4s\n#EXT-X-CUE-IN\n#EXT-X-BITRATE:4\n#EXTINF:2,\nv2.m4s\n#EXT-X-ENDLIST\n",
	"/en.m3u8":     "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n#EXT-X-BYTERANGE:70@30\nen.m4s\n#EXT-X-ENDLIST\n",
	"/audio.m3u8":  "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\na0.m4s\n#EXT-X-ENDLIST\n",
	"/iframe.m3u8": "#EXTM3U\n#EXT-X-I-FRAMES-ONLY\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\ni0.m4s\n#EXT-X-ENDLIST\n",
	"/alone.m3u8":  "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nalone.ts\n#EXT-X-ENDLIST\n",
	"/m.mpd": `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT8S"><Period>` +
		`<SegmentTemplate timescale="1" duration="4" startNumber="0" initialization="$RepresentationID$.mp4" media="$RepresentationID$$Number$.m4s"/>` +
		`<AdaptationSet contentType="video"><Representation id="lo" bandwidth="1000" width="640" height="360" codecs="avc1.4d401e"/></AdaptationSet>` +
		`<AdaptationSet contentType="audio" lang="en"><Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/><Representation id="en" bandwidth="80" codecs="mp4a.40.2"/></AdaptationSet>` +
		`</Period></MPD>`,
}

// What is known of a segment's stream reaches the resource, from memory as well.
func TestCrawlDescribesStreams(t *testing.T) {
	t.Parallel()
	const (
		video  = "VIDEO 3000/2000 640x360 avc1.4d401e,mp4a.40.2"
		en     = "AUDIO 0/0 0x0 en aac English default"
		audio  = "AUDIO 800/0 0x0 mp4a.40.2"
		iframe = "I-FRAME 100/0 640x360 avc1.4d401e"
		lo     = "VIDEO 1000/1000 640x360 avc1.4d401e lo"
		dashEn = "AUDIO 80/80 0x0 mp4a.40.2 en en default"
	)
	want := map[string]string{
		"/m.m3u8": "0 0s+0s 0 B, nil", "/m.mpd": "0 0s+0s 0 B, nil", "/alone.m3u8": "0 0s+0s 0 B, nil",
		"/alone.ts": "0 0s+4s 0 B, nil", "/data.json": "0 0s+0s 0 B, nil",
		"/en.m3u8": "0 0s+0s 0 B, " + en, "/fr.vtt": "0 0s+0s 0 B, SUBTITLES 0/0 0x0 fr subs Français",
		"/video.m3u8": "0 0s+0s 0 B, " + video, "/backup.m3u8": "0 0s+0s 0 B, " + video + " failover",
		"/audio.m3u8": "0 0s+0s 0 B, " + audio, "/iframe.m3u8": "0 0s+0s 0 B, " + iframe,
		"/init.mp4": "0 0s+0s 0 B, " + video, "/v0.m4s": "0 0s+4s 1000 B, " + video, "/ad.m4s": "1 4s+4s 1000 B, ad, " + video,
		"/v2.m4s": "2 8s+2s 1000 B, " + video, "/en.m4s": "0 0s+4s 70 B, " + en, "/a0.m4s": "0 0s+4s 400 B, " + audio,
		"/i0.m4s": "0 0s+4s 50 B, " + iframe, "/lo.mp4": "0 0s+0s 0 B, " + lo, "/lo0.m4s": "0 0s+4s 500 B, " + lo,
		"/lo1.m4s": "1 4s+4s 500 B, " + lo, "/en.mp4": "0 0s+0s 0 B, " + dashEn, "/en0.m4s": "0 0s+4s 40 B, " + dashEn,
		"/en1.m4s": "1 4s+4s 40 B, " + dashEn,
	}
	s := newLibrary(t, streams)
	c := crawler.Crawler{Memory: newMemory(), PrivateNetworks: true, Rate: 1e6}
	for _, name := range []string{"first", "from memory"} {
		got, shared := map[string]string{}, map[crawler.Rendition]*crawler.Rendition{}
		for r, err := range c.Crawl(t.Context(), s.URL+"/list.txt") {
			if err != nil {
				t.Fatal(err)
			}
			if r.Depth == 0 {
				continue
			}
			url := strings.TrimPrefix(r.URL, s.URL)
			got[url] = described(r)
			if r.Rendition == nil {
				continue
			}
			if first := shared[*r.Rendition]; first != nil && first != r.Rendition {
				t.Errorf("%s: %s has a rendition of its own", name, url)
			}
			shared[*r.Rendition] = r.Rendition
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if got := s.take(); statuses(got)["304"] != len(streams) {
		t.Errorf("got %v, want all asked for twice", got)
	}
}

func described(r crawler.Resource) string {
	line := fmt.Sprintf("%d %v+%v %d B, ", r.Index, r.Start, r.Duration, r.Bytes)
	if r.Ad {
		line += "ad, "
	}
	v := r.Rendition
	if v == nil {
		return line + "nil"
	}
	line += fmt.Sprintf("%s %d/%d %dx%d", v.Type, v.Bandwidth, v.AverageBandwidth, v.Width, v.Height)
	for _, word := range []string{v.Codecs, v.Language, v.Group, v.Name} {
		if word != "" {
			line += " " + word
		}
	}
	if v.Default {
		line += " default"
	}
	if v.Failover {
		line += " failover"
	}
	return line
}

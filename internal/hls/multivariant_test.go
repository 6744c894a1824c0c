package hls_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/hls"
)

const ladder = "#EXTM3U\n" +
	"#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"aac\",NAME=\"English\",LANGUAGE=\"en\",DEFAULT=YES,URI=\"en.m3u8\"\n" +
	"#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"aac\",NAME=\"Português\",LANGUAGE=\"pt-BR\",URI=\"pt.m3u8\"\n" +
	"#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"ac3\",NAME=\"English\",LANGUAGE=\"en\",URI=\"en-ac3.m3u8\"\n" +
	"#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"sub\",NAME=\"English\",LANGUAGE=\"en\",URI=\"en.vtt\"\n" +
	"#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"cc\",NAME=\"CC\",INSTREAM-ID=\"CC1\"\n" +
	"#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,CODECS=\"avc1.4d,mp4a.40.2\",AUDIO=\"aac\",SUBTITLES=\"sub\"\n360.m3u8\n" +
	"#EXT-X-STREAM-INF:BANDWIDTH=3000000,RESOLUTION=1280x720,CODECS=\"avc1.4d,mp4a.40.2\",AUDIO=\"aac\"\n720.m3u8\n" +
	"#EXT-X-STREAM-INF:BANDWIDTH=6000000,RESOLUTION=1920x1080,CODECS=\"hvc1.2,ac-3\",AUDIO=\"ac3\"\n1080.m3u8\n" +
	"#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,RESOLUTION=640x360,URI=\"360i.m3u8\"\n" +
	"#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,RESOLUTION=1920x1080,URI=\"1080i.m3u8\"\n" +
	"#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=9000,RESOLUTION=160x90,URI=\"thumbs.m3u8\"\n"

// multivariantCases are multivariant playlists; they are the seeds of the fuzz tests as well.
var multivariantCases = []parseCase{
	{
		name: "ladder", body: ladder, detail: attributesOf,
		want: "playlist:rendition en.m3u8 AUDIO aac en default\nplaylist:rendition pt.m3u8 AUDIO aac pt-BR\nplaylist:rendition en-ac3.m3u8 AUDIO ac3 en\n" +
			"subtitle:rendition en.vtt SUBTITLES sub en\nplaylist:variant 360.m3u8 800000 640x360 avc1.4d,mp4a.40.2\n" +
			"playlist:variant 720.m3u8 3000000 1280x720 avc1.4d,mp4a.40.2\nplaylist:variant 1080.m3u8 6000000 1920x1080 hvc1.2,ac-3\n" +
			"playlist:iframe 360i.m3u8 90000 640x360\nplaylist:iframe 1080i.m3u8 90000 1920x1080\nplaylist:image thumbs.m3u8 9000 160x90",
	},
	{
		name: "by height", body: ladder, options: selection(hls.Selection{MaxHeight: 720, MinHeight: 500}),
		want: "playlist:rendition en.m3u8\nplaylist:rendition pt.m3u8\nplaylist:variant 720.m3u8\nplaylist:image thumbs.m3u8",
	},
	{
		name: "by bandwidth, with reasons", body: ladder, options: selection(hls.Selection{MaxBandwidth: 1_000_000, Excluded: true}),
		want: "playlist:rendition en.m3u8\nplaylist:rendition pt.m3u8\nplaylist:rendition en-ac3.m3u8 no wanted variant plays with it\n" +
			"subtitle:rendition en.vtt\nplaylist:variant 360.m3u8\nplaylist:variant 720.m3u8 bandwidth 3000000 is over 1000000\n" +
			"playlist:variant 1080.m3u8 bandwidth 6000000 is over 1000000\nplaylist:iframe 360i.m3u8\nplaylist:iframe 1080i.m3u8\n" +
			"playlist:image thumbs.m3u8",
		detail: excluded,
	},
	{
		name: "by codec", body: ladder, options: selection(hls.Selection{Codecs: []string{"hvc1"}, NoIFrames: true, NoImages: true}),
		want: "playlist:rendition en-ac3.m3u8\nplaylist:variant 1080.m3u8",
	},
	{
		name: "by language", body: ladder, options: selection(hls.Selection{Languages: []string{"PT"}, MaxHeight: 360, NoImages: true}),
		want: "playlist:rendition pt.m3u8\nplaylist:variant 360.m3u8\nplaylist:iframe 360i.m3u8",
	},
	{
		name: "defaults only", body: ladder, options: selection(hls.Selection{DefaultOnly: true, NoIFrames: true, NoImages: true, NoSubtitles: true}),
		want: "playlist:rendition en.m3u8\nplaylist:rendition en-ac3.m3u8\nplaylist:variant 360.m3u8\nplaylist:variant 720.m3u8\nplaylist:variant 1080.m3u8",
	},
	{
		name: "best and worst", body: ladder, options: selection(hls.Selection{Best: 1, Worst: 1, NoImages: true}),
		want: "playlist:rendition en.m3u8\nplaylist:rendition pt.m3u8\nplaylist:rendition en-ac3.m3u8\nsubtitle:rendition en.vtt\n" +
			"playlist:variant 360.m3u8\nplaylist:variant 1080.m3u8\nplaylist:iframe 360i.m3u8\nplaylist:iframe 1080i.m3u8",
	},
	{
		name: "nothing is left", body: "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=640x360\na.m3u8\n",
		options: selection(hls.Selection{MaxHeight: 1}), warning: "leaves no variant",
	},
	{
		name: "failover is no repetition",
		body: "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttps://b.example.com/a.m3u8\n" +
			"#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"x\"\na.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n",
		want: "playlist:variant a.m3u8 false\nplaylist:variant https://b.example.com/a.m3u8 true\nplaylist:variant a.m3u8 false\n" +
			"playlist:variant a.m3u8 false",
		detail: func(e *hls.Entry) string { return fmt.Sprint(e.Failover) },
	},
	{
		name: "session keys, session data and steering",
		body: "#EXTM3U\n#EXT-X-SESSION-KEY:METHOD=AES-128,URI=\"k\"\n#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI=\"skd://a\"\n" +
			"#EXT-X-SESSION-DATA:DATA-ID=\"a\",VALUE=\"v\"\n#EXT-X-SESSION-DATA:DATA-ID=\"b\",URI=\"b.json\"\n" +
			"#EXT-X-CONTENT-STEERING:SERVER-URI=\"/steer?a=1\",PATHWAY-ID=\"A\"\n#EXT-X-STREAM-INF:BANDWIDTH=1,PATHWAY-ID=\"A\"\nv.m3u8\n",
		want: "key:session k\nkey:drm skd://a\nasset:session-data b.json\nplaylist:steering https://cdn.example.com/steer?a=1\n" +
			"playlist:variant v.m3u8",
	},
	{
		name:   "rates past 32 bits and broken ones",
		body:   "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=5000000000\na.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=-5\nb.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=1e6\nc.m3u8\n",
		want:   "playlist:variant a.m3u8 5000000000\nplaylist:variant b.m3u8 0\nplaylist:variant c.m3u8 0",
		detail: func(e *hls.Entry) string { return fmt.Sprint(e.Bandwidth) },
	},
	{
		name: "unquoted codecs and a quote that is missing",
		body: "#EXTM3U\n#EXT-X-STREAM-INF:CODECS=avc1.4d,mp4a.40.2,BANDWIDTH=7\na.m3u8\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"\",URI=\"b.m3u8\n",
		want: "playlist:variant a.m3u8 7 0x0 avc1.4d,mp4a.40.2\nplaylist:rendition b.m3u8 AUDIO", detail: attributesOf,
	},
	{
		name: "variables everywhere", base: caseBase + "?t=%23x",
		body: "#EXTM3U\n#EXT-X-DEFINE:QUERYPARAM=\"t\"\n#EXT-X-DEFINE:NAME=\"g\",VALUE=\"aac\"\n" +
			"#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"{$g}\",URI=\"{$g}.m3u8\"\n#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"{$g}\"\nv-{$g}.m3u8\n" +
			"#EXT-X-STREAM-INF:BANDWIDTH=2\n{$t}\n",
		want: "playlist:rendition aac.m3u8\nplaylist:variant v-aac.m3u8", warning: "left out",
	},
	{
		name: "variable that is not defined", body: "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{$no}.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=1\nb.m3u8\n",
		want: "playlist:variant b.m3u8", err: "line 3: playlist variable no",
	},
	{
		name: "stray URI and unused tag", body: "#EXTM3U\nx.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXT-X-STREAM-INF:BANDWIDTH=2\nb.m3u8\n",
		want: "playlist:variant b.m3u8 2", warning: "3: EXT-X-STREAM-INF without a URI",
		detail: func(e *hls.Entry) string { return fmt.Sprint(e.Bandwidth) },
	},
}

func selection(s hls.Selection) hls.Options { return hls.Options{Selection: s} }

// attributesOf is what a playlist says of the playlists it lists.
func attributesOf(e *hls.Entry) string {
	var parts []string
	if e.Role != hls.RoleRendition {
		parts = append(parts, fmt.Sprint(e.Bandwidth), fmt.Sprintf("%dx%d", e.Width, e.Height), e.Codecs)
	}
	if parts = append(parts, e.Type, e.GroupID, e.Language); e.Default {
		parts = append(parts, "default")
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

func TestMultivariant(t *testing.T) { runCases(t, multivariantCases) }

func TestSteering(t *testing.T) {
	t.Parallel()
	s, err := hls.ParseSteering([]byte(`{"VERSION":1,"TTL":300,"PATHWAY-PRIORITY":["B","A"],"PATHWAY-CLONES":[
		{"BASE-ID":"A","ID":"B","URI-REPLACEMENT":{"HOST":"b.example.com","PARAMS":{"t":"1"},"PER-RENDITION-URIS":{"r1":"https://r.example.com/r.m3u8"}}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	c := parseCase{
		options: hls.Options{Steering: s},
		body: "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"x\",STABLE-RENDITION-ID=\"r1\",URI=\"a.m3u8\"\n" +
			"#EXT-X-STREAM-INF:BANDWIDTH=1,PATHWAY-ID=\"A\",AUDIO=\"x\"\nv.m3u8?t=0&k=2\n" +
			"#EXT-X-STREAM-INF:BANDWIDTH=1,PATHWAY-ID=\"C\"\nhttps://c.example.com/v.m3u8\n",
		want: "playlist:rendition a.m3u8\nplaylist:variant v.m3u8?t=0&k=2 A\nplaylist:variant https://c.example.com/v.m3u8 C\n" +
			"playlist:rendition https://r.example.com/r.m3u8 B\nplaylist:variant https://b.example.com/vod/show/v.m3u8?k=2&t=1 B",
		detail: func(e *hls.Entry) string { return e.Pathway },
	}
	t.Run("clones", c.run)
	if _, err := hls.ParseSteering([]byte("<html>")); err == nil {
		t.Error("got no error for a page, want one")
	}
}

func TestAssetList(t *testing.T) {
	t.Parallel()
	var got []string
	doc, err := hls.ParseAssetList([]byte(`{"ASSETS":[{"URI":"a.m3u8","DURATION":15.5},{"URI":"file:///x"},{"URI":"https://x.example.com/b.m3u8"}]}`),
		"https://ads.example.com/list.json", func(e *hls.Entry) bool {
			got = append(got, fmt.Sprint(e.URL, " ", e.Duration))
			return true
		})
	want := "[https://ads.example.com/a.m3u8 15.5s https://x.example.com/b.m3u8 0s]"
	if err != nil || fmt.Sprint(got) != want || len(doc.Warnings) != 1 {
		t.Errorf("got %v, %v, %v, want %v and one warning", got, doc.Warnings, err, want)
	}
}

package dash_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/dash"
	"github.com/edgewarm/edgewarm/internal/hls"
	"github.com/google/go-cmp/cmp"
)

const base = "https://cdn.example.com/vod/show/manifest.mpd"

// dashCase is a manifest and what it lists: a line "kind URL [detail]" each.
type dashCase struct {
	name    string
	options hls.Options
	body    string
	want    string
	detail  func(*hls.Entry) string
	warning string
}

func static(s string) string {
	return `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT9S">` + s + `</MPD>`
}

func times(e *hls.Entry) string { return fmt.Sprintf("%v+%v", e.Start, e.Duration) }

var cases = []dashCase{
	{
		name: "numbers",
		body: static(`<Period><AdaptationSet mimeType="video/mp4"><SegmentTemplate timescale="1000" duration="4000" startNumber="0"
			media="$RepresentationID$/s-$Number%03d$.m4s" initialization="$RepresentationID$/i-$Bandwidth$.mp4"/>
			<Representation id="a" bandwidth="800000"/></AdaptationSet></Period>`),
		want: "init a/i-800000.mp4 0s+0s\nsegment a/s-000.m4s 0s+4s\nsegment a/s-001.m4s 4s+4s\nsegment a/s-002.m4s 8s+1s", detail: times,
	},
	{
		name: "timeline",
		body: static(`<Period><AdaptationSet><SegmentTemplate timescale="10" presentationTimeOffset="100" media="t$Time$$$.m4s">
			<SegmentTimeline><S t="100" d="20" r="1"/><S d="10"/><S t="160" d="15" r="-1"/></SegmentTimeline></SegmentTemplate>
			<Representation id="a"/></AdaptationSet></Period>`),
		want:   "segment t100$.m4s 0s+2s\nsegment t120$.m4s 2s+2s\nsegment t140$.m4s 4s+1s\nsegment t160$.m4s 6s+1.5s\nsegment t175$.m4s 7.5s+1.5s",
		detail: times,
	},
	{
		name: "list with ranges",
		body: static(`<Period><AdaptationSet><Representation id="a"><BaseURL>film.mp4</BaseURL><SegmentList timescale="1" duration="5">
			<Initialization range="0-99"/><SegmentURL mediaRange="100-199"/><SegmentURL media="b.mp4"/></SegmentList></Representation></AdaptationSet></Period>`),
		want:   "init film.mp4 100 [{0 100}]\nsegment film.mp4 100 [{100 100}]\nsegment b.mp4 0 []",
		detail: func(e *hls.Entry) string { return fmt.Sprint(e.Bytes, " ", e.Ranges) },
	},
	{
		name: "list collapsed", options: hls.Options{Collapse: true},
		body: static(`<Period><AdaptationSet><Representation id="a"><BaseURL>film.mp4</BaseURL><SegmentList duration="5">
			<Initialization range="0-99"/><SegmentURL mediaRange="100-199"/><SegmentURL mediaRange="200-299"/></SegmentList></Representation></AdaptationSet></Period>`),
		want: "segment film.mp4 300 [{0 300}]", detail: func(e *hls.Entry) string { return fmt.Sprint(e.Bytes, " ", e.Ranges) },
	},
	{
		name: "one file each, BaseURLs and two periods",
		body: static(`<BaseURL>https://o.example.com/x/</BaseURL><BaseURL>https://p.example.com/</BaseURL>
			<Period duration="PT4S"><BaseURL>p1/</BaseURL><AdaptationSet contentType="text" lang="en"><Representation id="s"><BaseURL>en.vtt</BaseURL></Representation></AdaptationSet></Period>
			<Period><AdaptationSet mimeType="audio/mp4" lang="de"><Representation id="v" bandwidth="8000"><BaseURL>v.mp4</BaseURL><SegmentBase indexRange="1-2"/></Representation></AdaptationSet></Period>`),
		want:   "subtitle https://o.example.com/x/p1/en.vtt 0s+4s SUBTITLES en\nsegment https://o.example.com/x/v.mp4 4s+5s AUDIO de",
		detail: func(e *hls.Entry) string { return times(e) + " " + e.Type + " " + e.Language }, warning: "first of 2 alternative",
	},
	{
		name: "first seconds", options: hls.Options{Start: 5 * time.Second},
		body: static(`<Period><SegmentTemplate duration="4" media="$Number$"/><AdaptationSet><Representation id="a"/></AdaptationSet></Period>`),
		want: "segment 1\nsegment 2",
	},
	{
		name: "selection", options: hls.Options{Selection: hls.Selection{MaxHeight: 720, Languages: []string{"en"}}},
		body: static(`<Period><SegmentTemplate duration="9" media="$RepresentationID$"/><AdaptationSet contentType="video"><Representation id="lo" height="360"/>
			<Representation id="hi" height="1080"/></AdaptationSet><AdaptationSet contentType="audio" lang="en"><Representation id="en"/></AdaptationSet>
			<AdaptationSet contentType="audio" lang="fr"><Representation id="fr"/></AdaptationSet></Period>`),
		want: "segment lo\nsegment en",
	},
	{
		name: "live", body: strings.Replace(static(`<Period start="PT10S"><AdaptationSet><SegmentTemplate media="$Time$"><SegmentTimeline><S t="5" d="2" r="1"/></SegmentTimeline>
			</SegmentTemplate><Representation id="a"/></AdaptationSet><AdaptationSet><SegmentTemplate duration="2" media="$Number$"/><Representation id="b"/></AdaptationSet></Period>`),
			`"static"`, `"dynamic"`, 1),
		want: "segment 5 true\nsegment 7 true", detail: func(e *hls.Entry) string { return fmt.Sprint(e.Live) }, warning: "without a timeline",
	},
	{
		name: "more than the limit", options: hls.Options{MaxSegments: 2},
		body: static(`<Period><AdaptationSet><SegmentTemplate timescale="1000000000" media="$Number$"><SegmentTimeline><S d="1" r="9000000000000000000"/></SegmentTimeline>
			</SegmentTemplate><Representation id="a"/><Representation id="b"/></AdaptationSet></Period>`),
		want: "segment 1\nsegment 2", warning: "the limit is 2",
	},
	{
		name: "other schemes and broken templates",
		body: static(`<Period><AdaptationSet><Representation id="a"><BaseURL>file:///etc/</BaseURL></Representation>
			<Representation id="b"><SegmentTemplate duration="4" media="$Nope$"/></Representation>
			<Representation id="c"><SegmentTemplate duration="9" media="$Number%099999d$"/></Representation></AdaptationSet></Period>`),
		want: "", warning: "not known",
	},
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			doc, err := dash.Parse([]byte(c.body), base, c.options, func(e *hls.Entry) bool {
				line := string(e.Kind) + " " + strings.TrimPrefix(e.URL, "https://cdn.example.com/vod/show/")
				if c.detail != nil {
					line += " " + c.detail(e)
				}
				got = append(got, line)
				return true
			})
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			if c.want != "" {
				want = strings.Split(c.want, "\n")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("entries (-want +got):\n%s", diff)
			}
			if text := fmt.Sprint(doc.Warnings); !strings.Contains(text, c.warning) {
				t.Errorf("got warnings %s, want one with %q", text, c.warning)
			}
		})
	}
}

func TestNotDASH(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "<html>", "#EXTM3U\n", "<MPDX>", "<MPD ", "<MPD type=\"static\"><Period></MPD>",
		`<!DOCTYPE MPD [<!ENTITY a "aaaa">]><MPD type="static"><BaseURL>&a;</BaseURL></MPD>`} {
		_, err := dash.Parse([]byte(body), base, hls.Options{}, func(*hls.Entry) bool { return true })
		if !errors.Is(err, dash.ErrNotDASH) {
			t.Errorf("%.30q: got %v, want ErrNotDASH", body, err)
		}
	}
	if !dash.Sniff([]byte("\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- c --><MPD xmlns=\"x\">")) {
		t.Error("Sniff does not know a manifest")
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range cases {
		f.Add([]byte(c.body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, o := range []hls.Options{{MaxSegments: 1000}, {MaxSegments: 100, Collapse: true, From: time.Second, Start: time.Minute}} {
			n := 0
			_, _ = dash.Parse(body, base, o, func(e *hls.Entry) bool {
				if n++; e.Start < 0 || e.Duration < 0 || e.Bytes < 0 || e.URL == "" {
					t.Errorf("got %+v, want no negative numbers and a URL", *e)
				}
				return true
			})
			if limit := 1000 + len(body); n > limit {
				t.Errorf("got %d entries, want at most %d", n, limit)
			}
		}
	})
}

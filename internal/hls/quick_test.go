package hls_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/hls"
)

// everything is all that a playlist comes to, but for where in bytes its warnings are.
func everything(body []byte, o hls.Options) (out []string) {
	doc, err := hls.Parse(body, caseBase, o, func(e *hls.Entry) bool {
		out = append(out, fmt.Sprintf("%+v", *e))
		return true
	})
	for i := range doc.Warnings {
		doc.Warnings[i].Byte = 0
	}
	return append(out, fmt.Sprintf("%+v %v", doc, err))
}

// FuzzQuick is that two lines that are read at once come to the same as one line after the other, which is how lines that
// end in CRLF are read.
func FuzzQuick(f *testing.F) {
	seeds(f)
	for _, body := range []string{
		"#EXTM3U\n#EXTINF:4,\na.ts\n#EXTINF:4.5,title, more\nb.ts\n#EXTINF:-1,\nc.ts\n#EXTINF:4\nd.ts\n#EXTINF:4,\ne.ts",
		"#EXTM3U\n#EXTINF:1e1,\na.ts\n#EXTINF:4,\n\nb.ts\n#EXTINF:4,\n c.ts\n#EXTINF:4,\nd.ts \n#EXTINF:4,\n#EXT-X-GAP\ne.ts\n#EXTINF:4,\nf.m3u8\n#EXTINF:,\ng.ts\n",
		"#EXTM3U\n#EXT-X-PART:URI=\"p\",DURATION=1\n#EXTINF:4,\na.ts\n#EXT-X-BITRATE:8\n#EXTINF:4,\nb.ts\n#EXTINF:4,\nc.ts\n#EXT-X-CUE-OUT:4\n#EXTINF:4,\nd.ts\n#EXTINF:4,\ne.ts\n#EXT-X-PART:URI=\"q\",DURATION=1\n",
		"#EXTM3U\n#EXTINF:4,\n#EXTINF:4,\na.ts\n#EXT-X-MAP:URI=\"i\"\n#EXTINF:4,\nhttps://[bad/\n#EXTINF:4,\nb.ts\n#EXTINF:4,\nb.ts\n",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if bytes.IndexByte(body, '\r') >= 0 || len(body) > hls.MaxLine/2 {
			return
		}
		slow := bytes.ReplaceAll(body, []byte("\n"), []byte("\r\n"))
		for _, o := range []hls.Options{{Bandwidth: 8000}, {From: 5e9, Start: 10e9, MaxSegments: 3}, {Live: hls.LiveLastN, LiveLast: 2, Collapse: true}} {
			if diff := cmp.Diff(everything(slow, o), everything(body, o)); diff != "" {
				t.Errorf("%+v: %s", o, diff)
			}
		}
	})
}

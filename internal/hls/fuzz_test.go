package hls_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/hls"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// seeds adds the case tables, and the corpus where it is at hand.
func seeds(f *testing.F) {
	f.Helper()
	for _, c := range slices.Concat(mediaCases, multivariantCases) {
		f.Add([]byte(c.body))
	}
	if os.Getenv("EDGEWARM_CORPORA") != "" {
		for _, c := range corpus(f) {
			f.Add(c.body)
		}
	}
}

// FuzzParse wants no panic, URLs that are what they promise, output that is bounded by the input, and entries that do
// not change when the body does: its caller uses its buffer again.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, o := range []hls.Options{
			{}, {Collapse: true}, {Live: hls.LiveLastN, Query: hls.QueryAppend, Start: 10e9, From: 5e9},
			{Selection: hls.Selection{Best: 1, Worst: 1, MaxHeight: 720, Languages: []string{"en"}, Excluded: true}},
		} {
			buffer := bytes.Clone(body)
			var kept, printed []string
			size := 0
			doc, err := hls.Parse(buffer, caseBase+"?token=1", o, func(e *hls.Entry) bool {
				checkEntry(t, e)
				size += len(e.URL)
				for _, s := range []string{e.URL, e.Name, e.GroupID, e.Language, e.Codecs, e.Method, e.KeyFormat, e.Type, e.Excluded, e.Pathway} {
					kept, printed = append(kept, s), append(printed, strings.Clone(s))
				}
				return len(kept) < 100_000
			})
			before := fmt.Sprint(doc, err)
			for i := range buffer {
				buffer[i] = 'Z'
			}
			if !slices.Equal(kept, printed) || fmt.Sprint(doc, err) != before {
				t.Errorf("what was handed out changes with the body")
			}
			if limit := (len(body) + 1) * 200; size > limit && !bytes.Contains(body, []byte("{$")) {
				t.Errorf("got %d bytes of URLs from %d, want at most %d", size, len(body), limit)
			}
		}
		hls.Sniff(body)
		hls.IsLive(body)
	})
}

func checkEntry(t *testing.T, e *hls.Entry) {
	t.Helper()
	if e.Role != hls.RoleDRM {
		if n, err := urlkey.Normalize(e.URL); err != nil || n != e.URL {
			t.Errorf("got URL %q, want its normal form %q, %v", e.URL, n, err)
		}
	}
	if e.Start < 0 || e.Duration < 0 || e.Bytes < 0 || e.Index < 0 || e.Line < 1 || e.Kind == "" {
		t.Errorf("got %+v, want no negative numbers, a line and a kind", *e)
	}
	for i, r := range e.Ranges {
		if r.Offset < 0 || r.Length < 0 || i > 0 && r.Offset <= e.Ranges[i-1].Offset+e.Ranges[i-1].Length {
			t.Errorf("got ranges %v, want them sorted and apart", e.Ranges)
		}
	}
}

func FuzzSteering(f *testing.F) {
	f.Add([]byte(`{"TTL":1,"PATHWAY-CLONES":[{"BASE-ID":".","ID":"B","URI-REPLACEMENT":{"HOST":"b","PARAMS":{"t":"1"}}}]}`), []byte(ladder))
	f.Fuzz(func(t *testing.T, manifest, body []byte) {
		s, err := hls.ParseSteering(manifest)
		if err != nil {
			return
		}
		_, _ = hls.Parse(body, caseBase, hls.Options{Steering: s}, func(e *hls.Entry) bool {
			checkEntry(t, e)
			return true
		})
		_, _ = hls.ParseAssetList(manifest, caseBase, func(*hls.Entry) bool { return true })
	})
}

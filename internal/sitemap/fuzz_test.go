package sitemap_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/sitemap"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// fuzzOptions keep a document of the fuzzer small when it is a bomb.
var fuzzOptions = sitemap.Options{Now: now, MaxEntries: 1000, MaxBytes: 1 << 20}

func FuzzParse(f *testing.F) {
	for _, body := range caseFiles(f) {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		n := 0
		doc, err := sitemap.Parse(bytes.NewReader(body), base, fuzzOptions, func(e *sitemap.Entry) bool {
			n++
			if normal, err := urlkey.Normalize(e.Loc); err != nil || normal != e.Loc {
				t.Errorf("got %q, whose normal form is %q, %v", e.Loc, normal, err)
			}
			if e.Kind == "" || e.Priority < 0 || e.Priority > 1 || e.Duration < 0 || e.Bytes < 0 || e.ViewCount < 0 {
				t.Errorf("got %s", entryText(e))
			}
			return true
		})
		if doc.Entries != n || n > fuzzOptions.MaxEntries {
			t.Errorf("got %d entries, the document says %d", n, doc.Entries)
		}
		if err == nil && doc.Format == "" {
			t.Error("got neither a format nor an error")
		}
		sitemap.Sniff(body)
	})
}

// FuzzWays reads each document in the fast way, tag by tag, and byte by byte: all three must see the same.
func FuzzWays(f *testing.F) {
	for _, body := range caseFiles(f) {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		fast := describe(body, fuzzOptions)
		if diff := cmp.Diff(fast, describe(body, sitemap.TagByTag(fuzzOptions))); diff != "" {
			t.Errorf("fast -, tag by tag +:\n%s", diff)
		}
		slow := describeReader(iotest.OneByteReader(bytes.NewReader(body)), fuzzOptions)
		if diff := cmp.Diff(fast, slow); diff != "" {
			t.Errorf("whole -, byte by byte +:\n%s", diff)
		}
	})
}

// FuzzLastMod writes any text for a date.
func FuzzLastMod(f *testing.F) {
	for _, d := range []string{"2024-05-06", "2024-05-06T07:08:09+02:00", "Mon, 06 May 24 07:08:09 EST", "May 6th, 2024 7:08 PM", "6.5.2024", "1714979289"} {
		f.Add(d)
	}
	f.Fuzz(func(t *testing.T, date string) {
		body := "<urlset><url><loc>/a</loc><lastmod><![CDATA[" + date + "]]></lastmod></url></urlset>"
		sitemap.Parse(strings.NewReader(body), base, fuzzOptions, func(e *sitemap.Entry) bool {
			if d := e.LastMod; !d.IsZero() && (d.Unix() <= 0 || d.After(now.AddDate(0, 0, 1))) {
				t.Errorf("%q: got %s", date, d)
			}
			return true
		})
	})
}

package sitemap_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/sitemap"
)

var update = flag.Bool("update", false, "write what is got to testdata/cases/*.want, to be read over before it is kept")

const base = "https://www.example.com/sitemap.xml"

// now is when the cases are read: a date after it is in the future.
var now = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

// caseFiles are the documents of testdata; they are the seeds of the fuzz tests, too.
func caseFiles(tb testing.TB) map[string][]byte {
	tb.Helper()
	paths, err := filepath.Glob("testdata/cases/*")
	if err != nil {
		tb.Fatal(err)
	}
	files := map[string][]byte{}
	for _, path := range paths {
		if strings.HasSuffix(path, ".want") {
			continue
		}
		if files[path], err = os.ReadFile(path); err != nil {
			tb.Fatal(err)
		}
	}
	if len(files) == 0 {
		tb.Fatal("no cases")
	}
	return files
}

// TestCases holds each document of testdata/cases against the .want beside it.
func TestCases(t *testing.T) {
	t.Parallel()
	for path, body := range caseFiles(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			got := describe(body, sitemap.Options{Now: now})
			if *update {
				if err := os.WriteFile(path+".want", []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path + ".want")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
			if diff := cmp.Diff(got, describe(body, sitemap.TagByTag(sitemap.Options{Now: now}))); diff != "" {
				t.Errorf("fast -, tag by tag +:\n%s", diff)
			}
			slow := describeReader(iotest.OneByteReader(bytes.NewReader(body)), sitemap.Options{Now: now})
			if diff := cmp.Diff(got, slow); diff != "" {
				t.Errorf("whole -, byte by byte +:\n%s", diff)
			}
		})
	}
}

// describe parses a document and writes down all that comes of it, a line each.
func describe(body []byte, o sitemap.Options) string { return describeReader(bytes.NewReader(body), o) }

func describeReader(r io.Reader, o sitemap.Options) string {
	var b strings.Builder
	doc, err := sitemap.Parse(r, base, o, func(e *sitemap.Entry) bool {
		fmt.Fprintf(&b, "%s\n", entryText(e))
		return true
	})
	fmt.Fprintf(&b, "document format=%q entries=%d dropped=%d other=%d truncated=%t\n",
		doc.Format, doc.Entries, doc.Dropped, doc.OtherHosts, doc.Truncated)
	for _, w := range doc.Warnings {
		fmt.Fprintf(&b, "warning %d:%d %s\n", w.Line, w.Byte, w.Text)
	}
	if err != nil {
		fmt.Fprintf(&b, "error %v\n", err)
	}
	return b.String()
}

// entryText is an entry with what it has.
func entryText(e *sitemap.Entry) string {
	text := fmt.Sprintf("%s %s", e.Kind, e.Loc)
	for _, f := range []struct {
		name  string
		value any
		zero  bool
	}{
		{"page", e.Page, e.Page == ""},
		{"lastmod", dateText(e.LastMod), e.LastMod.IsZero()},
		{"changefreq", e.ChangeFreq, e.ChangeFreq == ""},
		{"priority", e.Priority, e.Priority == 0},
		{"title", fmt.Sprintf("%q", e.Title), e.Title == ""},
		{"language", e.Language, e.Language == ""},
		{"type", e.Type, e.Type == ""},
		{"bytes", e.Bytes, e.Bytes == 0},
		{"duration", e.Duration, e.Duration == 0},
		{"published", dateText(e.Published), e.Published.IsZero()},
		{"expires", dateText(e.Expires), e.Expires.IsZero()},
		{"views", e.ViewCount, e.ViewCount == 0},
		{"live", e.Live, !e.Live},
	} {
		if !f.zero {
			text += fmt.Sprintf(" %s=%v", f.name, f.value)
		}
	}
	return text
}

package page_test

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/page"
)

// links returns what Parse emits, written as in cases.
func links(t *testing.T, body, url string, header http.Header) ([]string, page.Document) {
	t.Helper()
	var got []string
	doc, err := page.Parse([]byte(body), "", url, header, func(l *page.Link) bool {
		s := string(l.Kind) + " " + l.Role + " " + strings.TrimPrefix(l.URL, "https://www.example.com")
		if l.NoFollow {
			s += " nofollow"
		}
		got = append(got, s)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	if doc.Links != len(got) {
		t.Errorf("got Links %d, want %d", doc.Links, len(got))
	}
	return got, doc
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			body := []byte(c.body)
			got, _ := links(t, c.body, pageURL, c.header)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if !bytes.Equal(body, []byte(c.body)) {
				t.Error("the body was written to")
			}
		})
	}
}

func TestDocument(t *testing.T) {
	t.Parallel()
	_, doc := links(t, "<TITLE> A &amp;\n B </TITLE><title>no</title><meta name=robots content=none><base href=//cdn.example/b?x>", pageURL, nil)
	want := page.Document{Title: "A & B", Base: "https://cdn.example/b?x", NoIndex: true, NoFollow: true, Charset: "utf-8"}
	if diff := cmp.Diff(want, doc); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	_, doc = links(t, "<meta charset=gbk><title>\xd6\xd0\xce\xc4"+strings.Repeat("x", 1000)+"</title>", pageURL, nil)
	if !strings.HasPrefix(doc.Title, "中文") || len(doc.Title) > 310 || doc.Charset != "gbk" {
		t.Errorf("got %q in %s", doc.Title, doc.Charset)
	}
}

func TestParseStops(t *testing.T) {
	t.Parallel()
	n := 0
	_, err := page.Parse([]byte("<a href=/1><a href=/2><style>a{b:url(/3);c:url(/4)}</style>"), "", pageURL, nil, func(*page.Link) bool {
		n++
		return n < 3
	})
	if err != nil || n != 3 {
		t.Errorf("got %d links, %v, want 3", n, err)
	}
}

func TestParseNoURL(t *testing.T) {
	t.Parallel()
	_, err := page.Parse(nil, "", "file:///x", nil, nil)
	var e *page.Error
	if !errors.As(err, &e) || e.Op != "parse" {
		t.Errorf("got %v", err)
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]page.Kind{
		"https://h.example/a/master.m3u8":     page.Playlist,
		"https://h.example/a.mpd?x=.jpg":      page.Playlist,
		"https://h.example/a.M4S":             page.Media,
		"https://h.example/a.mp4;sid=1":       page.Media,
		"https://h.example/a.jpeg#x":          page.Image,
		"https://h.example/a.vtt":             page.Subtitle,
		"https://h.example/a.webmanifest":     page.Asset,
		"https://h.example/sitemap.xml":       page.Sitemap,
		"https://h.example/sitemap.xml.gz":    page.Sitemap,
		"https://h.example/data.gz":           page.Asset,
		"https://h.mp4":                       page.Page,
		"https://h.mp4/":                      page.Page,
		"https://h.example/v.mp4/about":       page.Page,
		"https://h.example/":                  page.Page,
		"https://h.example/a.html":            page.Page,
		"https://h.example/v1.2":              page.Page,
		"https://h.example/a.":                page.Page,
		"https://h.example/a.averylongsuffix": page.Page,
	} {
		if got := page.KindOf(url); got != want {
			t.Errorf("%s: got %s, want %s", url, got, want)
		}
	}
}

func TestKindOfAllocatesNothing(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { page.KindOf("https://h.example/A/B.M3U8?x") }); n > 0 {
		t.Errorf("got %v allocations, want none", n)
	}
}

func TestSniff(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]bool{
		"<!DOCTYPE html>":                              true,
		"\ufeff \r\n<HTML lang=en>":                    true,
		"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC": true,
		"<?xml version='1.0'?><html xmlns=":            true,
		"<!-- x --> <!-- y --><body>":                  true,
		"<script>":                                     true,
		"<p>x":                                         true,
		"\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00":       true,
		"<?xml version='1.0'?><urlset>":                false,
		"<rss>":                                        false,
		"<a:b>":                                        false,
		"<pre-x>":                                      false,
		"#EXTM3U":                                      false,
		"<!-- open":                                    false,
		"text <html>":                                  false,
		"<":                                            false,
		"":                                             false,
	} {
		if got := page.Sniff([]byte(head)); got != want {
			t.Errorf("%q: got %v, want %v", head, got, want)
		}
	}
}

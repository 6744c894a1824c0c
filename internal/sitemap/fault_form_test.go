package sitemap_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/sitemap"
)

func TestFault57Encodings(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"utf16le-bom.xml": "caf%C3%A9", "utf16be-bom.xml": "caf%C3%A9", "utf16le.xml": "caf%C3%A9", "utf32.xml": "caf%C3%A9",
		"latin1-declared.xml": "caf%C3%A9", "latin1-undeclared.xml": "caf%C3%A9", "gbk.xml": "%E8%A7%86%E9%A2%91",
	} {
		body, err := os.ReadFile("testdata/cases/" + name)
		if err != nil {
			t.Fatal(err)
		}
		urls, _, err := read(bytes.NewReader(body), sitemap.Options{})
		if err != nil || !slices.Equal(urls, []string{"https://www.example.com/" + want}) {
			t.Errorf("%s: got %q, %v", name, urls, err)
		}
	}
	_, _, err := readText("<?xml version='1.0' encoding='x-klingon'?><urlset><url><loc>https://www.example.com/\xe9</loc></url></urlset>")
	var unknown *sitemap.EncodingError
	if !errors.As(err, &unknown) || unknown.Name != "x-klingon" {
		t.Errorf("got %v, want the encoding named", err)
	}
}

func TestFault58OtherFormats(t *testing.T) {
	t.Parallel()
	for name, format := range map[string]string{
		"list.txt": "text", "list-cr.txt": "text", "rss.xml": "rss", "rss091.xml": "rss", "rss090.xml": "rss", "rss10.xml": "rss", "atom.xml": "atom",
	} {
		body, err := os.ReadFile("testdata/cases/" + name)
		if err != nil {
			t.Fatal(err)
		}
		urls, doc, err := read(bytes.NewReader(body), sitemap.Options{}, sitemap.URL)
		if err != nil || doc.Format != format || len(urls) == 0 {
			t.Errorf("%s: got %q, %d URLs, %v", name, doc.Format, len(urls), err)
		}
	}
}

func TestFault59Extensions(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/cases/video.xml")
	if err != nil {
		t.Fatal(err)
	}
	videos, _, err := read(bytes.NewReader(body), sitemap.Options{}, sitemap.Video)
	if err != nil {
		t.Error(err)
	}
	wantURLs(t, videos, "https://media.example.net/film/master.m3u8?a=1&b=2", "https://www.example.com/1.mp4",
		"https://www.example.com/one.mp4", "https://www.example.com/two.mp4")
	if body, err = os.ReadFile("testdata/cases/image-news.xml"); err != nil {
		t.Fatal(err)
	}
	images, _, _ := read(bytes.NewReader(body), sitemap.Options{}, sitemap.Image)
	wantURLs(t, images, "https://www.example.com/1.jpg", "https://www.example.com/2.jpg", "https://www.example.com/3.jpg", "https://www.example.com/4.jpg")
}

// What is known of an entry's URL must not be that of its images.
func TestKindAfterImages(t *testing.T) {
	t.Parallel()
	got, doc, err := readText("<urlset><url><loc>https://cdn.example.com/sitemap.xml</loc><image:image><image:loc>https://www.example.com/image</image:loc></image:image></url>"+
		"<url><loc>https://www.example.com/a</loc><image:loc>https://cdn.example.com/i.xml</image:loc></url></urlset>", sitemap.Sitemap)
	wantURLs(t, got, "https://cdn.example.com/sitemap.xml")
	if err != nil || doc.OtherHosts != 1 {
		t.Errorf("got %d of other hosts, %v", doc.OtherHosts, err)
	}
}

// More than is held back for one entry comes out all the same, and in the same number.
func TestFault59ManyImages(t *testing.T) {
	t.Parallel()
	body := "<urlset><url><loc>https://www.example.com/a</loc>" +
		strings.Repeat("<image:image><image:loc>/i.jpg</image:loc><image:title>T</image:title></image:image>", 3000) + "</url></urlset>"
	n := 0
	_, err := sitemap.Parse(strings.NewReader(body), base, sitemap.Options{}, func(e *sitemap.Entry) bool {
		if e.Kind == sitemap.Image && e.Title == "T" && e.Page == "https://www.example.com/a" {
			n++
		}
		return true
	})
	if err != nil || n != 3000 {
		t.Errorf("got %d images, %v", n, err)
	}
}

func TestFault60Alternates(t *testing.T) {
	t.Parallel()
	const body = `<urlset><url><loc>/en</loc><xhtml:link rel="alternate" hreflang="de" href="/de"/><xhtml:link rel="alternate" hreflang="fr"/>` +
		`<xhtml:link/><xhtml:link href=/it rel=alternate><xhtml:link href="` + "\x00" + `"/></url><url><loc>/next</loc></url></urlset>`
	alternates, doc, err := readText(body, sitemap.Alternate)
	wantURLs(t, alternates, "https://www.example.com/de", "https://www.example.com/it")
	pages, _, _ := readText(body, sitemap.URL)
	wantURLs(t, pages, "https://www.example.com/en", "https://www.example.com/next")
	if err != nil || !hasWarning(doc, "<link> without href") {
		t.Errorf("got %v, %v", err, doc.Warnings)
	}
}

func TestFault61OtherHosts(t *testing.T) {
	t.Parallel()
	urls, doc, err := readText("<urlset><url><loc>https://www.example.com/a</loc></url><url><loc>http://www.example.com/b</loc></url>" +
		"<url><loc>https://www.example.com.evil.example/c</loc></url><url><loc>https://cdn.example.com/d</loc></url></urlset>")
	if err != nil || len(urls) != 4 || doc.OtherHosts != 2 {
		t.Errorf("got %d URLs, %d of other hosts, %v", len(urls), doc.OtherHosts, err)
	}
}

func TestFault62TooManyURLs(t *testing.T) {
	t.Parallel()
	urls, doc, err := read(bytes.NewReader(urlset(60_000)), sitemap.Options{})
	if err != nil || len(urls) != 60_000 || !hasWarning(doc, "60000 URLs: the protocol allows 50000") {
		t.Errorf("got %d URLs, %v, %v", len(urls), err, doc.Warnings)
	}
}

func TestFault62TooManyBytes(t *testing.T) {
	t.Parallel()
	body := io.MultiReader(strings.NewReader("<urlset><url><loc>/a</loc></url>"), io.LimitReader(spaces{}, 80<<20),
		strings.NewReader("<url><loc>/b</loc></url></urlset>"))
	urls, doc, err := read(body, sitemap.Options{})
	if err != nil || len(urls) != 2 || !hasWarning(doc, "80 MiB: the protocol allows 50") {
		t.Errorf("got %q, %v, %v", urls, err, doc.Warnings)
	}
}

// spaces is a reader that never ends.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestFault64Duplicates(t *testing.T) {
	t.Parallel()
	urls, _, err := readText("<urlset>" +
		"<url><loc>https://www.example.com/~a/c?z=1&amp;a=2</loc></url>" +
		"<url><loc>HTTPS://WWW.EXAMPLE.COM/~a/c?z=1&amp;a=2</loc></url>" +
		"<url><loc>https://www.example.com:443/%7Ea/c?z=1&amp;a=2#top</loc></url>" +
		"<url><loc>https://www.example.com/%7ea/b/../c?z=1&amp;a=2</loc></url>" +
		"<url><loc>https://www.example.com/~a/c?a=2&amp;z=1</loc></url></urlset>")
	if err != nil {
		t.Error(err)
	}
	one := "https://www.example.com/~a/c?z=1&a=2"
	wantURLs(t, urls, one, one, one, one, "https://www.example.com/~a/c?a=2&z=1")
}

func TestFault65BadLoc(t *testing.T) {
	t.Parallel()
	for loc, reason := range map[string]string{
		"https://www.example.com/" + strings.Repeat("a", 100_000):   "longer than 8192 bytes",
		"https://www.example.com/" + strings.Repeat("a", 300_000):   "longer than 256 KiB",
		"https://www.example.com/" + strings.Repeat("a", 3_000_000): "longer than 256 KiB",
		"mailto:someone@example.com":                                "scheme is not http or https",
		"javascript:alert(1)":                                       "scheme is not http or https",
		"data:text/html,x":                                          "scheme is not http or https",
		"":                                                          "empty URL",
		" \n ":                                                      "empty URL",
		"<![CDATA[]]>":                                              "empty URL",
		"https://www.example.com/a&#0;b":                            "tab, line end or NUL",
	} {
		urls, doc, err := readText("<urlset><url><loc>" + loc + "</loc><lastmod>2024-01-01</lastmod></url><url><loc>/next</loc></url></urlset>")
		if err != nil || doc.Dropped != 1 || !hasWarning(doc, reason) {
			t.Errorf("%.30q: got %v, dropped %d, %v, want %q", loc, err, doc.Dropped, doc.Warnings, reason)
		}
		wantURLs(t, urls, "https://www.example.com/next")
	}
}

package sitemap_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/edgewarm/edgewarm/internal/inflate"
	"github.com/edgewarm/edgewarm/internal/sitemap"
)

// read parses a document and returns the URLs of the kinds asked for; of all when none is.
func read(r io.Reader, o sitemap.Options, kinds ...sitemap.Kind) ([]string, sitemap.Document, error) {
	if o.Now.IsZero() {
		o.Now = now
	}
	var urls []string
	doc, err := sitemap.Parse(r, base, o, func(e *sitemap.Entry) bool {
		if len(kinds) == 0 || slices.Contains(kinds, e.Kind) {
			urls = append(urls, e.Loc)
		}
		return true
	})
	return urls, doc, err
}

func readText(text string, kinds ...sitemap.Kind) ([]string, sitemap.Document, error) {
	return read(strings.NewReader(text), sitemap.Options{}, kinds...)
}

// hasWarning tells whether one of the warnings has the text.
func hasWarning(doc sitemap.Document, text string) bool {
	for _, w := range doc.Warnings {
		if strings.Contains(w.Text, text) {
			return true
		}
	}
	return false
}

func wantURLs(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFault05ShortBody(t *testing.T) {
	t.Parallel()
	plain := urlset(2000)
	reset := errors.New("connection reset")
	wantPart(t, io.MultiReader(bytes.NewReader(plain[:len(plain)/2]), iotest.ErrReader(reset)), reset)
}

func TestFault12TruncatedGzip(t *testing.T) {
	t.Parallel()
	packed := gzipped(urlset(2000))
	wantPart(t, bytes.NewReader(packed[:len(packed)/2]), io.ErrUnexpectedEOF)
}

// wantPart reads half of 2,000 entries and looks for those that are whole, and for the reason why there are no more.
func wantPart(t *testing.T, body io.Reader, want error) {
	t.Helper()
	urls, doc, err := read(body, sitemap.Options{})
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
	if len(urls) < 500 || len(urls) >= 2000 || !doc.Truncated || doc.Entries != len(urls) {
		t.Errorf("got %d URLs, truncated %t, entries %d", len(urls), doc.Truncated, doc.Entries)
	}
}

func TestFault08GzipBomb(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	io.WriteString(w, "<urlset><url><loc>https://www.example.com/a</loc></url>")
	spaces := bytes.Repeat([]byte(" "), 1<<20)
	for range 64 {
		w.Write(spaces)
	}
	w.Close()
	urls, _, err := read(&bomb, sitemap.Options{MaxBytes: 8 << 20})
	var limit *inflate.LimitError
	if !errors.As(err, &limit) || limit.Max != 8<<20 {
		t.Errorf("got error %v, want the limit of 8 MiB", err)
	}
	wantURLs(t, urls, "https://www.example.com/a")
}

func TestFault14DoubleGzip(t *testing.T) {
	t.Parallel()
	body := gzipped(gzipped([]byte("https://www.example.com/a\n")))
	urls, doc, err := read(bytes.NewReader(body), sitemap.Options{})
	if err != nil || doc.Format != "text" {
		t.Errorf("got format %q, %v", doc.Format, err)
	}
	wantURLs(t, urls, "https://www.example.com/a")
}

func TestFault20HTMLInstead(t *testing.T) {
	t.Parallel()
	urls, _, err := readText("<!doctype html><title>Log in</title><form><url><loc>https://x/</loc></url>")
	if !errors.Is(err, sitemap.ErrNotSitemap) || !strings.HasSuffix(err.Error(), `expected a sitemap, got HTML (title "Log in")`) {
		t.Errorf("got %v", err)
	}
	wantURLs(t, urls)
}

func TestFault21Empty(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "\n \n", "\ufeff"} {
		if _, _, err := readText(body); !errors.Is(err, sitemap.ErrNotSitemap) || !strings.Contains(err.Error(), "empty") {
			t.Errorf("%q: got %v", body, err)
		}
	}
}

func TestFault47BillionLaughs(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n<!ENTITY lol \"lol\">\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "<!ENTITY lol%d \"%s\">\n", i, strings.Repeat(fmt.Sprintf("&lol%d;", i-1), 10))
	}
	b.WriteString("]>\n<urlset><url><loc>https://www.example.com/&lol9;</loc></url></urlset>")
	urls, _, err := readText(b.String())
	if !errors.Is(err, sitemap.ErrEntities) {
		t.Errorf("got error %v, want %v", err, sitemap.ErrEntities)
	}
	wantURLs(t, urls)
}

func TestFault48ExternalEntities(t *testing.T) {
	t.Parallel()
	secret := t.TempDir() + "/secret"
	if err := os.WriteFile(secret, []byte("canary"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, doctype := range []string{
		`<!DOCTYPE urlset [<!ENTITY x SYSTEM "file://%s">]>`,
		`<!doctype urlset [ <!entity %% p SYSTEM "file://%s"> %%p; ]>`,
		`<!ENTITY x SYSTEM "file://%s">`,
		`<!DOCTYPE urlset SYSTEM "file://%s">`,
		`<!DOCTYPE urlset [<!ATTLIST x y CDATA "file://%s">] >`,
		`<?xml-stylesheet href="file://%s"?>`,
	} {
		text := fmt.Sprintf(doctype, secret) + `<urlset xmlns:xi="http://www.w3.org/2001/XInclude">` +
			`<url><loc>https://www.example.com/a</loc></url>` +
			`<url><loc>&x;</loc></url><xi:include parse="text" href="file://` + secret + `"/></urlset>`
		got := describe([]byte(text), sitemap.Options{})
		if strings.Contains(got, "canary") {
			t.Errorf("%s: the file was read:\n%s", doctype, got)
		}
		refused := strings.Contains(got, sitemap.ErrEntities.Error())
		if want := strings.Contains(strings.ToUpper(doctype), "<!ENTITY"); refused != want {
			t.Errorf("%s: got refused %t, want %t", doctype, refused, want)
		}
		if kept := strings.Contains(got, "url https://www.example.com/a\n"); kept == refused {
			t.Errorf("%s: got the other entry %t, refused %t", doctype, kept, refused)
		}
	}
}

func TestFault49Nesting(t *testing.T) {
	t.Parallel()
	const first = "<urlset><url><loc>https://www.example.com/a</loc></url>"
	for _, test := range []struct{ name, body string }{
		{"between entries", first + strings.Repeat("<a>", 1_000_000)},
		{"in an entry", first + "<url>" + strings.Repeat("<a>", 1_000_000)},
		{"in a URL", first + "<url><loc>" + strings.Repeat("<a>", 1_000_000)},
		{"in prose", "<feed>" + strings.Repeat("<a>", 1_000_000)},
	} {
		urls, _, err := readText(test.body)
		if !errors.Is(err, sitemap.ErrLimit) || !strings.Contains(err.Error(), "nested deeper than 512") {
			t.Errorf("%s: got error %v, want the depth named", test.name, err)
		}
		if test.name != "in prose" {
			wantURLs(t, urls, "https://www.example.com/a")
		}
	}
	// Entries that are never closed are not deep: each ends the one before.
	body := "<urlset>" + strings.Repeat("<url><loc>https://www.example.com/a</loc>", 10_000)
	if urls, _, err := readText(body); err != nil || len(urls) != 10_000 {
		t.Errorf("got %d URLs, %v", len(urls), err)
	}
}

func TestFault51MillionChildren(t *testing.T) {
	t.Parallel()
	body := "<sitemapindex>" + strings.Repeat("<sitemap><loc>https://www.example.com/s.xml</loc></sitemap>", 5000) + "</sitemapindex>"
	urls, doc, err := read(strings.NewReader(body), sitemap.Options{MaxEntries: 1234})
	if !errors.Is(err, sitemap.ErrLimit) || !strings.Contains(err.Error(), "more than 1234 entries") {
		t.Errorf("got error %v, want the limit named", err)
	}
	if len(urls) != 1234 || doc.Entries != 1234 {
		t.Errorf("got %d URLs, entries %d", len(urls), doc.Entries)
	}
	if _, _, err := read(strings.NewReader(body), sitemap.Options{MaxEntries: 5000}); err != nil {
		t.Errorf("at the limit: got %v", err)
	}
}

func TestFault52IndexAsURLSet(t *testing.T) {
	t.Parallel()
	const body = `<urlset><url><loc>https://www.example.com/post-sitemap.xml</loc></url>` +
		`<url><loc>https://www.example.com/page-sitemap.xml.gz</loc></url><url><loc>https://www.example.com/page</loc></url></urlset>`
	children, doc, err := readText(body, sitemap.Sitemap)
	wantURLs(t, children, "https://www.example.com/post-sitemap.xml", "https://www.example.com/page-sitemap.xml.gz")
	pages, _, _ := readText(body, sitemap.URL)
	wantURLs(t, pages, "https://www.example.com/page")
	if err != nil || !hasWarning(doc, "is taken for a sitemap") {
		t.Errorf("got %v, warnings %v", err, doc.Warnings)
	}
}

func TestFault53RelativeLoc(t *testing.T) {
	t.Parallel()
	urls, doc, err := readText("<urlset><url><loc>a/b</loc></url><url><loc>/c</loc></url><url><loc>//cdn.example.com/d</loc></url></urlset>")
	wantURLs(t, urls, "https://www.example.com/a/b", "https://www.example.com/c", "https://cdn.example.com/d")
	if err != nil || !hasWarning(doc, `relative URL "a/b" is resolved`) {
		t.Errorf("got %v, warnings %v", err, doc.Warnings)
	}
}

func TestFault54WrongNamespace(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ open, prefix string }{
		{`<urlset>`, ""},
		{`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`, ""},
		{`<urlset xmlns="https://www.sitemaps.org/schemas/sitemap/0.9/">`, ""},
		{`<urlset xmlns="http://www.google.com/schemas/sitemap/0.84">`, ""},
		{`<urlset xmlns='urn:nothing' xmlns:x>`, ""},
		{`<ns0:urlset xmlns:ns0="http://www.sitemaps.org/schemas/sitemap/0.9">`, "ns0:"},
		{`<undeclared:urlset>`, "undeclared:"},
	} {
		p := test.prefix
		body := test.open + "<" + p + "url><" + p + "loc>https://www.example.com/a</" + p + "loc></" + p + "url></" + p + "urlset>"
		urls, doc, err := readText(body)
		wantURLs(t, urls, "https://www.example.com/a")
		if err != nil || len(doc.Warnings) > 0 || doc.Format != "urlset" {
			t.Errorf("%s: got %q, %v, %v", test.open, doc.Format, err, doc.Warnings)
		}
	}
}

func TestFault55AroundLoc(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"\n\t https://www.example.com/a \r\n":                           "https://www.example.com/a",
		"\u00a0https://www.example.com/a\u2003\u200b\ufeff":             "https://www.example.com/a",
		"<![CDATA[https://www.example.com/a?b=1&c=2]]>":                 "https://www.example.com/a?b=1&c=2",
		" <![CDATA[ \n https://www.example.com/a ]]> ":                  "https://www.example.com/a",
		"https://www.example.com/a?b=1&amp;c=2":                         "https://www.example.com/a?b=1&c=2",
		"https://www.example.com/a?b=1&#38;c=2&#x26;d":                  "https://www.example.com/a?b=1&c=2&d",
		"https://www.example.com/a?b=1&amp;<![CDATA[c=2&]]>d":           "https://www.example.com/a?b=1&c=2&d",
		"https://www.example.com/a?b=<![CDATA[1&am]]>p;":                "https://www.example.com/a?b=1&amp;",
		"https://www.example.com/a?b=&amp;amp;c":                        "https://www.example.com/a?b=&amp;c",
		"<!-- x -->https://www.example.com/<!-- <loc> -->a<?x y?>":      "https://www.example.com/a",
		"<![CDATA[https://www.]]><![CDATA[example.com/]]>a<![CDATA[]]>": "https://www.example.com/a",
	} {
		urls, _, err := readText("\ufeff\n \n<urlset><url><loc>" + text + "</loc></url></urlset>")
		if err != nil || !slices.Equal(urls, []string{want}) {
			t.Errorf("%q: got %q, %v, want %q", text, urls, err, want)
		}
	}
}

func TestFault56Truncated(t *testing.T) {
	t.Parallel()
	const body = `<?xml version="1.0"?><urlset><url><loc>https://www.example.com/a?x=1&y=2</loc></url><url><loc>https://www.example.com/b</loc><lastmod>2024-01-01</lastmod></url></urlset>`
	const a, b = "https://www.example.com/a?x=1&y=2", "https://www.example.com/b"
	for cut := range body {
		urls, doc, err := readText(body[:cut])
		var want []string
		if cut >= strings.Index(body, "</loc>")+len("</loc>") {
			want = append(want, a)
		}
		if cut >= strings.LastIndex(body, "</loc>")+len("</loc>") {
			want = append(want, b)
		}
		if !slices.Equal(urls, want) {
			t.Errorf("cut at %d: got %q, want %q", cut, urls, want)
		}
		if cut < strings.Index(body, "<url>") {
			continue
		}
		if err != nil || !doc.Truncated || !hasWarning(doc, fmt.Sprintf("ended early at byte %d", cut)) {
			t.Errorf("cut at %d: got truncated %t, %v, %v", cut, doc.Truncated, err, doc.Warnings)
		}
	}
	if urls, doc, err := readText(body); err != nil || doc.Truncated || len(urls) != 2 {
		t.Errorf("whole: got %q, truncated %t, %v", urls, doc.Truncated, err)
	}
}

// One bad byte anywhere costs at most the entry that it stands in and its neighbour.
func TestFault56AnyByte(t *testing.T) {
	t.Parallel()
	var doc strings.Builder
	doc.WriteString("<urlset>\n")
	for i := range 20 {
		fmt.Fprintf(&doc, "<url><loc>https://www.example.com/%02d</loc><lastmod>2024-01-01</lastmod></url>\n", i)
	}
	doc.WriteString("</urlset>")
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		body := []byte(doc.String())
		at := len("<urlset>\n") + random.IntN(len(body)-2*len("<urlset>\n"))
		body[at] = "<>&/\"'!?-]\x00 x"[random.IntN(13)]
		urls, _, err := read(bytes.NewReader(body), sitemap.Options{})
		if err != nil || len(urls) < 18 {
			t.Fatalf("%q at %d: got %d URLs, %v:\n%s", body[at], at, len(urls), err, body)
		}
	}
}

package crawler_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
)

// withSitemap is a crawl of a list of two sitemaps: the one in question, and one that is as it should be, so that it is
// seen that the run goes on.
func withSitemap(t *testing.T, body string) outcome {
	t.Helper()
	s := newSite(t, map[string]string{"/list.txt": "$/s.xml\n$/good.xml\n", "/s.xml": body, "/good.xml": urlsetOf("$/good.png")})
	o := s.outcome(t, crawler.Crawler{}, "$/list.txt")
	o.has(t, "2 image /good.png")
	return o
}

func TestFault20HTMLInsteadOfSitemap(t *testing.T) {
	t.Parallel()
	o := withSitemap(t, "<!doctype html><title>Sign in</title><a href=/no>x</a>")
	equal(t, o.found, "0 sitemap /list.txt", "1 sitemap /s.xml !", "1 sitemap /good.xml", "2 image /good.png")
	o.failed(t, "/s.xml", `expected a sitemap, got HTML (title "Sign in")`)
	s := newSite(t, map[string]string{
		"/m.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\nw.m3u8\n",
		"/v.m3u8": "<html><head><title>Error 17</title></head><a href=/no>", "/w.m3u8": media,
	})
	o = s.outcome(t, crawler.Crawler{}, "$/m.m3u8")
	o.has(t, "1 playlist/variant /v.m3u8 !", "2 segment /seg0.m4s")
	o.failed(t, "/v.m3u8", `expected a playlist, got HTML (title "Error 17")`)
}

func TestFault21EmptySitemap(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "\n \n", "\ufeff"} {
		o := withSitemap(t, body)
		o.has(t, "1 sitemap /s.xml !")
		o.failed(t, "/s.xml", "empty")
	}
	o := withSitemap(t, "<urlset></urlset>") // there, and with nothing in it
	o.has(t, "1 sitemap /s.xml")
	o.warned(t, "/s.xml", "the document lists nothing")
}

func TestFault47BillionLaughs(t *testing.T) {
	t.Parallel()
	o := withSitemap(t, `<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;">]><urlset><url><loc>$/&lol1;</loc></url></urlset>`)
	equal(t, o.found, "0 sitemap /list.txt", "1 sitemap /s.xml !", "1 sitemap /good.xml", "2 image /good.png")
	o.failed(t, "/s.xml", "DOCTYPE declares entities")
}

func TestFault48ExternalEntities(t *testing.T) {
	t.Parallel()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("canary"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newSite(t, nil)
	for _, body := range []string{
		`<!DOCTYPE urlset [<!ENTITY x SYSTEM "file://` + secret + `">]><urlset><url><loc>$/&x;</loc></url></urlset>`,
		`<!DOCTYPE urlset SYSTEM "` + s.URL + `/dtd"><urlset><url><loc>$/a.png</loc></url></urlset>`,
		`<urlset xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="` + s.URL + `/x"/><url><loc>$/a.png</loc></url><url><loc>file://` + secret + `</loc></url></urlset>`,
	} {
		o := withSitemap(t, body)
		if all := strings.Join(o.found, " ") + o.String(); strings.Contains(all, "canary") {
			t.Errorf("the file was read: %s", all)
		}
	}
	if len(s.requests) > 0 {
		t.Errorf("got requests of what the document names: %v", s.requests)
	}
}

func TestFault49Nesting(t *testing.T) {
	t.Parallel()
	o := withSitemap(t, "<urlset><url><loc>$/a.png</loc></url>"+strings.Repeat("<a>", 1_000_000))
	o.has(t, "1 sitemap /s.xml", "2 image /a.png")
	o.failed(t, "/s.xml", "nested deeper than 512")
}

func TestFault50SitemapCircles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		documents map[string]string
		path      string
		warning   string
	}{
		"itself":   {map[string]string{"/a.xml": indexOf("$/a.xml", "$/good.xml")}, "/a.xml", "/a.xml leads back to here"},
		"two":      {map[string]string{"/a.xml": indexOf("$/b.xml"), "/b.xml": indexOf("$/a.xml", "$/good.xml")}, "/b.xml", "/a.xml leads back to here"},
		"spelling": {map[string]string{"/a.xml": indexOf("$/./%61.xml#x", "$/good.xml")}, "/a.xml", "/a.xml leads back to here"},
		"three": {map[string]string{"/a.xml": indexOf("$/b.xml"), "/b.xml": indexOf("$/c.xml"), "/c.xml": indexOf("$/b.xml", "$/a.xml", "$/good.xml")},
			"/c.xml", "/b.xml leads back to here: it is not opened again (and 1 more)"},
	} {
		c.documents["/good.xml"] = urlsetOf("$/good.png")
		s := newSite(t, c.documents)
		o := s.outcome(t, crawler.Crawler{}, "$/a.xml")
		if n := o.warned(t, c.path, c.warning); n != 1 {
			t.Errorf("%s: the circle is named %d times:%s", name, n, o)
		}
		if !strings.Contains(strings.Join(o.found, " "), "image /good.png") {
			t.Errorf("%s: got %q", name, o.found)
		}
		for path, n := range s.requests {
			if n > 1 {
				t.Errorf("%s: %s was fetched %d times", name, path, n)
			}
		}
	}
}

// Real sites answer for a sitemap that is gone with their front page, or with the index that listed it.
func TestFault50SitemapRedirects(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{
		"/index.xml": indexOf("$/gone.xml", "$/again.xml", "$/good.xml"), "/gone.xml": "-> /", "/again.xml": "-> /index.xml",
		"/": "<!doctype html><title>Home</title>", "/good.xml": urlsetOf("$/good.png"),
	})
	o := s.outcome(t, crawler.Crawler{}, "$/index.xml")
	equal(t, o.found, "0 sitemap/index /index.xml", "1 sitemap /gone.xml !", "1 sitemap /again.xml !", "1 sitemap /good.xml", "2 image /good.png")
	o.failed(t, "/gone.xml", `expected a sitemap, got HTML (title "Home")`)
	o.failed(t, "/again.xml", "/index.xml, which led here: it is not read again")
}

func TestFault51IndexOfIndexes(t *testing.T) {
	t.Parallel()
	documents := map[string]string{"/good.xml": urlsetOf("$/good.png")}
	for i := range 12 {
		documents[fmt.Sprintf("/%d.xml", i)] = indexOf(fmt.Sprintf("$/%d.xml", i+1), "$/good.xml")
	}
	s := newSite(t, documents)
	o := s.outcome(t, crawler.Crawler{}, "$/0.xml")
	o.has(t, "10 sitemap /10.xml", "2 image /good.png")
	o.warned(t, "/9.xml", "/10.xml is listed and not opened: no sitemap is more than 10 levels deep")
	if s.count("/9.xml") != 1 || s.count("/10.xml") != 0 {
		t.Errorf("got requests %v", s.requests)
	}
}

func TestFault51ManyChildren(t *testing.T) {
	t.Parallel()
	long(t)
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/index.xml" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, "<sitemapindex>")
		for i := range 1_000_001 {
			fmt.Fprintf(w, "<sitemap><loc>/%d</loc></sitemap>", i)
		}
	})
	n, told := 0, map[string]error{}
	c := crawler.Crawler{PrivateNetworks: true, Rate: 1e6, Timeout: patience, IgnoreRobots: true, MaxDocuments: 20, OnDocument: func(d crawler.Document) {
		if strings.Contains(fmt.Sprint(d.Err), "404 Not Found") {
			return
		}
		told[strings.TrimPrefix(d.URL, s.URL)] = d.Err
	}}
	for _, err := range c.Crawl(t.Context(), s.URL+"/index.xml") {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 1_000_001 {
		t.Errorf("got %d resources, want a million and the index", n)
	}
	outcome{errs: told}.failed(t, "/index.xml", "more than 1000000 entries")
	outcome{errs: told}.failed(t, "/20", "too many documents")
	if len(told) != 2 {
		t.Errorf("got %v", told)
	}
}

func TestFault52IndexAsURLSet(t *testing.T) {
	t.Parallel()
	o := withSitemap(t, urlsetOf("$/child.xml", "$/good.xml", "/page"))
	equal(t, o.found, "0 sitemap /list.txt", "1 sitemap /s.xml", "1 sitemap /good.xml", "2 image /good.png", "2 sitemap /child.xml !", "2 page /page !")
	o.warned(t, "/s.xml", `/child.xml" is taken for a sitemap`)
}

func TestFault53RelativeLoc(t *testing.T) {
	t.Parallel()
	o := withSitemap(t, urlsetOf("a/b.png", "/c.png"))
	o.has(t, "2 image /a/b.png", "2 image /c.png")
	o.warned(t, "/s.xml", `relative URL "a/b.png" is resolved`)
}

func TestFault54Namespaces(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"<urlset><url><loc>$/a.png</loc></url></urlset>",
		`<urlset xmlns="https://www.sitemaps.org/schemas/sitemap/0.9/"><url><loc>$/a.png</loc></url></urlset>`,
		`<x:urlset xmlns:x="urn:none"><x:url><x:loc>$/a.png</x:loc></x:url></x:urlset>`,
	} {
		withSitemap(t, body).has(t, "1 sitemap /s.xml", "2 image /a.png")
	}
}

func TestFault55AroundLoc(t *testing.T) {
	t.Parallel()
	withSitemap(t, "\ufeff\n\n"+urlsetOf("\n\u00a0 $/a.png?x=1&amp;y=2 \n", "<![CDATA[ $/b.png?x=1&y=2 ]]>", "$/c.png?x=1&amp;<![CDATA[y=2]]>")).
		has(t, "2 image /a.png?x=1&y=2", "2 image /b.png?x=1&y=2", "2 image /c.png?x=1&y=2")
}

func TestFault56BrokenXML(t *testing.T) {
	t.Parallel()
	o := withSitemap(t, "<urlset><url><loc>$/a.png?x=1&y=2</loc></url><url><loc>$/b.png</loc><url><loc>$/c.png</loc></url><url><loc>$/d.pn")
	o.has(t, "1 sitemap /s.xml", "2 image /a.png?x=1&y=2", "2 image /b.png", "2 image /c.png")
	o.warned(t, "/s.xml", "ended early at byte ")
	if strings.Contains(strings.Join(o.found, " "), "/d.pn") {
		t.Error("half a URL was listed")
	}
}

func TestFault57Encodings(t *testing.T) {
	t.Parallel()
	utf16 := "\xff\xfe"
	for _, c := range "<urlset><url><loc>/caf\u00e9.png</loc></url></urlset>" {
		utf16 += string([]byte{byte(c), byte(c >> 8)})
	}
	for name, body := range map[string]string{
		"declared":   `<?xml version="1.0" encoding="ISO-8859-1"?>` + urlsetOf("/caf\xe9.png"),
		"undeclared": urlsetOf("/caf\xe9.png"), "UTF-16": utf16, "UTF-8": urlsetOf("/caf\u00e9.png"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withSitemap(t, body).has(t, "2 image /caf%C3%A9.png")
		})
	}
	o := withSitemap(t, "<?xml version='1.0' encoding='x-klingon'?>"+strings.TrimPrefix(urlsetOf("/caf\xe9.png"), `<?xml version="1.0"?>`))
	o.failed(t, "/s.xml", `encoding "x-klingon" is not read`)
}

func TestFault58OtherFormats(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, role string }{
		"text":  {"$/a.png\r\n$/b.png\r", "sitemap"},
		"RSS 2": {`<rss version="2.0"><channel><item><link>$/a.png</link></item><item><link>$/b.png</link></item></channel></rss>`, "sitemap/feed"},
		"RSS 1": {`<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><item rdf:about="$/a.png"><link>$/a.png</link></item><item><link>$/b.png</link></item></rdf:RDF>`, "sitemap/feed"},
		"Atom":  {`<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="$/a.png"/></entry><entry><link rel="alternate" href="$/b.png"/></entry></feed>`, "sitemap/feed"},
	} {
		o := withSitemap(t, c.body)
		o.has(t, "1 "+c.role+" /s.xml", "2 image /a.png", "2 image /b.png")
		if len(o.errs) > 0 {
			t.Errorf("%s: got %v", name, o.errs)
		}
	}
}

// A video may lie on another host: its playlist is opened there. What of it may be a target is the zones' to say.
func TestFault59VideoOnAnotherHost(t *testing.T) {
	t.Parallel()
	cdn := newSite(t, map[string]string{"/m.m3u8": media})
	o := withSitemap(t, `<urlset xmlns:video="http://www.google.com/schemas/sitemap-video/1.1" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">`+
		`<url><loc>$/watch.html</loc><video:video><video:thumbnail_loc>$/t.jpg</video:thumbnail_loc><video:content_loc>`+cdn.URL+`/m.m3u8</video:content_loc></video:video>`+
		`<image:image><image:loc>$/i.jpg</image:loc></image:image></url></urlset>`)
	o.has(t, "2 page /watch.html !", "2 image/thumbnail /t.jpg", "2 image/image /i.jpg", "2 playlist/video "+cdn.URL+"/m.m3u8",
		"3 init "+cdn.URL+"/init.mp4", "3 segment "+cdn.URL+"/seg0.m4s", "3 segment "+cdn.URL+"/seg1.m4s")
}

func TestFault60Alternates(t *testing.T) {
	t.Parallel()
	o := withSitemap(t, `<urlset><url><loc>/en.html</loc><xhtml:link rel="alternate" hreflang="de" href="/de.html"/><xhtml:link rel="alternate"/><xhtml:link/></url></urlset>`)
	o.has(t, "2 page /en.html !", "2 page/alternate /de.html !")
	o.warned(t, "/s.xml", "<link> without href")
}

// URLs of another host are listed, and counted; pages of it are not opened.
func TestFault61OtherHosts(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/dir/s.xml": urlsetOf("$/up.png", "http://localhost:1/page", "http://localhost:1/b.png")})
	o := s.outcome(t, crawler.Crawler{}, "$/dir/s.xml")
	equal(t, o.found, "0 sitemap /dir/s.xml", "1 image /up.png", "1 page http://localhost:1/page", "1 image http://localhost:1/b.png")
	o.warned(t, "/dir/s.xml", "2 of its URLs are of other hosts than its own")
}

func TestFault62TooManyURLs(t *testing.T) {
	t.Parallel()
	var paths []string
	for i := range 60_000 {
		paths = append(paths, fmt.Sprintf("/%d.png", i))
	}
	o := withSitemap(t, urlsetOf(paths...))
	if len(o.found) != 60_004 {
		t.Errorf("got %d resources", len(o.found))
	}
	o.warned(t, "/s.xml", "60000 URLs: the protocol allows 50000")
}

// 80 MB are read to their end, with a warning, in little memory. What came before the limit is kept, and the limit named.
func TestFault62TooManyBytes(t *testing.T) {
	t.Parallel()
	long(t)
	blank := strings.Repeat(" ", 1<<20)
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		sizes := map[string]int{"/55.xml": 55, "/80.xml": 80, "/300.xml": 300}
		if sizes[r.URL.Path] == 0 {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, "<urlset><url><loc>/a.png</loc></url>")
		for range sizes[r.URL.Path] {
			fmt.Fprint(w, blank)
		}
		fmt.Fprint(w, "<url><loc>/b.png</loc></url></urlset>")
	})
	for path, warning := range map[string]string{"/55.xml": "55 MiB: the protocol allows 50", "/80.xml": "80 MiB: the protocol allows 50"} {
		o := s.outcome(t, crawler.Crawler{}, "$"+path)
		equal(t, o.found, "0 sitemap "+path, "1 image /a.png", "1 image /b.png")
		o.warned(t, path, warning)
		if len(o.errs) > 0 {
			t.Errorf("%s: got %v", path, o.errs)
		}
	}
	o := s.outcome(t, crawler.Crawler{}, "$/300.xml")
	equal(t, o.found, "0 sitemap /300.xml", "1 image /a.png")
	o.failed(t, "/300.xml", "larger than 250 MiB")
}

func TestFault63LastMod(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	dates := []string{"0001-01-01", "9999-12-31", "yesterday", "", "2024-02-30", "1700000000", "31/12/2024", "2024-01-02T03:04:05+99:99", "\x00"}
	for i, d := range dates {
		fmt.Fprintf(&b, "<url><loc>/%d.png</loc><lastmod>%s</lastmod></url>", i, d)
	}
	o := withSitemap(t, "<urlset>"+b.String()+"</urlset>")
	if len(o.found) != 4+len(dates) || len(o.errs) > 0 {
		t.Errorf("got %q, %v", o.found, o.errs)
	}
}

func TestFault64Duplicates(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/s.xml": urlsetOf("$/~a/c.png?z=1&amp;a=2", "$/%7Ea/c.png?z=1&amp;a=2#top", "$/%7ea/b/../c.png?z=1&amp;a=2", "$/~a/c.png?a=2&amp;z=1")})
	upper := strings.Replace(s.URL, "http://", "HTTP://", 1)
	o := s.outcome(t, crawler.Crawler{}, "$/s.xml", upper+"/s.xml", upper+"/./s.xml#x")
	equal(t, o.found, "0 sitemap /s.xml", "1 image /~a/c.png?z=1&a=2", "1 image /~a/c.png?a=2&z=1")
}

func TestFault65BadLoc(t *testing.T) {
	t.Parallel()
	o := withSitemap(t, urlsetOf("$/"+strings.Repeat("x", 100_000), "mailto:a@b", "javascript:alert(1)", "", "/good2.png"))
	equal(t, o.found, "0 sitemap /list.txt", "1 sitemap /s.xml", "2 image /good2.png", "1 sitemap /good.xml", "2 image /good.png")
	for _, text := range []string{"longer than 8192 bytes", "scheme is not http or https", "empty URL"} {
		o.warned(t, "/s.xml", text)
	}
}

// The places where a site's sitemaps are found, beside robots.txt.
func TestSitemapPlaces(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/sitemap.xml", "/sitemap_index.xml", "/sitemap-index.xml", "/wp-sitemap.xml", "/sitemap.xml.gz", "/sitemap.txt"} {
		body := urlsetOf("/a.png")
		switch {
		case strings.HasSuffix(path, ".gz"):
			body = gzipped(body)
		case strings.HasSuffix(path, ".txt"):
			body = "$/a.png\n"
		}
		s := newSite(t, map[string]string{"/": "<!doctype html>", path: body})
		for _, seed := range []string{"$", "$/"} {
			equal(t, s.crawl(t, crawler.Crawler{}, seed), "1 sitemap "+path, "2 image /a.png", "0 site /")
		}
	}
	s := newSite(t, map[string]string{
		"/p":   "<!doctype html><link rel=sitemap type=application/xml href=map><link rel='alternate' type='application/rss+xml' href=feed>",
		"/map": urlsetOf("/a.png"), "/feed": `<rss version="2.0"><channel><item><link>$/b.png</link></item></channel></rss>`,
	})
	o := s.outcome(t, crawler.Crawler{}, "$/p")
	o.has(t, "1 sitemap /map", "2 image /a.png", "1 sitemap/feed /feed", "2 image /b.png")
	// A page in place of a sitemap that need not be there is nothing to speak of.
	s = newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, "<!doctype html><title>Not found</title>")
	})
	o = s.outcome(t, crawler.Crawler{}, "$/")
	equal(t, o.found, "0 site /")
	if len(o.errs) > 0 {
		t.Errorf("got %v", o.errs)
	}
}

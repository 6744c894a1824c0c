package crawler_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
)

// deep opens pages as far as links lead.
var deep = crawler.Crawler{PageDepth: 1 << 30, IgnoreRobots: true}

// cuts are the words about pages that were not opened, one a shape.
func (o outcome) cuts() (urls []string) {
	for _, d := range o.documents {
		for _, w := range d.Warnings {
			if strings.HasPrefix(w.Text, "not opened") {
				urls = append(urls, d.URL+": "+w.Text)
			}
		}
	}
	return urls
}

// wantCut wants one shape of pages to be cut, for a reason that says text.
func (o outcome) wantCut(t *testing.T, text string) {
	t.Helper()
	if got := o.cuts(); len(got) != 1 || !strings.Contains(got[0], text) {
		t.Errorf("got %d cuts, want one that says %q: %.300q", len(got), text, got)
	}
}

// endless answers each page with links to more pages, which link makes of a number.
func endless(t *testing.T, link func(n int) string) *site {
	n := 0
	var s *site
	s = newServer(t, func(w http.ResponseWriter, _ *http.Request) {
		var b strings.Builder
		b.WriteString("<!doctype html>")
		s.mu.Lock()
		for range 50 {
			fmt.Fprintf(&b, "<a href='%s'>", link(n))
			n++
		}
		s.mu.Unlock()
		fmt.Fprint(w, b.String())
	})
	return s
}

func TestFault81InfiniteCalendar(t *testing.T) {
	t.Parallel()
	s := endless(t, func(n int) string { return fmt.Sprintf("/calendar/%d/%d?view=%d", n/12, n%12, n) })
	c := deep
	c.MaxAlike = 500
	o := s.outcome(t, c, "$/calendar/0/0?view=0")
	o.wantCut(t, "500 others that differ in numbers and values were")
	if n := len(s.requests); n != 501 {
		t.Errorf("got %d pages opened, want 500 and the seed", n)
	}
}

func TestFault81RepeatedSegments(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<!doctype html><a href='a/'>x</a>") })
	o := s.outcome(t, deep, "$/")
	o.wantCut(t, `path repeats "a" more than 2 times`)
	o.has(t, "3 page /a/a/a/")
	if s.count("/a/a/a/") > 0 {
		t.Error("the third repetition was opened")
	}
}

func TestFault81PathDepth(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<!doctype html><a href='%d'>x</a><a href='%d/'>y</a>", strings.Count(r.URL.Path, "/"), strings.Count(r.URL.Path, "/"))
	})
	o := s.outcome(t, deep, "$/")
	o.wantCut(t, "and 1 more like it: path is 21 segments deep, the limit is 20")
	if n := len(s.requests) - s.count("/") - s.guesses(); n != 40 {
		t.Errorf("got %d pages opened, want two of each depth from 1 to 20: %v", n, s.requests)
	}
}

func TestFault81Permutations(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><a href="?sort=x&page=1&q=a">1</a><a href="?page=1&sort=x&q=a">2</a><a href="?q=a&page=1&sort=x">3</a><a href="?sort=y&page=1&q=a">4</a>`)
	})
	o := s.outcome(t, deep, "$/list")
	o.wantCut(t, "and 1 more like it: the query is that of an opened page in another order")
	o.has(t, "1 page /list?page=1&sort=x&q=a")
	if s.count("/list?sort=x&page=1&q=a") != 1 || s.count("/list?sort=y&page=1&q=a") != 1 || len(s.requests) != 3 {
		t.Errorf("got requests %v", s.requests)
	}
}

// A sitemap has an end: what it lists is opened, however much alike it is.
func TestFault81SitemapsAreNoTrap(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/s.xml" {
			fmt.Fprint(w, "<!doctype html>")
			return
		}
		var paths []string
		for i := range 100 {
			paths = append(paths, fmt.Sprintf("/v/%d", i))
		}
		fmt.Fprint(w, urlsetOf(append(paths, "/a/a/a/a")...))
	})
	o := s.outcome(t, crawler.Crawler{IgnoreRobots: true, MaxAlike: 10}, "$/s.xml")
	if len(s.requests) != 102 || len(o.cuts()) > 0 {
		t.Errorf("got %d requests, cuts %q", len(s.requests), o.cuts())
	}
}

func TestFault81HundredThousandLinks(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		for i := range 100_000 {
			fmt.Fprintf(w, "<a href='/%d.png'>", i)
		}
	})
	o := s.outcome(t, crawler.Crawler{IgnoreRobots: true}, "$/p.html")
	if len(o.found) != 50_001 {
		t.Errorf("got %d resources, want 50,000 and the page", len(o.found))
	}
	o.warned(t, "/p.html", "page has more than 50000 links")
}

func TestFault82BrokenPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{
		"/ld.html":     `<script type="application/ld+json">{/* c */"contentUrl": "/v/v.mp4", // x` + "\n" + `"name": "a "b" c"</script><a href=/a.css>`,
		"/large.html":  "<html>" + strings.Repeat("lorem ipsum ", 140_000) + "<a href=/a.css>",
		"/deep.html":   "<html>" + strings.Repeat("<div>", 100_000) + "<a href=/a.css>",
		"/gb2312.html": "<html><meta charset=gb2312><title>\xd6\xd0</title><a href=/a.css><img srcset='data:image/png;base64,AA 1x, /b.png 2x,/c,d.png 3x'>",
		"/base.html":   "<html><base href='sub/'><a href=a.css>",
		"/nobase.html": "<html><base><base href='javascript:x'><a href=a.css>",
	})
	for path, want := range map[string]string{
		"/ld.html": "1 media/json-ld /v/v.mp4", "/large.html": "1 asset /a.css", "/deep.html": "1 asset /a.css",
		"/gb2312.html": "1 image/srcset /c,d.png", "/base.html": "1 asset /sub/a.css", "/nobase.html": "1 asset /a.css",
	} {
		o := s.outcome(t, crawler.Crawler{}, "$"+path)
		o.has(t, want)
		if len(o.errs) > 0 {
			t.Errorf("%s: got %v", path, o.errs)
		}
	}
}

func TestPageScope(t *testing.T) {
	t.Parallel()
	other := newSite(t, map[string]string{"/x": "<!doctype html>", "/feed.xml": urlsetOf("/y"), "/map.xml": urlsetOf("/z.png")})
	s := newSite(t, map[string]string{
		"/": "<!doctype html><a href=/a/b>1</a><a href=/c/d>2</a>", "/a/b": "<!doctype html>", "/c/d": "<!doctype html>",
		// Another name for this machine is another host.
		"/far": "<!doctype html><a href='" + strings.Replace(other.URL, "127.0.0.1", "localhost", 1) + "/x'>1</a>" +
			"<a href='" + strings.Replace(other.URL, "127.0.0.1", "localhost", 1) + "/feed.xml'>2</a>",
		"/named": "<!doctype html><link rel=sitemap href='" + strings.Replace(other.URL, "127.0.0.1", "localhost", 1) + "/map.xml'>",
	})
	for name, c := range map[string]struct {
		crawler crawler.Crawler
		seed    string
		opened  []string
		theirs  []string
	}{
		"all":         {crawler.Crawler{}, "$/", []string{"/a/b", "/c/d"}, nil},
		"include":     {crawler.Crawler{Include: []string{"*/a/*"}}, "$/", []string{"/a/b"}, nil},
		"exclude":     {crawler.Crawler{Exclude: []string{"*/a/*"}}, "$/", []string{"/c/d"}, nil},
		"both":        {crawler.Crawler{Include: []string{"*/a/*"}, Exclude: []string{"*/b"}}, "$/", nil, nil},
		"depth":       {crawler.Crawler{PageDepth: -1}, "$/", nil, nil},
		"count":       {crawler.Crawler{MaxDocuments: 7}, "$/", []string{"/a/b"}, nil}, // six are sitemaps that may be there
		"host":        {crawler.Crawler{}, "$/far", nil, nil},
		"hosts":       {crawler.Crawler{Hosts: []string{"localhost"}}, "$/far", nil, []string{"/x", "/feed.xml"}},
		"own sitemap": {crawler.Crawler{}, "$/named", nil, []string{"/map.xml"}},
	} {
		clear(s.requests)
		clear(other.requests)
		o := s.outcome(t, c.crawler, c.seed)
		for _, path := range []string{"/a/b", "/c/d"} {
			if want := strings.Contains(strings.Join(c.opened, " "), path); (s.count(path) > 0) != want {
				t.Errorf("%s: %s opened: got %t, want %t", name, path, !want, want)
			}
		}
		for _, path := range []string{"/x", "/feed.xml", "/map.xml"} {
			if want := strings.Contains(strings.Join(c.theirs, " "), path); (other.count(path) > 0) != want {
				t.Errorf("%s: %s opened: got %t, want %t", name, path, !want, want)
			}
		}
		if name == "count" {
			o.failed(t, "/c/d", "too many documents")
		}
	}
}

func TestPagesThatAskNotToBeFollowed(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/meta":
			fmt.Fprint(w, "<!doctype html><meta name=robots content=nofollow><a href=/b>x</a>")
		case "/header":
			w.Header().Set("X-Robots-Tag", "none")
			fmt.Fprint(w, "<!doctype html><a href=/b>x</a>")
		case "/link":
			fmt.Fprint(w, "<!doctype html><a rel=nofollow href=/b>x</a>")
		case "/noindex":
			fmt.Fprint(w, "<!doctype html><meta name=Robots content='NOINDEX'>"+strings.Repeat("<a href=/b>x</a>", 300))
		default:
			fmt.Fprint(w, "<!doctype html>")
		}
	})
	c := crawler.Crawler{IgnoreRobots: true}
	equal(t, s.crawl(t, c, "$/meta"), "0 page /meta", "1 page /b")
	equal(t, s.crawl(t, c, "$/header"), "0 page/noindex /header", "1 page /b")
	equal(t, s.crawl(t, c, "$/link"), "0 page /link", "1 page /b")
	if s.count("/b") > 0 {
		t.Error("a link that is not to be followed was")
	}
	equal(t, s.crawl(t, c, "$/noindex"), "0 page/noindex /noindex", "1 page /b")
	if s.count("/b") != 1 {
		t.Error("the link of a page that is not to be indexed was not followed")
	}
}

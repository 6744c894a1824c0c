package crawler_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
)

func TestFault37OversizedRobots(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("User-agent: *\nDisallow: /early\n")
	for i := 0; b.Len() < 1_370_000; i++ {
		fmt.Fprintf(&b, "Disallow: /pages/%d/\n", i)
	}
	b.WriteString("Disallow: /late\n")
	s := newSite(t, map[string]string{"/robots.txt": b.String(), "/early": "<html>", "/late": "<html>"})
	o := s.outcome(t, crawler.Crawler{}, "$/early", "$/late")
	o.warned(t, "/robots.txt", "the first 500 KiB are obeyed")
	if s.count("/early") != 0 || s.count("/late") != 1 {
		t.Errorf("got %d requests of /early and %d of /late, want 0 and 1", s.count("/early"), s.count("/late"))
	}
}

func TestFault38NoRobots(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone, http.StatusNoContent} {
		s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				w.WriteHeader(status)
				return
			}
			fmt.Fprint(w, "<!doctype html><img src=/a.png>")
		})
		o := s.outcome(t, crawler.Crawler{}, "$/p")
		equal(t, o.found, "0 page /p", "1 image/img /a.png")
		if len(o.errs) > 0 {
			t.Errorf("status %d: got %v", status, o.errs)
		}
	}
}

// A robots.txt that cannot be had closes its host, and the host's alone; it is told once as what it is, however many
// documents it closes.
func TestFault39RobotsUnavailable(t *testing.T) {
	t.Parallel()
	well := newSite(t, map[string]string{"/s.txt": "$/a.png\n"})
	for name, answer := range map[string]http.HandlerFunc{
		"503": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"429": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
		"500": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/robots.txt" {
					answer(w, r)
					return
				}
				fmt.Fprint(w, "<!doctype html>")
			})
			o := s.outcome(t, crawler.Crawler{}, "$/", "$/1", "$/2", "$/3", well.URL+"/s.txt")
			o.has(t, "0 site /", "1 image "+well.URL+"/a.png")
			o.failed(t, "/robots.txt", "nothing of its host is opened", name)
			loud := 0
			for path, err := range o.errs {
				if !errors.Is(err, crawler.ErrDisallowed) {
					loud++
				} else if s.count(path) > 0 {
					t.Errorf("%s was opened", path)
				}
			}
			if loud != 1 || len(o.errs) != 5 {
				t.Errorf("got %d errors, %d of them no refusal, want 5 and 1:%s", len(o.errs), loud, o)
			}
		})
	}
}

// Rules that broke off may lack the one that closes the document.
func TestFault39RobotsCutShort(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "User-agent: *\nDisal")
			return
		}
		fmt.Fprint(w, "<!doctype html>")
	})
	o := s.outcome(t, crawler.Crawler{}, "$/p")
	o.failed(t, "/p", "robots.txt could not be had", "short by")
	if s.count("/p") != 0 {
		t.Error("the page was opened")
	}
}

func TestFault39NoHost(t *testing.T) {
	t.Parallel()
	const gone = "http://127.0.0.1:1" // where nobody listens
	s := newSite(t, map[string]string{"/s.txt": "$/a.png\n"})
	o := s.outcome(t, crawler.Crawler{}, gone+"/p", "$/s.txt")
	equal(t, o.found, "0 page "+gone+"/p !", "0 sitemap /s.txt", "1 image /a.png")
	o.failed(t, gone+"/p", "connection refused")
}

func TestFault40RobotsRedirects(t *testing.T) {
	t.Parallel()
	elsewhere := newSite(t, map[string]string{"/rules": "User-agent: *\nDisallow: /closed\nSitemap: own.txt\n", "/own.txt": "$/theirs.png\n"})
	hops := map[string]string{"/open": "<!doctype html>", "/closed": "<!doctype html>", "/final": "User-agent: *\nDisallow: /closed\n"}
	for i := range 5 {
		hops[fmt.Sprintf("/hop%d", i)] = fmt.Sprintf("-> /hop%d", i+1)
	}
	hops["/robots.txt"], hops["/hop4"] = "-> /hop1", "-> /final"
	for name, c := range map[string]struct {
		documents map[string]string
		closed    bool
		warning   string
	}{
		"five hops":    {hops, true, ""},
		"another host": {map[string]string{"/robots.txt": "-> " + elsewhere.URL + "/rules", "/open": "<!doctype html>", "/closed": "<!doctype html>"}, true, ""},
		"circle":       {map[string]string{"/robots.txt": "-> /robots.txt", "/open": "<!doctype html>", "/closed": "<!doctype html>"}, false, "redirects in a circle"},
		"other scheme": {map[string]string{"/robots.txt": "-> ftp://example.com/robots.txt", "/open": "<!doctype html>", "/closed": "<!doctype html>"}, false, `redirect to "ftp" is refused`},
	} {
		s := newSite(t, c.documents)
		o := s.outcome(t, crawler.Crawler{}, "$/open", "$/closed")
		if s.count("/open") != 1 || (s.count("/closed") == 0) != c.closed {
			t.Errorf("%s: got %d requests of /open, %d of /closed:%s", name, s.count("/open"), s.count("/closed"), o)
		}
		if c.warning != "" {
			o.warned(t, "/robots.txt", c.warning)
		}
	}
	s := newSite(t, map[string]string{"/robots.txt": "-> " + elsewhere.URL + "/rules"})
	s.outcome(t, crawler.Crawler{}, "$/robots.txt").has(t, "1 sitemap "+elsewhere.URL+"/own.txt", "2 image "+elsewhere.URL+"/theirs.png")
}

func TestFault41HTMLAsRobots(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{
		"/robots.txt": "<!DOCTYPE html>\n<html><body>\nUser-agent: *\nDisallow: /\nSitemap: /no.xml\n</body></html>",
		"/p":          "<!doctype html><img src=/a.png>",
	})
	o := s.outcome(t, crawler.Crawler{}, "$/p")
	equal(t, o.found, "0 page /p", "1 image/img /a.png")
	o.warned(t, "/robots.txt", "this is an HTML page, not a robots.txt")
}

func TestFault42RobotsEncodings(t *testing.T) {
	t.Parallel()
	const rules = "User-agent: *\nDisallow: /closed\n"
	utf16 := "\xff\xfe"
	for _, c := range rules {
		utf16 += string(byte(c)) + "\x00"
	}
	for name, body := range map[string]string{
		"BOM": "\ufeff" + rules, "CR": strings.ReplaceAll(rules, "\n", "\r"), "mixed": strings.Replace(rules, "\n", "\r\n", 1),
		"NUL": strings.ReplaceAll(rules, "\n", "\x00\n"), "UTF-16": utf16,
	} {
		s := newSite(t, map[string]string{"/robots.txt": body, "/closed": "<html>", "/open": "<html>"})
		o := s.outcome(t, crawler.Crawler{}, "$/closed", "$/open")
		if s.count("/closed") != 0 || s.count("/open") != 1 || !errors.Is(o.errs["/closed"], crawler.ErrDisallowed) {
			t.Errorf("%s: got %v:%s", name, s.requests, o)
		}
	}
}

func TestFault43RobotsTypos(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/robots.txt": "useragent: *\ndisalow /closed\nfrobnicate: 1\n", "/closed": "<html>"})
	o := s.outcome(t, crawler.Crawler{}, "$/closed")
	if s.count("/closed") != 0 {
		t.Error("the rule was not obeyed")
	}
	for _, text := range []string{`"useragent" is misspelt`, `"disalow" is misspelt`, `not understood: "frobnicate: 1"`} {
		if n := o.warned(t, "/robots.txt", text); n > 1 {
			t.Errorf("%q was told %d times", text, n)
		}
	}
}

func TestFault44SitemapsOfRobots(t *testing.T) {
	t.Parallel()
	documents := map[string]string{
		"/robots.txt": "Sitemap: /relative.txt\nSITEMAP: HTTP$/upper.txt\nsitemap: /relative.txt\nSite-map: /relative.txt#again\n" +
			"Sitemap: /robots.txt\nSitemap: /bad\xff.xml\nSitemap: javascript:alert(1)\nSitemap:\n",
		"/relative.txt": "$/a.png\n", "/upper.txt": "$/b.png\n", "/": "<!doctype html>",
	}
	s := newSite(t, documents)
	documents["/robots.txt"] = strings.ReplaceAll(documents["/robots.txt"], "HTTP$/", "HTTP"+strings.TrimPrefix(s.URL, "http")+"/")
	for _, c := range []struct {
		seed string
		want []string
	}{
		{"$/", []string{"1 sitemap /relative.txt", "2 image /a.png", "1 sitemap /upper.txt", "2 image /b.png", "0 site /"}},
		{"$/robots.txt", []string{"0 sitemap/robots /robots.txt", "1 sitemap /relative.txt", "2 image /a.png", "1 sitemap /upper.txt", "2 image /b.png"}},
	} {
		clear(s.requests)
		o := s.outcome(t, crawler.Crawler{}, c.seed)
		seed := strings.TrimPrefix(c.seed, "$")
		o.warned(t, "/robots.txt", "is not UTF-8: skipped")
		o.warned(t, "/robots.txt", "Sitemap without a URL")
		o.warned(t, seed, "scheme is not http")
		o.warned(t, seed, "is a robots.txt, which is not opened as a sitemap")
		for path, n := range s.requests {
			if n > 1 {
				t.Errorf("%s was fetched %d times", path, n)
			}
		}
		equal(t, o.found, c.want...)
	}
}

func TestFault45PatternBlowUp(t *testing.T) {
	t.Parallel()
	path := "/" + strings.Repeat("a", 4000)
	s := newSite(t, map[string]string{"/robots.txt": "User-agent: *\nDisallow: /" + strings.Repeat("*a", 5000) + "*b\n", path: "<!doctype html>"})
	s.outcome(t, crawler.Crawler{}, "$"+path)
	if s.count(path) != 1 {
		t.Error("the page was not opened")
	}
}

// The delay itself is measured in the fetcher's tests; here the robots.txt is all that is fetched.
func TestFault46CrawlDelay(t *testing.T) {
	t.Parallel()
	for value, warning := range map[string]string{"86400": "is taken as 30s", "1e309": "is taken as 30s", "-5": "is negative: ignored", "soon": "is no number"} {
		s := newSite(t, map[string]string{"/robots.txt": "User-agent: *\nCrawl-delay: " + value + "\n"})
		o := s.outcome(t, crawler.Crawler{}, "$/robots.txt")
		equal(t, o.found, "0 sitemap/robots /robots.txt")
		o.warned(t, "/robots.txt", warning)
	}
}

// Well-known paths that robots.txt closes are not made up.
func TestCrawlGuessesNothingThatIsClosed(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/robots.txt": "User-agent: *\nDisallow: /\n", "/": "<!doctype html>", "/sitemap.xml": urlset2})
	equal(t, s.outcome(t, crawler.Crawler{}, "$/").found, "0 site /")
}

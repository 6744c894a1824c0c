package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// catalogue is a site of all that a crawl meets: an index of sitemaps, pages that link to each other, titles whose
// variants take their names from variables, documents that fail, redirects, and a robots.txt that closes some.
type catalogue struct {
	*httptest.Server
	sitemaps, pages int // pages in each sitemap; each has a title of its own
	latency         time.Duration

	mu      sync.Mutex
	asked   map[string]int
	arrived []time.Time
	// answers has one for each document that may be answered; nil lets all be. Closed it does too.
	answers chan struct{}
}

func startCatalogue(t testing.TB, sitemaps, pages int, latency time.Duration) *catalogue {
	t.Helper()
	c := &catalogue{sitemaps: sitemaps, pages: pages, latency: latency, asked: map[string]int{}}
	c.Server = httptest.NewServer(c)
	t.Cleanup(c.Close)
	return c
}

// ServeHTTP answers like a site that is some way off.
func (c *catalogue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.asked[r.URL.Path]++
	c.arrived = append(c.arrived, time.Now())
	answers := c.answers
	c.mu.Unlock()
	if answers != nil && r.URL.Path != "/robots.txt" {
		select {
		case <-answers:
		case <-r.Context().Done():
			return
		}
	}
	time.Sleep(c.latency)
	var page, number int
	switch path := r.URL.Path; {
	case path == "/robots.txt":
		fmt.Fprintf(w, "User-agent: *\nDisallow: /closed/\nSitemap: %s/index.xml\n", c.URL)
	case path == "/":
		fmt.Fprint(w, `<html><a href="/about">about</a><a href="/p/0/1">first</a><a href="/gone">gone</a></html>`)
	case path == "/index.xml":
		fmt.Fprint(w, `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		for i := range c.sitemaps {
			fmt.Fprintf(w, `<sitemap><loc>%s/sitemap-%d.xml</loc></sitemap>`, c.URL, i)
		}
		fmt.Fprintf(w, `<sitemap><loc>%s/broken.xml</loc></sitemap></sitemapindex>`, c.URL)
	case path == "/broken.xml":
		fmt.Fprint(w, `<html><title>Log in</title></html>`)
	case scan(path, "/sitemap-%d.xml", &number):
		fmt.Fprint(w, `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		for i := range c.pages {
			fmt.Fprintf(w, `<url><loc>%s/p/%d/%d</loc><lastmod>2026-01-0%d</lastmod></url>`, c.URL, number, i, 1+i%9)
		}
		fmt.Fprintf(w, `<url><loc>%s/closed/%d</loc></url><url><loc>%[1]s/missing/%[2]d</loc></url></urlset>`, c.URL, number)
	case scan(path, "/p/%d/%d", &page, &number):
		if number%10 == 3 {
			http.Redirect(w, r, fmt.Sprintf("/moved/%d/%d/", page, number), http.StatusMovedPermanently)
			return
		}
		c.page(w, page, number)
	case scan(path, "/moved/%d/%d/", &page, &number):
		c.page(w, page, number)
	case strings.HasPrefix(path, "/v/"):
		c.playlist(w, path)
	default:
		http.NotFound(w, r)
	}
}

func (c *catalogue) page(w http.ResponseWriter, page, number int) {
	fmt.Fprintf(w, `<html><title>Title %d-%d</title><a href="/p/%d/%d">next</a><a href="/p/%d/0">first</a>
		<video src="/v/%[1]d/%[2]d/master.m3u8"></video><img src="/img/%[1]d-%[2]d.jpg"></html>`,
		page, number, page, (number+1)%c.pages, (page+1)%c.sitemaps)
}

func (c *catalogue) playlist(w http.ResponseWriter, path string) {
	var page, number int
	var name string
	if _, err := fmt.Sscanf(strings.ReplaceAll(path, "/", " "), " v %d %d %s", &page, &number, &name); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	switch {
	case failing(path):
		w.WriteHeader(http.StatusInternalServerError)
	case name == "master.m3u8" && number%10 == 7:
		w.WriteHeader(http.StatusGone)
	case name == "master.m3u8" && number%10 == 8:
		fmt.Fprint(w, "<html><title>Not a playlist</title></html>")
	case name == "master.m3u8":
		fmt.Fprintf(w, "#EXTM3U\n#EXT-X-DEFINE:NAME=\"id\",VALUE=\"%d-%d\"\n"+
			"#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"en\",URI=\"audio.m3u8\"\n"+
			"#EXT-X-STREAM-INF:BANDWIDTH=800000,AUDIO=\"a\"\nlow.m3u8\n"+
			"#EXT-X-STREAM-INF:BANDWIDTH=3000000,AUDIO=\"a\"\nhigh.m3u8\n", page, number)
	default:
		fmt.Fprint(w, "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-DEFINE:IMPORT=\"id\"\n#EXT-X-MAP:URI=\"init-{$id}.mp4\"\n")
		for i := range 5 {
			fmt.Fprintf(w, "#EXTINF:6,\n%s-{$id}-%d.m4s\n", strings.TrimSuffix(name, ".m3u8"), i)
		}
		fmt.Fprint(w, "#EXT-X-ENDLIST\n")
	}
}

// failing reports whether a title answers 500: one of them, since each is tried again for some time.
func failing(path string) bool { return path == "/v/0/7/master.m3u8" }

// scan reports whether the path is of that form, and reads its numbers.
func scan(path, form string, numbers ...any) bool {
	n, err := fmt.Sscanf(path, form, numbers...)
	return err == nil && n == len(numbers) && fmt.Sprintf(form, values(numbers)...) == path
}

func values(numbers []any) []any {
	out := make([]any, len(numbers))
	for i, n := range numbers {
		out[i] = *n.(*int)
	}
	return out
}

// requests are how often each path was asked for. Left out are robots.txt, which each process asks for itself, and what
// answers 500, which is tried again as long as not too much of a host fails.
func (c *catalogue) requests() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[string]int{}
	for path, n := range c.asked {
		if path != "/robots.txt" && !failing(path) {
			all[path] = n
		}
	}
	return all
}

// forget begins to count anew.
func (c *catalogue) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.asked)
	c.arrived = nil
}

// hold lets no more documents be answered than allow is told.
func (c *catalogue) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers = make(chan struct{}, 1<<20)
}

// allow lets n more documents be answered; less than 0 is all.
func (c *catalogue) allow(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n < 0 {
		close(c.answers)
		c.answers = nil
	}
	for range n {
		c.answers <- struct{}{}
	}
}

// peak is the most requests that arrived in any time of that length.
func (c *catalogue) peak(in time.Duration) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	most, from := 0, 0
	for i, at := range c.arrived {
		for at.Sub(c.arrived[from]) >= in {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

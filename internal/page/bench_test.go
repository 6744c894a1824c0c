package page_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gocolly/colly/v2"

	"github.com/edgewarm/edgewarm/internal/page"
)

// A site of crawlPages pages with linksPerPage links each, of which the first makes all pages reachable and the others
// are met again and again, as menus are.
const (
	crawlPages   = 2000
	linksPerPage = 30
	crawlers     = 4
)

// sitePage is page i: a head, a menu, and some text with links.
func sitePage(i int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Page %d</title>`, i)
	b.WriteString(`<link rel="stylesheet" href="/s.css"><meta name="description" content="A page of a site"></head><body><ul class="menu">`)
	for j := range linksPerPage {
		target := (i*7 + j*j*13) % crawlPages
		if j == 0 {
			target = (i + 1) % crawlPages
		}
		fmt.Fprintf(&b, `<li class="item"><a class="link" href="/page/%d.html">An item of the menu, number %d</a> and some text &amp; more</li>`, target, j)
	}
	b.WriteString("</ul><p>" + strings.Repeat("Some words of the page. ", 20) + "</p></body></html>\n")
	return b.Bytes()
}

func benchSite(b *testing.B) string {
	pages := make([][]byte, crawlPages)
	for i := range pages {
		pages[i] = sitePage(i)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var i int
		if _, err := fmt.Sscanf(r.URL.Path, "/page/%d.html", &i); err != nil || i >= crawlPages {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(pages[i])
	}))
	b.Cleanup(server.Close)
	return server.URL
}

// crawl visits what can be reached from start with Visitor and Parse, our own set of what was seen in front, and returns
// how many pages and links that were.
func crawl(b *testing.B, ctx context.Context, v *page.Visitor, start string) (pages, links int) {
	var mu sync.Mutex
	seen := map[string]bool{start: true}
	queue := make(chan string, crawlPages)
	queue <- start
	var open, all sync.WaitGroup
	open.Add(1)
	for range crawlers {
		all.Go(func() {
			for url := range queue {
				err := v.Visit(ctx, url, func(r *page.Response) {
					doc, _ := page.Parse(r.Body, "", r.URL, r.Header, func(l *page.Link) bool {
						if l.Kind != page.Page {
							return true
						}
						mu.Lock()
						if !seen[l.URL] {
							seen[l.URL] = true
							open.Add(1)
							queue <- l.URL
						}
						mu.Unlock()
						return true
					})
					mu.Lock()
					pages++
					links += doc.Links
					mu.Unlock()
				})
				if err != nil {
					b.Error(err)
				}
				open.Done()
			}
		})
	}
	open.Wait()
	close(queue)
	all.Wait()
	return pages, links
}

// crawlColly is the same with colly's own callbacks, set of visited URLs and goroutines.
func crawlColly(b *testing.B, rt http.RoundTripper, start string) (pages int) {
	c := colly.NewCollector(colly.Async(true))
	c.WithTransport(rt)
	if err := c.Limit(&colly.LimitRule{DomainGlob: "*", Parallelism: crawlers}); err != nil {
		b.Fatal(err)
	}
	var mu sync.Mutex
	c.OnScraped(func(*colly.Response) { mu.Lock(); pages++; mu.Unlock() })
	c.OnHTML("a[href]", func(e *colly.HTMLElement) { _ = e.Request.Visit(e.Attr("href")) })
	if err := c.Visit(start); err != nil {
		b.Fatal(err)
	}
	c.Wait()
	return pages
}

// BenchmarkCrawl crawls a site from loopback in both ways in turn, and reports how many times as fast ours is. The
// server's part is in both, on the same processors.
func BenchmarkCrawl(b *testing.B) {
	start := benchSite(b) + "/page/0.html"
	rt := &http.Transport{MaxIdleConnsPerHost: crawlers}
	b.Cleanup(rt.CloseIdleConnections)
	v := page.NewVisitor(rt, page.VisitorOptions{})
	var ours, theirs time.Duration
	links := 0
	for b.Loop() {
		begin := time.Now()
		pages, n := crawl(b, b.Context(), v, start)
		ours += time.Since(begin)
		links += n
		begin = time.Now()
		other := crawlColly(b, rt, start)
		theirs += time.Since(begin)
		if pages != crawlPages || other < crawlPages { // colly asks and marks in two steps, and so visits some pages twice
			b.Fatalf("visited %d pages, colly %d, want %d", pages, other, crawlPages)
		}
	}
	b.ReportMetric(float64(b.N*crawlPages)/ours.Seconds(), "pages/s")
	b.ReportMetric(float64(b.N*crawlPages)/theirs.Seconds(), "colly-pages/s")
	b.ReportMetric(float64(links)/ours.Seconds(), "links/s")
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "x-colly")
}

// BenchmarkParse is Parse alone.
func BenchmarkParse(b *testing.B) {
	body := sitePage(7)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	links := 0
	for b.Loop() {
		doc, err := page.Parse(body, "text/html; charset=utf-8", pageURL, nil, func(*page.Link) bool { return true })
		if err != nil {
			b.Fatal(err)
		}
		links += doc.Links
	}
	b.ReportMetric(float64(links)/b.Elapsed().Seconds(), "links/s")
}

package crawler_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gocolly/colly/v2"

	"github.com/edgewarm/edgewarm/crawler"
)

// A site of benchPages pages with benchLinks links each. The first of them makes all pages reachable in few steps, the
// others are met again and again, as menus are.
const benchLinks = 30

var benchPages = benchSize("EDGEWARM_BENCH_PAGES", 20_000)

// benchPage is page i: a head, a menu, and some text.
func benchPage(i int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Page %d</title>`, i)
	b.WriteString(`<link rel="stylesheet" href="/s.css"><meta name="description" content="A page of a site"></head><body><ul class="menu">`)
	for j := range benchLinks {
		target := (i*7 + j*j*13) % benchPages
		if j < 2 {
			target = (2*i + j + 1) % benchPages
		}
		fmt.Fprintf(&b, `<li class="item"><a class="link" href="/page/%d.html">An item of the menu, number %d</a> and some text &amp; more</li>`, target, j)
	}
	b.WriteString("</ul><p>" + strings.Repeat("Some words of the page. ", 20) + "</p></body></html>\n")
	return b.Bytes()
}

// servePages has its pages made before anybody asks.
func servePages() http.Handler {
	pages := make([][]byte, benchPages)
	for i := range pages {
		pages[i] = benchPage(i)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _ := strings.CutPrefix(r.URL.Path, "/page/")
		i, err := strconv.Atoi(strings.TrimSuffix(name, ".html"))
		if err != nil || i >= len(pages) {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(pages[i])))
		_, _ = w.Write(pages[i])
	})
}

// BenchmarkPages crawls a site of 20,000 pages with 600,000 links, in turns with colly's own crawl by OnHTML and, where it
// is installed, katana's, on as many connections. ×colly is how many times as many pages a second it opens, and is to be at
// least 4; ×colly-cpu is the same by the processor time of this process, which does not feel what else the machine does.
func BenchmarkPages(b *testing.B) {
	url := startServer(b, "pages")
	var ours, theirs, katana crawled
	for b.Loop() {
		ours.add(b, func() int { return countPages(b, url+"/page/0.html") })
		theirs.add(b, func() int { return countWithColly(b, url+"/page/0.html") })
		if _, err := exec.LookPath("katana"); err != nil {
			b.Log("katana is not installed: no comparison with it")
			continue
		}
		katana.add(b, func() int { return countWithKatana(b, url+"/page/0.html") })
	}
	if katana.pages > 0 {
		b.ReportMetric(ours.perSecond(ours.wall)/katana.perSecond(katana.wall), "×katana")
	}
	if ours.pages != b.N*benchPages || theirs.pages < b.N*benchPages {
		b.Fatalf("opened %d pages, colly %d", ours.pages, theirs.pages)
	}
	b.ReportMetric(ours.perSecond(ours.wall)/theirs.perSecond(theirs.wall), "×colly")
	b.ReportMetric(ours.perSecond(ours.cpu)/theirs.perSecond(theirs.cpu), "×colly-cpu")
	b.ReportMetric(ours.perSecond(ours.wall), "pages/s")
	b.ReportMetric(theirs.perSecond(theirs.wall), "colly-pages/s")
	b.ReportMetric(float64(ours.allocs)/float64(ours.pages), "allocs/page")
}

// crawled is what crawls came to. Colly asks and marks in two steps, and so opens some pages twice: they count, so that its
// figure is the speed at which it goes.
type crawled struct {
	pages     int
	wall, cpu time.Duration
	allocs    uint64
}

func (c *crawled) add(b *testing.B, crawl func() int) {
	b.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin, used := time.Now(), cpuTime()
	c.pages += crawl()
	c.wall += time.Since(begin)
	c.cpu += cpuTime() - used
	runtime.ReadMemStats(&after)
	c.allocs += after.Mallocs - before.Mallocs
}

func (c *crawled) perSecond(d time.Duration) float64 { return float64(c.pages) / d.Seconds() }

// cpuTime is what this process has had of the processors; 0 where the system does not tell.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func countPages(b *testing.B, seed string) (pages int) {
	c := crawler.Crawler{PrivateNetworks: true, Rate: 1e6, PageDepth: benchPages, MaxAlike: -1, OnDocument: func(d crawler.Document) {
		if d.Kind == "page" && d.Err == nil {
			pages++
		}
	}}
	for r, err := range c.Crawl(b.Context(), seed) {
		if err != nil || r.Err != nil {
			b.Fatal(err, r.Err)
		}
	}
	return pages
}

func countWithColly(b *testing.B, seed string) int {
	var pages atomic.Int64
	c := colly.NewCollector(colly.Async(true))
	c.WithTransport(&http.Transport{MaxIdleConnsPerHost: 64})
	if err := c.Limit(&colly.LimitRule{DomainGlob: "*", Parallelism: 32}); err != nil {
		b.Fatal(err)
	}
	c.OnScraped(func(*colly.Response) { pages.Add(1) })
	c.OnHTML("a[href]", func(e *colly.HTMLElement) { _ = e.Request.Visit(e.Attr("href")) })
	if err := c.Visit(seed); err != nil {
		b.Fatal(err)
	}
	c.Wait()
	return int(pages.Load())
}

// countWithKatana counts the pages of the site that katana names.
func countWithKatana(b *testing.B, seed string) (pages int) {
	cmd := exec.CommandContext(b.Context(), "katana", "-u", seed, "-depth", strconv.Itoa(benchPages), "-field-scope", "fqdn",
		"-concurrency", "32", "-rate-limit", "1000000", "-silent", "-no-color", "-disable-update-check")
	out, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "/page/") {
			pages++
		}
	}
	return pages
}

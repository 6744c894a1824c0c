package warm_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// The site of BenchmarkNight: what its sitemaps list, and a library of titles.
const (
	benchSitemaps = 4
	benchPages    = 25_000 // each
	benchTitles   = 200
	benchSegments = 300
	benchLines    = 300_000
	benchQuota    = 10_000
	// benchFound is all of it: the index, its sitemaps and theirs, the one of titles, its playlists and theirs.
	benchFound = 1 + benchSitemaps*(1+benchPages) + 1 + benchTitles*(1+benchSegments)
)

// benchFiles are the site, by path.
func benchFiles() map[string]string {
	files := map[string]string{}
	var index, titles strings.Builder
	for i := range benchSitemaps {
		var pages strings.Builder
		pages.WriteString(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		for j := range benchPages {
			fmt.Fprintf(&pages, "<url><loc>/watch/%d-%08x.html</loc><lastmod>2026-03-%02d</lastmod></url>\n", j, benchPages*i+j, j%28+1)
		}
		files[fmt.Sprintf("/pages%d.xml", i)] = pages.String() + "</urlset>"
		fmt.Fprintf(&index, "<sitemap><loc>/pages%d.xml</loc></sitemap>", i)
	}
	files["/index.xml"] = `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + index.String() + "</sitemapindex>"
	var media strings.Builder
	media.WriteString("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PLAYLIST-TYPE:VOD\n")
	for i := range benchSegments {
		fmt.Fprintf(&media, "#EXTINF:6,\nsegment-%05d.ts\n", i)
	}
	media.WriteString("#EXT-X-ENDLIST\n")
	for i := range benchTitles {
		files[fmt.Sprintf("/vod/%03d/main.m3u8", i)] = media.String()
		fmt.Fprintf(&titles, "<url><loc>/vod/%03d/main.m3u8</loc></url>\n", i)
	}
	files["/titles.xml"] = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + titles.String() + "</urlset>"
	return files
}

// writeBenchLog writes a day's requests for the titles, some more than others, and a few pages.
func writeBenchLog(b *testing.B, name string, until time.Time) {
	b.Helper()
	f, err := os.Create(name)
	if err != nil {
		b.Fatal(err)
	}
	out := bufio.NewWriter(f)
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range benchLines {
		at := until.Add(-24*time.Hour + time.Duration(i)*24*time.Hour/benchLines)
		title := int(benchTitles * rnd.Float64() * rnd.Float64())
		path := fmt.Sprintf("/vod/%03d/segment-%05d.ts", title, rnd.IntN(benchSegments))
		switch page := rnd.IntN(benchPages); i % 10 {
		case 0:
			path = fmt.Sprintf("/vod/%03d/main.m3u8", title)
		case 1:
			path = fmt.Sprintf("/watch/%d-%08x.html", page, page)
		}
		fmt.Fprintf(out, "203.0.113.%d - - [%s] \"GET %s HTTP/1.1\" 200 100000 \"-\" \"player/%d\"\n",
			i%250, at.Format("02/Jan/2006:15:04:05 -0700"), path, i%1000)
	}
	if err := out.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkNight is a whole run in one process, with the site and the service in it too: a log of 300,000 lines is counted,
// 160,000 URLs are found and planned, and 10,000 of them are written down, sent and settled. x-crawl is how many times as
// long it takes as only finding them, in turns with it, of which the fastest each count; x-crawl-cpu is the same in
// processor time, which does not feel what else the machine does. The shares are of the run's time: reading logs; finding
// and planning, which go on together; choosing, writing down and sending.
func BenchmarkNight(b *testing.B) {
	files := benchFiles()
	log := filepath.Join(b.TempDir(), "access.log")
	writeBenchLog(b, log, time.Now())
	best, crawl := night{total: time.Hour, cpu: time.Hour}, night{total: time.Hour, cpu: time.Hour}
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b, edgeonetest.Options{Daily: benchQuota, Batch: 1000, Rate: -1}, files, "/index.xml", "/titles.xml")
		w.config.Crawl.Rate, w.config.Crawl.PageDepth, w.config.Submit.Rate = 10_000, 0, 10_000
		w.config.Popularity.Logs, w.config.Popularity.Base = []string{log}, w.origin.URL
		runtime.GC()
		b.StartTimer()
		best = best.or(w.night(b))
		b.StopTimer()
		crawl = crawl.or(w.find(b))
		b.StartTimer()
	}
	b.ReportMetric(best.total.Seconds()/crawl.total.Seconds(), "x-crawl")
	b.ReportMetric(best.cpu.Seconds()/crawl.cpu.Seconds(), "x-crawl-cpu")
	for name, took := range map[string]time.Duration{"logs": best.logs, "crawl": best.crawl, "submit": best.submit} {
		b.ReportMetric(100*took.Seconds()/best.total.Seconds(), name+"-%")
	}
	b.ReportMetric(benchFound/best.total.Seconds(), "URLs/s")
}

// night is how long a run took, and its stages; cpu is what the process has had of the processors meanwhile.
type night struct{ total, logs, crawl, submit, cpu time.Duration }

// or is the faster of two, and the least processor time of both.
func (n night) or(m night) night {
	cpu := min(n.cpu, m.cpu)
	if m.total < n.total {
		n = m
	}
	n.cpu = cpu
	return n
}

// cpuTime is what this process has had of the processors.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// night is one run, whose stages end with their last word.
func (w *world) night(b *testing.B) (n night) {
	b.Helper()
	job := w.warmer()
	defer job.Close()
	begin, used := time.Now(), cpuTime(b)
	ends := map[warm.Stage]time.Duration{}
	job.Watch.Progress = func(stage warm.Stage, _, _ int) { ends[stage] = time.Since(begin) }
	s, err := job.Run(b.Context(), warm.RunOptions{})
	n.total, n.cpu = time.Since(begin), cpuTime(b)-used
	if err != nil || s.Discovered != benchFound || s.Accepted != benchQuota {
		b.Fatalf("%v, %q: %+v", err, w.faults, s)
	}
	n.logs = ends[warm.StageLogs]
	n.crawl = ends[warm.StageCrawl] - n.logs
	n.submit = n.total - ends[warm.StageCrawl]
	return n
}

// find only finds what a run finds.
func (w *world) find(b *testing.B) night {
	b.Helper()
	job := w.warmer()
	defer job.Close()
	runtime.GC()
	begin, used := time.Now(), cpuTime(b)
	faults, found := 0, 0
	c := job.Crawler(&faults)
	seeds, err := job.Seeds(b.Context(), c, nil, &faults)
	if err != nil {
		b.Fatal(err)
	}
	for _, err := range job.Discover(b.Context(), c, seeds) {
		if err != nil {
			b.Fatal(err)
		}
		found++
	}
	if found != benchFound || faults > 0 {
		b.Fatalf("found %d, want %d; %q", found, benchFound, w.faults)
	}
	return night{total: time.Since(begin), cpu: cpuTime(b) - used}
}

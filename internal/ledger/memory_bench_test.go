package ledger_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/ledger"
)

// The crawl of BenchmarkMemory: titles of one playlist each, and what all of it comes to.
const (
	benchPlaylists = 25_000
	benchSegments  = 300
	benchResources = 1 + benchPlaylists*(1+benchSegments)
)

func benchSite() http.Handler {
	var list, media strings.Builder
	for i := range benchSegments {
		fmt.Fprintf(&media, "#EXTINF:6.006,\nsegment_%05d.ts\n", i)
	}
	body := "#EXTM3U\n#EXT-X-TARGETDURATION:6\n" + media.String() + "#EXT-X-ENDLIST\n"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", `"1"`)
		switch {
		case r.URL.Path == "/robots.txt":
			http.NotFound(w, r)
		case r.Header.Get("If-None-Match") != "":
			w.WriteHeader(http.StatusNotModified)
		case r.URL.Path == "/list.txt":
			list.Reset()
			for i := range benchPlaylists {
				fmt.Fprintf(&list, "http://%s/%d/v.m3u8\n", r.Host, i)
			}
			_, _ = w.Write([]byte(list.String()))
		default:
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			_, _ = w.Write([]byte(body))
		}
	})
}

// BenchmarkMemory crawls 25,000 playlists of 300 segments from a server in the same process: without a memory, with an
// empty one, once more with what that remembered, and as a crawl that goes on.
func BenchmarkMemory(b *testing.B) {
	site := httptest.NewServer(benchSite())
	defer site.Close()
	crawl := func(l *ledger.Ledger, ended bool) float64 {
		c := crawler.Crawler{PrivateNetworks: true, Rate: 1e6}
		begin := time.Now()
		var m *ledger.Memory
		if l != nil {
			var err error
			if m, err = l.Memory(b.Context()); err != nil {
				b.Fatal(err)
			}
			c.Memory = m
		}
		n := 0
		for r, err := range c.Crawl(b.Context(), site.URL+"/list.txt") {
			if err != nil || r.Err != nil {
				b.Fatal(err, r.Err)
			}
			n++
		}
		if n != benchResources {
			b.Fatalf("got %d resources, want %d", n, benchResources)
		}
		if m != nil {
			if err := m.Close(b.Context(), ended); err != nil {
				b.Fatal(err)
			}
		}
		return time.Since(begin).Seconds()
	}
	var none, first, second, resumed float64
	var size int64
	for b.Loop() {
		path := b.TempDir() + "/edgewarm.db"
		l, err := ledger.Open(b.Context(), path, ledger.Options{})
		if err != nil {
			b.Fatal(err)
		}
		none += crawl(nil, false)
		first += crawl(l, true)
		second += crawl(l, false)
		resumed += crawl(l, true)
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		size = info.Size()
	}
	b.ReportMetric(none/float64(b.N), "s/without")
	b.ReportMetric(first/float64(b.N), "s/first")
	b.ReportMetric(second/float64(b.N), "s/unchanged")
	b.ReportMetric(resumed/float64(b.N), "s/resumed")
	b.ReportMetric(float64(size)/(1<<20), "MiB-ledger")
}

package ledger_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/postgres/postgrestest"
)

// The crawl of BenchmarkReplay: pages of one playlist each, and how far the database is.
const (
	replayPages    = 2500
	replaySegments = 20
	replayLatency  = time.Millisecond
)

func replaySite() http.Handler {
	media := "#EXTM3U\n#EXT-X-TARGETDURATION:6\n"
	for i := range replaySegments {
		media += fmt.Sprintf("#EXTINF:6,\nsegment_%05d.ts\n", i)
	}
	media += "#EXT-X-ENDLIST\n"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var n int
		switch {
		case r.URL.Path == "/robots.txt":
			http.NotFound(w, r)
		case r.URL.Path == "/list.txt":
			for i := range replayPages {
				fmt.Fprintf(w, "http://%s/p/%d\n", r.Host, i)
			}
		case strings.HasSuffix(r.URL.Path, ".m3u8"):
			fmt.Fprint(w, media)
		default:
			_, _ = fmt.Sscanf(r.URL.Path, "/p/%d", &n)
			fmt.Fprintf(w, `<html><title>%d</title><video src="/v/%[1]d/v.m3u8"></video></html>`, n)
		}
	})
}

// oneByOne is a memory that reads nothing ahead.
type oneByOne struct{ crawler.Memory }

// BenchmarkReplay walks a crawl of 5,000 pages and playlists that workers have opened, as their coordinator does: each is
// recalled from PostgreSQL, whose answers take 1 ms. x-one-by-one is how many times as long it takes to ask for each alone,
// in turns, of which the fastest each count.
//
//	EDGEWARM_POSTGRES=postgres://… go test ./internal/ledger -run '^$' -bench Replay -benchtime 3x
func BenchmarkReplay(b *testing.B) {
	site := httptest.NewServer(replaySite())
	defer site.Close()
	dsn := postgrestest.Schema(b)
	near := openAt(b, dsn)
	replay(b, near, site.URL, func(m *ledger.Memory) crawler.Memory { return m }) // the first opens all
	if err := near.Close(); err != nil {
		b.Fatal(err)
	}
	far := openAt(b, postgrestest.Distant(b, dsn, replayLatency))
	alone, together := time.Hour, time.Hour
	for b.Loop() {
		alone = min(alone, replay(b, far, site.URL, func(m *ledger.Memory) crawler.Memory { return oneByOne{m} }))
		together = min(together, replay(b, far, site.URL, func(m *ledger.Memory) crawler.Memory { return m }))
	}
	if err := far.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(alone.Seconds()/together.Seconds(), "x-one-by-one")
	b.ReportMetric(alone.Seconds(), "one-by-one-s")
	b.ReportMetric(together.Seconds(), "s")
	b.ReportMetric(0, "ns/op")
}

func openAt(b *testing.B, dsn string) *ledger.Ledger {
	b.Helper()
	l, err := ledger.Open(b.Context(), dsn, ledger.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return l
}

// replay crawls the site with what the ledger remembers of the crawl so far, and leaves the crawl open.
func replay(b *testing.B, l *ledger.Ledger, site string, with func(*ledger.Memory) crawler.Memory) time.Duration {
	b.Helper()
	m, err := l.Memory(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	c := crawler.Crawler{PrivateNetworks: true, Rate: 1e6, Memory: with(m)}
	begin, n := time.Now(), 0
	for r, err := range c.Crawl(b.Context(), site+"/list.txt") {
		if err != nil || r.Err != nil {
			b.Fatal(err, r.Err)
		}
		n++
	}
	took := time.Since(begin)
	if want := 1 + replayPages*(2+replaySegments); n != want {
		b.Fatalf("got %d resources, want %d", n, want)
	}
	if err := m.Close(b.Context(), false); err != nil {
		b.Fatal(err)
	}
	return took
}

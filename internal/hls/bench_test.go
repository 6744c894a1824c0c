package hls_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/hls"
	"github.com/grafov/m3u8"
)

const benchBase = "https://cdn.example.com/vod/title-000042/1080p/index.m3u8"

// longPlaylist is a media playlist as packagers write them, with n segments.
func longPlaylist(n int) []byte {
	var b strings.Builder
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:7\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n")
	for i := range n {
		fmt.Fprintf(&b, "#EXTINF:6.%03d000,\nsegment-%06d.ts\n", i%1000, i)
	}
	b.WriteString("#EXT-X-ENDLIST\n")
	return []byte(b.String())
}

func readOurs(tb testing.TB, body []byte) int {
	tb.Helper()
	n, bytes := 0, 0
	_, err := hls.Parse(body, benchBase, hls.Options{}, func(e *hls.Entry) bool {
		n++
		bytes += len(e.URL)
		return true
	})
	if err != nil || bytes == 0 {
		tb.Fatal(bytes, err)
	}
	return n
}

func readGrafov(tb testing.TB, body []byte) int {
	tb.Helper()
	p, err := m3u8.NewMediaPlaylist(0, 1024)
	if err != nil {
		tb.Fatal(err)
	}
	if err := p.DecodeFrom(bytes.NewReader(body), false); err != nil {
		tb.Fatal(err)
	}
	return int(p.Count())
}

// BenchmarkMedia reads 20,000 segments to absolute URLs. It takes turns with grafov's typed decoder, which leaves them
// relative, and reports how many times faster it is. Each turn is several playlists on a collected heap, so that each
// pays for its own garbage only.
func BenchmarkMedia(b *testing.B) {
	const n, turn = 20_000, 5
	body := longPlaylist(n)
	var ours, grafov time.Duration
	for b.Loop() {
		ours += timed(func() {
			for range turn {
				if got := readOurs(b, body); got != n {
					b.Fatalf("got %d segments, want %d", got, n)
				}
			}
		})
		grafov += timed(func() {
			for range turn {
				if got := readGrafov(b, body); got != n {
					b.Fatalf("grafov: got %d segments, want %d", got, n)
				}
			}
		})
	}
	b.ReportMetric(float64(grafov)/float64(ours), "x-grafov")
	b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N)/n/turn, "ns/segment")
	b.ReportMetric(float64(grafov.Nanoseconds())/float64(b.N)/n/turn, "grafov-ns/segment")
	b.ReportMetric(allocsPerSegment(b, body, n), "allocs/segment")
}

func timed(f func()) time.Duration {
	runtime.GC()
	start := time.Now()
	f()
	return time.Since(start)
}

func allocsPerSegment(tb testing.TB, body []byte, n int) float64 {
	tb.Helper()
	return testing.AllocsPerRun(3, func() { readOurs(tb, body) }) / float64(n)
}

// BenchmarkMultivariant reads a playlist of 60 variants and 40 renditions.
func BenchmarkMultivariant(b *testing.B) {
	body := wideMultivariant(60, 40)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if got := readOurs(b, body); got != 100 {
			b.Fatalf("got %d playlists, want 100", got)
		}
	}
}

func wideMultivariant(variants, renditions int) []byte {
	var b strings.Builder
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:6\n")
	for i := range renditions {
		fmt.Fprintf(&b, "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"aac\",NAME=\"Track %d\",LANGUAGE=\"en\",URI=\"audio/%d.m3u8\"\n", i, i)
	}
	for i := range variants {
		fmt.Fprintf(&b, "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,RESOLUTION=1920x1080,FRAME-RATE=25.000,"+
			"CODECS=\"avc1.640028,mp4a.40.2\",AUDIO=\"aac\"\nvideo/%d.m3u8\n", 100_000*(i+1), 90_000*(i+1), i)
	}
	return []byte(b.String())
}

// TestAllocations holds the reader of media playlists to what it is made for: URLs that share their allocations.
func TestAllocations(t *testing.T) {
	const n = 20_000
	if got := allocsPerSegment(t, longPlaylist(n), n); got > 0.05 {
		t.Errorf("got %.3f allocations a segment, want at most 0.05", got)
	}
}

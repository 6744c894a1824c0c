//go:build unix

package fetch_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/fetch"
)

// BenchmarkPlaylists fetches small playlists from loopback as a crawl does, and the same number with a plain http.Client
// from the same server, turn by turn, so that both see the same machine. Each operation is a turn of both.
// of_plain is the rate of the chain as a share of the plain one's, and cpu_of_plain the same by processor time, client and
// server together, which a busy machine does not blur.
func BenchmarkPlaylists(b *testing.B) {
	playlist := []byte("#EXTM3U\n#EXT-X-TARGETDURATION:6\n" + strings.Repeat("#EXTINF:6.0,\nsegment-000001.ts\n", 60) + "#EXT-X-ENDLIST\n")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.apple.mpegurl")
		_, _ = w.Write(playlist)
	}))
	defer server.Close()
	plain := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}}
	defer plain.CloseIdleConnections()
	ours := &fetch.Client{Rate: 1e6, PrivateNetworks: true}
	defer ours.Close()

	const turn = 1000
	var took, tookPlain, cpu, cpuPlain time.Duration
	for b.Loop() {
		before := processor(b)
		tookPlain += crawl(b, turn, server.URL, len(playlist), func(_ context.Context, url string) (io.ReadCloser, error) {
			resp, err := plain.Get(url)
			if err != nil {
				return nil, err
			}
			return resp.Body, nil
		})
		between := processor(b)
		took += crawl(b, turn, server.URL, len(playlist), func(ctx context.Context, url string) (io.ReadCloser, error) {
			resp, err := ours.Get(ctx, url, nil)
			if err != nil {
				return nil, err
			}
			return resp.Body, nil
		})
		cpuPlain += between - before
		cpu += processor(b) - between
	}
	n := float64(b.N * turn)
	b.ReportMetric(n/took.Seconds(), "fetches/s")
	b.ReportMetric(n/tookPlain.Seconds(), "plain/s")
	b.ReportMetric(tookPlain.Seconds()/took.Seconds(), "of_plain")
	b.ReportMetric(cpuPlain.Seconds()/cpu.Seconds(), "cpu_of_plain")
}

// processor is the time that this process has had.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// crawl has 32 workers read n playlists, each into its own buffer, and returns how long that took.
func crawl(b *testing.B, n int, url string, size int, open func(ctx context.Context, url string) (io.ReadCloser, error)) time.Duration {
	start := time.Now()
	work := make(chan int)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			var buf bytes.Buffer
			for i := range work {
				body, err := open(b.Context(), fmt.Sprintf("%s/v/%d.m3u8", url, i))
				if err != nil {
					b.Error(err)
					continue
				}
				buf.Reset()
				_, err = buf.ReadFrom(body)
				_ = body.Close()
				if err != nil || buf.Len() != size {
					b.Errorf("got %d bytes and %v, want %d", buf.Len(), err, size)
				}
			}
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	wg.Wait()
	return time.Since(start)
}

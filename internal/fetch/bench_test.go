package fetch_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/edgewarm/edgewarm/internal/fetch"
)

// BenchmarkPlaylists fetches small playlists from loopback as a crawl does, beside a plain http.Client on the same
// server. Their ratio is what the chain costs.
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

	run := func(name string, get func(ctx *testing.B, url string) (io.ReadCloser, error)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			crawl(b, len(playlist), func(n int) (io.ReadCloser, error) { return get(b, fmt.Sprintf("%s/v/%d.m3u8", server.URL, n)) })
		})
	}
	run("plain", func(b *testing.B, url string) (io.ReadCloser, error) {
		resp, err := plain.Get(url)
		if err != nil {
			return nil, err
		}
		return resp.Body, nil
	})
	run("fetch", func(b *testing.B, url string) (io.ReadCloser, error) {
		resp, err := ours.Get(b.Context(), url, nil)
		if err != nil {
			return nil, err
		}
		return resp.Body, nil
	})
}

// crawl has 32 workers read all that open gives, each into its own buffer.
func crawl(b *testing.B, size int, open func(n int) (io.ReadCloser, error)) {
	work := make(chan int)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			var buf bytes.Buffer
			for n := range work {
				body, err := open(n)
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
	n := 0
	for b.Loop() {
		work <- n
		n++
	}
	close(work)
	wg.Wait()
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "fetches/s")
}

package crawler_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafov/m3u8"

	"github.com/edgewarm/edgewarm/crawler"
)

// The benchmarks crawl a server that is a process of its own, so that what they measure is the crawler's. Each comes
// with its references, which run against the same server in the same run: the ratios are what counts.
//
//	go test ./crawler -run '^$' -bench . -benchtime 1x

// A library of titles of benchRenditions playlists of benchSegments segments.
const (
	benchRenditions = 4
	benchSegments   = 300
)

var benchTitles = benchSize("EDGEWARM_BENCH_TITLES", 5000)

// benchSize is a number that the environment may change.
func benchSize(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// benchServers are what the benchmarks crawl.
var benchServers = map[string]func() http.Handler{"playlists": servePlaylists, "pages": servePages}

// servePlaylists serves titles: /N.m3u8 is one, /N/R.m3u8 one of its renditions.
func servePlaylists() http.Handler {
	var media bytes.Buffer
	media.WriteString("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXT-X-PLAYLIST-TYPE:VOD\n")
	for i := range benchSegments {
		fmt.Fprintf(&media, "#EXTINF:6.006,\nsegment_%05d.ts\n", i)
	}
	media.WriteString("#EXT-X-ENDLIST\n")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/"), ".m3u8")
		switch {
		case name == "robots.txt":
			http.NotFound(w, r)
		case name == "titles.txt":
			for i := range benchTitles {
				fmt.Fprintf(w, "http://%s/%d.m3u8\n", r.Host, i)
			}
		case strings.Contains(name, "/"):
			w.Header().Set("Content-Length", strconv.Itoa(media.Len()))
			_, _ = w.Write(media.Bytes())
		default:
			fmt.Fprint(w, "#EXTM3U\n")
			for i := range benchRenditions {
				fmt.Fprintf(w, "#EXT-X-STREAM-INF:BANDWIDTH=%d,RESOLUTION=%dx%d\n%s/%d/rendition.m3u8\n", (i+1)*800_000, (i+1)*320, (i+1)*180, name, i)
			}
		}
	})
}

// serveBench says where it serves on stdout, and ends with stdin.
func serveBench(name string) {
	server := httptest.NewServer(benchServers[name]())
	fmt.Println(server.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
	server.Close()
}

// startServer runs one of benchServers in a process of its own and returns its address.
func startServer(b *testing.B, name string) string {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "EDGEWARM_BENCH_SERVER="+name)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = stdin.Close(); _ = cmd.Wait() })
	address := make([]byte, 64)
	n, err := out.Read(address)
	if err != nil {
		b.Fatal(err)
	}
	return string(bytes.TrimSpace(address[:n]))
}

// BenchmarkPlaylists resolves a library of titles, in turns with its references: a crawler of net/http and grafov's typed
// decoders, which leaves URLs relative and duplicates in, and net/http alone, which throws the bodies away. ×grafov is how
// many times as fast as the first it is, and is to be at least 2, ×net/http the same of the second, at least 0.4, and
// peak-MiB the most memory that the process has held after its first turn, at most 64. Of several turns (-benchtime 5x) the
// fastest of each counts: what else the machine does can only make one slower.
func BenchmarkPlaylists(b *testing.B) {
	url := startServer(b, "playlists")
	defer debug.SetGCPercent(debug.SetGCPercent(40)) // as the command does
	var ours, grafov, fetched fastest
	peak := 0.0
	for b.Loop() {
		ours.run(b, func() int { return countResources(b, url+"/titles.txt") }, benchTitles*(1+benchRenditions*(1+benchSegments))+1)
		if peak == 0 {
			peak = peakMiB() // before grafov has held anything
		}
		grafov.run(b, func() int { return countWithGrafov(b, url) }, benchTitles*benchRenditions*benchSegments)
		fetched.run(b, func() int { return countFetched(b, url) }, benchTitles*(1+benchRenditions))
	}
	b.ReportMetric(grafov.Seconds()/ours.Seconds(), "×grafov")
	b.ReportMetric(fetched.Seconds()/ours.Seconds(), "×net/http")
	b.ReportMetric(peak, "peak-MiB")
	b.ReportMetric(float64(benchTitles*benchRenditions*benchSegments)/ours.Seconds(), "segments/s")
}

// fastest is the shortest of several turns.
type fastest struct{ time.Duration }

// run times a turn, which starts on a collected heap, so that each pays for its own garbage only.
func (f *fastest) run(b *testing.B, count func() int, want int) {
	b.Helper()
	runtime.GC()
	begin := time.Now()
	if got := count(); got != want {
		b.Fatalf("counted %d, want %d", got, want)
	}
	if took := time.Since(begin); f.Duration == 0 || took < f.Duration {
		f.Duration = took
	}
}

func countResources(b *testing.B, seed string) int {
	c := crawler.Crawler{PrivateNetworks: true, Rate: 1e6}
	n := 0
	for r, err := range c.Crawl(b.Context(), seed) {
		if err != nil || r.Err != nil {
			b.Fatal(err, r.Err)
		}
		n++
	}
	return n
}

// each calls do for every title on as many goroutines as a Crawler has.
func each(do func(title int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= benchTitles {
					return
				}
				do(i)
			}
		})
	}
	wg.Wait()
}

var benchClient = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

func get(b *testing.B, url string) io.ReadCloser {
	resp, err := benchClient.Get(url)
	if err != nil {
		b.Fatal(err)
	}
	return resp.Body
}

func countFetched(b *testing.B, url string) int {
	var n atomic.Int64
	drop := func(url string) {
		body := get(b, url)
		_, _ = io.Copy(io.Discard, body)
		_ = body.Close()
		n.Add(1)
	}
	each(func(title int) {
		drop(fmt.Sprintf("%s/%d.m3u8", url, title))
		for r := range benchRenditions {
			drop(fmt.Sprintf("%s/%d/%d/rendition.m3u8", url, title, r))
		}
	})
	return int(n.Load())
}

// countWithGrafov is the crawler that one would write with net/http and grafov's typed decoders.
func countWithGrafov(b *testing.B, url string) int {
	var n atomic.Int64
	each(func(title int) {
		master := m3u8.NewMasterPlaylist()
		body := get(b, fmt.Sprintf("%s/%d.m3u8", url, title))
		if err := master.DecodeFrom(body, false); err != nil {
			b.Error(err)
		}
		_ = body.Close()
		for _, v := range master.Variants {
			media, err := m3u8.NewMediaPlaylist(0, benchSegments)
			if err != nil {
				b.Error(err)
				return
			}
			body := get(b, url+"/"+v.URI)
			if err := media.DecodeFrom(body, false); err != nil {
				b.Error(err)
			}
			_ = body.Close()
			n.Add(int64(media.Count()))
		}
	})
	return int(n.Load())
}

// peakMiB is the most memory that this process has held, in MiB; 0 where the system does not tell.
func peakMiB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kib / 1024
		}
	}
	return 0
}

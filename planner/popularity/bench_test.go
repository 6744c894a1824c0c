package popularity_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/inflate"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

// benchLines is how many lines a log has for the benchmarks; EDGEWARM_BENCH_LINES overrides it, and is a number or
// full: then each log has what a day of a large site comes to.
const benchLines = 300_000

// benchURLs is how many URLs the lines ask for, the first ones more often.
const benchURLs = 1_000_000

// BenchmarkCount counts gzip logs and, beside it in the same run, inflates them only, reads them with the standard
// library, and with zcat and, where they are installed, mawk and GoAccess; x-… is how many times their wall time ours is,
// or theirs is ours. What was measured is in testdata/bench/logs.txt of the repository.
func BenchmarkCount(b *testing.B) {
	for _, log := range []struct {
		name   string
		line   benchLine
		others map[string]string // commands that count stdin, by their program
		full   int
	}{
		{"edgeone", edgeOneLine, nil, 2_000_000},
		{"combined", combinedLine, map[string]string{
			"mawk":     "mawk '{c[$7]++}'",
			"goaccess": "goaccess --no-global-config --log-format=COMBINED -o json - >/dev/null",
		}, 10_000_000},
	} {
		b.Run(log.name, func(b *testing.B) {
			file, size := benchLog(b, log.line, log.full)
			var own, inflated, standard time.Duration
			others := map[string]time.Duration{}
			b.SetBytes(size)
			for b.Loop() {
				own += timed(b, func() error { return countFile(b, file) })
				b.StopTimer()
				inflated += timed(b, func() error { return inflateOnly(file) })
				if log.others == nil {
					standard += timed(b, func() error { return countStandard(file) })
				}
				for name, command := range log.others {
					if _, err := exec.LookPath(name); err != nil {
						b.Logf("%s is not installed: no comparison with it", name)
						continue
					}
					others[name] += timed(b, func() error {
						return exec.CommandContext(b.Context(), "sh", "-c", "zcat "+file+" | "+command).Run()
					})
				}
				b.StartTimer()
			}
			b.ReportMetric(own.Seconds()/inflated.Seconds(), "x-inflate")
			if standard > 0 {
				b.ReportMetric(standard.Seconds()/own.Seconds(), "x-faster-than-encoding/json")
			}
			for name, took := range others {
				b.ReportMetric(took.Seconds()/own.Seconds(), "x-faster-than-"+name)
			}
		})
	}
}

func timed(b *testing.B, f func() error) time.Duration {
	b.Helper()
	start := time.Now()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func countFile(b *testing.B, file string) error {
	logs, err := new(popularity.Counter).Find(file)
	if err != nil {
		return err
	}
	return countLog(b, logs[0])
}

func countLog(b *testing.B, l popularity.Log) error {
	c := &popularity.Counter{HalfLife: 72 * time.Hour, Until: time.Unix(benchEnd, 0)}
	stats, err := c.Logs(b.Context(), l)
	if err == nil && (stats[0].Bad > 0 || stats[0].Counted == 0) {
		err = fmt.Errorf("stats %+v", stats[0])
	}
	return err
}

func inflateOnly(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := inflate.NewReader(f, 0)
	if err != nil {
		return err
	}
	defer z.Close()
	buf := make([]byte, 256<<10)
	for err == nil {
		_, err = z.Read(buf)
	}
	if err == io.EOF {
		return nil
	}
	return err
}

// countStandard is what one writes first.
func countStandard(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	counts := make(map[string]int)
	for dec := json.NewDecoder(bufio.NewReader(z)); ; {
		var line struct {
			RequestHost, RequestUrl, RequestUrlQueryString, RequestMethod, RequestID, EdgeCacheStatus string
			RequestTime                                                                               time.Time
			EdgeResponseStatusCode                                                                    int
		}
		if err := dec.Decode(&line); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if line.RequestMethod == "GET" && line.EdgeResponseStatusCode == 200 {
			counts["https://"+line.RequestHost+line.RequestUrl]++
		}
	}
}

// benchLine appends one line of a log.
type benchLine = func([]byte, *rand.Rand, int) []byte

// benchLog writes a gzip log and returns its name and decoded size.
func benchLog(b *testing.B, line benchLine, full int) (string, int64) {
	b.Helper()
	n := benchLines
	switch s := os.Getenv("EDGEWARM_BENCH_LINES"); s {
	case "":
	case "full":
		n = full
	default:
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	file := filepath.Join(b.TempDir(), "log.gz")
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	z := gzip.NewWriter(f)
	r := rand.New(rand.NewPCG(1, 2))
	var buf []byte
	var size int64
	for i := range n {
		buf = append(line(buf[:0], r, i), '\n')
		size += int64(len(buf))
		if _, err := z.Write(buf); err != nil {
			b.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return file, size
}

// benchStart and benchEnd are the hours that the logs are of.
const (
	benchStart = 1_750_000_000
	benchEnd   = benchStart + 86_400
)

// benchPath has half of the requests go to a hundredth of the URLs.
func benchPath(buf []byte, r *rand.Rand) []byte {
	n := r.IntN(benchURLs)
	if r.IntN(2) == 0 {
		n %= benchURLs / 100
	}
	return fmt.Appendf(buf, "/vod/title-%05d/v%d/segment-%05d.ts", n/100, n%100/20, n)
}

func benchAgent(buf []byte, r *rand.Rand) []byte {
	return fmt.Appendf(buf, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.%d.0 Safari/537.36",
		100+r.IntN(30), r.IntN(50))
}

func combinedLine(buf []byte, r *rand.Rand, i int) []byte {
	buf = fmt.Appendf(buf, "%d.%d.%d.%d - - [", r.IntN(224), r.IntN(256), r.IntN(256), r.IntN(256))
	buf = time.Unix(benchStart+int64(i/50), 0).UTC().AppendFormat(buf, "02/Jan/2006:15:04:05 -0700")
	buf = benchPath(append(buf, `] "GET `...), r)
	buf = fmt.Appendf(buf, ` HTTP/1.1" 200 %d "https://www.example.com/watch" "`, r.IntN(3_000_000))
	return append(benchAgent(buf, r), '"')
}

func edgeOneLine(buf []byte, r *rand.Rand, i int) []byte {
	buf = append(buf, `{"LogTime":"`...)
	buf = time.Unix(benchStart+int64(i/50), 0).UTC().AppendFormat(buf, time.RFC3339)
	buf = fmt.Appendf(buf, `","RequestID":"%016x%08x","ClientIP":"%d.%d.%d.%d","ClientRegion":"CN","RequestTime":"`,
		r.Uint64(), r.Uint32(), r.IntN(224), r.IntN(256), r.IntN(256), r.IntN(256))
	buf = time.Unix(benchStart+int64(i/50), 0).UTC().AppendFormat(buf, time.RFC3339)
	buf = benchPath(append(buf, `","RequestHost":"cdn.example.com","RequestMethod":"GET","RequestUrl":"`...), r)
	buf = benchAgent(append(buf, `","RequestUrlQueryString":"-","RequestProtocol":"HTTP/2.0","RequestReferer":"https://www.example.com/","RequestUA":"`...), r)
	status := "hit"
	if r.IntN(10) == 0 {
		status = "miss"
	}
	return fmt.Appendf(buf, `","RequestRange":"-","RequestStatus":"Success","EdgeResponseStatusCode":200,"EdgeResponseBytes":%d,`+
		`"EdgeResponseTime":%d,"EdgeCacheStatus":"%s","EdgeInternalTime":%d,"EdgeServerIP":"10.0.%d.%d"}`,
		r.IntN(3_000_000), r.IntN(900), status, r.IntN(50), r.IntN(256), r.IntN(256))
}

// BenchmarkMemory counts tables of so many different URLs, and tells the most that the process held at any time.
func BenchmarkMemory(b *testing.B) {
	for _, n := range []int{1_000_000, 20_000_000} {
		b.Run(fmt.Sprintf("%dM", n/1_000_000), func(b *testing.B) {
			for b.Loop() {
				runtime.GC()
				debug.FreeOSMemory()
				_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // the peak is counted from here
				c := &popularity.Counter{}
				if _, err := c.Read(b.Context(), "urls", distinct(n)); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(peak(), "MiB-peak")
				b.ReportMetric(float64(c.Len()), "URLs")
				b.ReportMetric(c.ErrorBound(), "error-bound")
			}
		})
	}
}

// peak is the most memory that the process had since it was last reset, in MiB; 0 where the system does not say.
func peak() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kib float64
	_, _ = fmt.Sscan(rest, &kib)
	return kib / 1024
}

// BenchmarkDemand looks up each URL that is counted, in no order, and beside it in a Go map.
func BenchmarkDemand(b *testing.B) {
	c := &popularity.Counter{}
	urls := countURLs(b, c, 1_000_000)
	counts := make(map[string]planner.Demand, len(urls))
	for url, d := range c.All() {
		counts[url] = d
	}
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(urls), func(i, j int) { urls[i], urls[j] = urls[j], urls[i] })
	runtime.GC()
	var own, reference time.Duration
	var sum float64
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		for _, url := range urls {
			sum += c.Demand(url).Requests
		}
		own += time.Since(start)
		start = time.Now()
		for _, url := range urls {
			sum -= counts[url].Requests
		}
		reference += time.Since(start)
	}
	if sum != 0 {
		b.Fatalf("the sums differ by %v", sum)
	}
	b.ReportMetric(own.Seconds()/reference.Seconds(), "x-map")
	b.ReportMetric(float64(own.Nanoseconds())/float64(b.N)/float64(len(urls)), "ns/lookup")
}

// countURLs counts one line for each of n URLs and returns them.
func countURLs(b *testing.B, c *popularity.Counter, n int) []string {
	b.Helper()
	pr, pw := io.Pipe()
	go func() {
		w := bufio.NewWriterSize(pw, 1<<20)
		for i := range n {
			fmt.Fprintf(w, "https://cdn.example.com/vod/title-%05d/segment-%07d.ts,1\n", i/100, i)
		}
		pw.CloseWithError(w.Flush())
	}()
	if _, err := c.Read(b.Context(), "urls", pr); err != nil {
		b.Fatal(err)
	}
	urls := make([]string, 0, n)
	for url := range c.All() {
		urls = append(urls, url)
	}
	return urls
}

package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

// The benchmarks run the command as a process of its own, so that what they say of memory holds for all of it, on sitemaps
// of an origin that is another process:
//
//	go test ./cmd/edgewarm -run '^$' -bench Sitemaps -benchtime 1x

// BenchmarkSitemapsCrawl crawls 2.6 million URLs of 75 gzip sitemaps, 100,000 of which are listed twice. peak-MiB is the
// most memory that the process held, and is to be at most 150.
func BenchmarkSitemapsCrawl(b *testing.B) {
	files := sitemaps{files: 75, each: 36_000, shared: 1350}
	origin := startOrigin(b)
	for b.Loop() {
		m := files.measure(b, origin, "crawl")
		b.ReportMetric(m.peak, "peak-MiB")
		b.ReportMetric(float64(m.cpu.Nanoseconds())/float64(files.distinct()), "cpu-ns/URL")
		b.ReportMetric(float64(m.wall.Nanoseconds())/float64(files.distinct()), "ns/URL")
	}
}

// BenchmarkSitemapsPlan plans from 1 million and from 10 million URLs. peak-MiB is the most memory that the process held
// for 10 million in 200 sitemaps, and is to be at most 400. ×1M is the time of a URL beside that with 1 million, and is to
// be at most 1.3; ×1M-cpu is the same in processor time, which does not feel what else the machine does.
// EDGEWARM_BENCH_SITEMAPS is another number of sitemaps: past 251, what is known of their URLs goes to a file.
func BenchmarkSitemapsPlan(b *testing.B) {
	few, many := sitemaps{files: 20, each: 50_000}, sitemaps{files: 200, each: 50_000}
	if n, err := strconv.Atoi(os.Getenv("EDGEWARM_BENCH_SITEMAPS")); err == nil {
		many.files = n
	}
	more := float64(many.files) / float64(few.files)
	origin := startOrigin(b)
	for b.Loop() {
		one, ten := few.measure(b, origin, "plan"), many.measure(b, origin, "plan")
		b.ReportMetric(ten.peak, "peak-MiB")
		b.ReportMetric(one.peak, "1M-peak-MiB")
		b.ReportMetric(ten.wall.Seconds()/one.wall.Seconds()/more, "×1M")
		b.ReportMetric(ten.cpu.Seconds()/one.cpu.Seconds()/more, "×1M-cpu")
		b.ReportMetric(float64(ten.wall.Nanoseconds())/float64(many.distinct()), "ns/URL")
	}
}

// sitemaps are files of URLs, each of which shares some with the one before.
type sitemaps struct{ files, each, shared int }

func (s sitemaps) distinct() int { return s.files*s.each - (s.files-1)*s.shared }

// measured is what one process came to.
type measured struct {
	wall, cpu time.Duration
	peak      float64 // MiB
}

// benchQuota is what a plan may spend: the quota of a large account.
const benchQuota = 20_000

// measure runs edgewarm crawl or plan on the files, and looks at how many lines it prints.
func (s sitemaps) measure(b *testing.B, origin, command string) measured {
	b.Helper()
	dir := b.TempDir()
	config := fmt.Sprintf(`
account:
  zones: {zone-test: [127.0.0.1]}
sources: [%s/%d/%d/%d/index.xml]
crawl: {private_networks: true, rate: 10000, page_depth: 0}
plan: {quota: %d, reserve: 0}
`, origin, s.files, s.each, s.shared, benchQuota)
	if err := os.WriteFile(filepath.Join(dir, "edgewarm.yaml"), []byte(config), 0o644); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command("edgewarm", command, "-q")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	lines, err := countLines(out)
	if err := cmd.Wait(); err != nil {
		b.Fatal(err)
	}
	want := 1 + s.files + s.distinct() // the index, its files, and theirs
	if command == "plan" {
		want = benchQuota
	}
	if err != nil || lines != want {
		b.Fatalf("%s printed %d lines, want %d: %v", command, lines, want, err)
	}
	return measured{
		wall: time.Since(begin),
		cpu:  cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		peak: peakMiB(cmd.ProcessState),
	}
}

func countLines(r io.Reader) (n int, err error) {
	buffer := make([]byte, 1<<20)
	for {
		read, err := r.Read(buffer)
		n += strings.Count(string(buffer[:read]), "\n")
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// startOrigin runs sitemapOrigin as a process and returns its address.
func startOrigin(b *testing.B) string {
	b.Helper()
	cmd := exec.Command("sitemap-origin")
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
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(address)
}

// sitemapOrigin serves /FILES/EACH/SHARED/index.xml and the sitemaps that it lists. It says where on stdout, and ends with
// stdin.
func sitemapOrigin() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var s sitemaps
		var name string
		if _, err := fmt.Sscanf(r.URL.Path, "/%d/%d/%d/%s", &s.files, &s.each, &s.shared, &name); err != nil {
			http.NotFound(w, r)
			return
		}
		var file int
		if _, err := fmt.Sscanf(name, "%d.xml.gz", &file); err != nil {
			s.index(w)
			return
		}
		s.file(w, file, "http://"+r.Host)
	}))
	fmt.Println(server.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
	server.Close()
}

func (s sitemaps) index(w io.Writer) {
	fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for i := range s.files {
		fmt.Fprintf(w, "<sitemap><loc>%d.xml.gz</loc></sitemap>\n", i)
	}
	fmt.Fprint(w, "</sitemapindex>")
}

// file is one sitemap as shops and video sites have them: slugs, and the fields of the protocol.
func (s sitemaps) file(w io.Writer, file int, root string) {
	packed, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		panic(err)
	}
	out := bufio.NewWriter(packed)
	out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	words := [...]string{"summer", "premiere", "behind-the-scenes", "finals", "interview", "season-two", "documentary", "travel"}
	var line []byte
	for i := range s.each {
		id := uint32(file*(s.each-s.shared) + i)
		hash := id * 2654435761
		line = fmt.Appendf(line[:0], "  <url>\n    <loc>%s/watch/%s-%d-%08x</loc>\n    <lastmod>2026-%02d-%02dT%02d:00:00Z</lastmod>\n"+
			"    <changefreq>weekly</changefreq>\n    <priority>0.%d</priority>\n  </url>\n",
			root, words[hash>>29], id, hash, hash%12+1, hash%28+1, hash%24, hash%10)
		out.Write(line)
	}
	out.WriteString("</urlset>\n")
	out.Flush()
	packed.Close()
}

package sitemap_test

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"syscall"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/inflate"
	"github.com/edgewarm/edgewarm/internal/sitemap"
)

// benchEntries is what one file of the protocol may hold.
const benchEntries = 50_000

// urlset writes a sitemap as shops and video sites have them: paths that differ, and the four fields of the protocol.
func urlset(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	b.WriteString(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	state := uint32(1)
	for i := range n {
		state = state*1664525 + 1013904223
		changed := start.Add(time.Duration(state>>4) * time.Second / 8)
		fmt.Fprintf(&b, "  <url>\n    <loc>https://www.example.com/watch/%s-%d-%x</loc>\n", words[state>>28], i, state)
		fmt.Fprintf(&b, "    <lastmod>%s</lastmod>\n", changed.Format(time.RFC3339))
		fmt.Fprintf(&b, "    <changefreq>weekly</changefreq>\n    <priority>0.%d</priority>\n  </url>\n", state>>8%10)
	}
	b.WriteString("</urlset>\n")
	return b.Bytes()
}

var words = [16]string{
	"summer", "holiday", "winter-sale", "premiere", "behind-the-scenes", "finals", "highlights", "interview",
	"trailer", "season-one", "season-two", "concert", "documentary", "cooking", "travel", "science",
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	w.Close()
	return out.Bytes()
}

// BenchmarkGzip reads a gzip sitemap of 50,000 URLs beside what inflating it alone takes, and beside the token loop of
// encoding/xml over the same bytes, in the same run. of-inflate is the share of inflating's speed that is left, and is to be
// at least 0.5; xml-times is how much faster than encoding/xml, and is to be at least 6. Both compare the best of times that
// are taken in turns, since whatever else runs on the machine only ever adds; of-inflate-cpu compares processor time, the
// collector's included, which waiting for a processor does not add to.
func BenchmarkGzip(b *testing.B) {
	plain := urlset(benchEntries)
	packed := gzipped(plain)
	b.SetBytes(int64(len(plain)))
	b.ReportAllocs()
	ours, inflating, tokens := fastest(), fastest(), fastest()
	for b.Loop() {
		ours.try(b, func() error { return parse(bytes.NewReader(packed)) })
		b.StopTimer()
		for range benchTurns {
			inflating.try(b, func() error { return readAll(packed) })
			ours.try(b, func() error { return parse(bytes.NewReader(packed)) })
		}
		tokens.try(b, func() error { return tokenLoop(packed) })
		b.StartTimer()
	}
	b.ReportMetric(inflating.wall.Seconds()/ours.wall.Seconds(), "of-inflate")
	b.ReportMetric(inflating.cpu.Seconds()/ours.cpu.Seconds(), "of-inflate-cpu")
	b.ReportMetric(tokens.wall.Seconds()/ours.wall.Seconds(), "xml-times")
	b.ReportMetric(float64(ours.wall.Nanoseconds())/benchEntries, "ns/entry")
}

// benchTurns is how often each is tried in one iteration: some find the processor free.
const benchTurns = 20

// best are the shortest times of several tries.
type best struct{ wall, cpu time.Duration }

func fastest() best { return best{time.Hour, time.Hour} }

func (t *best) try(b *testing.B, f func() error) {
	used := cpuTime(b)
	t.wall = min(t.wall, timed(b, f))
	t.cpu = min(t.cpu, cpuTime(b)-used)
}

// cpuTime is what this process has had of the processors.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkPlain reads the same without gzip.
func BenchmarkPlain(b *testing.B) {
	plain := urlset(benchEntries)
	b.SetBytes(int64(len(plain)))
	b.ReportAllocs()
	best := time.Hour
	for b.Loop() {
		best = min(best, timed(b, func() error { return parse(bytes.NewReader(plain)) }))
	}
	b.ReportMetric(float64(best.Nanoseconds())/benchEntries, "ns/entry")
}

func timed(b *testing.B, f func() error) time.Duration {
	start := time.Now()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func parse(r io.Reader) error {
	n := 0
	_, err := sitemap.Parse(r, "https://www.example.com/sitemap.xml", sitemap.Options{}, func(e *sitemap.Entry) bool {
		if e.LastMod.IsZero() || e.ChangeFreq == "" {
			return false
		}
		n++
		return true
	})
	if err == nil && n != benchEntries {
		err = fmt.Errorf("got %d entries", n)
	}
	return err
}

func readAll(packed []byte) error {
	r, err := inflate.NewReader(bytes.NewReader(packed), 0)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(io.Discard, struct{ io.Reader }{r})
	return err
}

func tokenLoop(packed []byte) error {
	r, err := inflate.NewReader(bytes.NewReader(packed), 0)
	if err != nil {
		return err
	}
	defer r.Close()
	for d := xml.NewDecoder(r); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// BenchmarkTags reads the same as BenchmarkPlain with the fast way switched off.
func BenchmarkTags(b *testing.B) {
	plain := urlset(benchEntries)
	b.SetBytes(int64(len(plain)))
	b.ReportAllocs()
	best := time.Hour
	for b.Loop() {
		best = min(best, timed(b, func() error {
			_, err := sitemap.Parse(bytes.NewReader(plain), base, sitemap.TagByTag(sitemap.Options{}), func(*sitemap.Entry) bool { return true })
			return err
		}))
	}
	b.ReportMetric(float64(best.Nanoseconds())/benchEntries, "ns/entry")
}

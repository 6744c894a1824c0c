package popularity_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"

	"github.com/edgewarm/edgewarm/planner/popularity"
)

// leastMemory is the least that a Counter has: room for some ten thousand URLs.
const leastMemory = 4 << 20

// long leaves a test out with -short, which the race detector is run with: it counts hundreds of thousands of lines as other
// tests count some, and lasts there.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("only much of what other tests do: left out under the race detector, as -short asks")
	}
}

// TestErrorBound counts far more URLs than fit, and compares each with the truth.
func TestErrorBound(t *testing.T) {
	t.Parallel()
	long(t)
	const n = 400_000
	var log bytes.Buffer
	truth := make(map[string]float64)
	r := rand.New(rand.NewPCG(1, 2))
	popular := rand.NewZipf(r, 1.1, 10, 1_000_000)
	for range n {
		url := fmt.Sprintf("https://h.example.com/title/%d.ts", popular.Uint64())
		truth[url]++
		fmt.Fprintf(&log, "%s,1\n", url)
	}
	c := &popularity.Counter{Memory: leastMemory}
	read(t, c, log.String())
	bound := c.ErrorBound()
	if bound == 0 || c.Len() >= len(truth) {
		t.Fatalf("got a bound of %v and %d of %d URLs: nothing was dropped", bound, c.Len(), len(truth))
	}
	if most := 2 * n / float64(c.Len()); bound > most {
		t.Errorf("got a bound of %v, want at most %v", bound, most)
	}
	for url, want := range truth {
		if got := c.Demand(url).Requests; got > want || got < want-bound {
			t.Errorf("%s: got %v requests, want %v less at most %v", url, got, want, bound)
		}
	}
	for url, d := range c.All() {
		if got := c.Demand(url); got != d {
			t.Errorf("%s: got %v by its URL, %v in the list", url, got, d)
		}
	}
}

// TestSameTwice counts beyond the memory in two counters, whose hashes differ: what is dropped must not.
func TestSameTwice(t *testing.T) {
	t.Parallel()
	var lists [2]string
	for i := range lists {
		c := &popularity.Counter{Memory: leastMemory}
		if _, err := c.Read(t.Context(), "urls", distinct(100_000)); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		for url, d := range c.All() {
			fmt.Fprintln(&b, url, d)
		}
		lists[i] = b.String()
	}
	if lists[0] != lists[1] {
		t.Error("two counters of the same log hold different URLs")
	}
}

// TestTokensDoNotFillMemory has one URL under a new token in each request.
func TestTokensDoNotFillMemory(t *testing.T) {
	t.Parallel()
	long(t)
	c := &popularity.Counter{Memory: leastMemory, Policy: popularity.Policy{Strip: []string{"token"}}}
	pr, pw := io.Pipe()
	go func() {
		w := bufio.NewWriterSize(pw, 64<<10)
		for i := range 300_000 {
			fmt.Fprintf(w, "https://h.example.com/%d?token=%d,1\n", i%100, i)
		}
		pw.CloseWithError(w.Flush())
	}()
	if _, err := c.Read(t.Context(), "urls", pr); err != nil {
		t.Fatal(err)
	}
	if c.Len() != 100 || c.ErrorBound() != 0 {
		t.Errorf("got %d URLs and a bound of %v, want 100 and exact counts", c.Len(), c.ErrorBound())
	}
	if got := c.Demand("https://h.example.com/7?token=1").Requests; got != 3000 {
		t.Errorf("got %v requests, want 3000", got)
	}
}

// TestMemoryIsFlat holds several times the URLs that fit.
func TestMemoryIsFlat(t *testing.T) {
	long(t)
	const memory = 16 << 20
	before := heap()
	c := &popularity.Counter{Memory: memory}
	if _, err := c.Read(t.Context(), "urls", distinct(1_000_000)); err != nil {
		t.Fatal(err)
	}
	if held := heap() - before; held > memory {
		t.Errorf("got %d bytes held, want at most %d", held, memory)
	}
	if c.Len() < 40_000 || c.ErrorBound() == 0 {
		t.Errorf("got %d URLs and a bound of %v", c.Len(), c.ErrorBound())
	}
	runtime.KeepAlive(c)
}

func heap() int64 {
	runtime.GC()
	runtime.GC() // the first leaves what is pooled
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// distinct is a table of n URLs, written without leaving garbage.
func distinct(n int) io.Reader {
	pr, pw := io.Pipe()
	go func() {
		w := bufio.NewWriterSize(pw, 64<<10)
		var line []byte
		for i := range n {
			line = strconv.AppendInt(append(line[:0], "https://h.example.com/title-"...), int64(i/100), 10)
			line = strconv.AppendInt(append(line, "/segment-"...), int64(i), 10)
			line = strconv.AppendInt(append(line, ".ts,"...), int64(i%3+1), 10)
			_, _ = w.Write(append(line, '\n'))
		}
		pw.CloseWithError(w.Flush())
	}()
	return pr
}

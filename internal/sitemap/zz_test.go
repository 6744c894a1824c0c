package sitemap_test

import (
	"bytes"
	"runtime"
	"sort"
	"testing"
	"time"
)

func TestZZ(t *testing.T) {
	runtime.LockOSThread()
	plain := urlset(benchEntries)
	packed := gzipped(plain)
	var a, b, c []time.Duration
	m := func(d *[]time.Duration, f func() error) {
		s := time.Now()
		f()
		*d = append(*d, time.Since(s))
	}
	for range 200 {
		m(&a, func() error { return parse(bytes.NewReader(packed)) })
		m(&b, func() error { return readAll(packed) })
		m(&c, func() error { return parse(bytes.NewReader(plain)) })
	}
	for _, x := range [][]time.Duration{a, b, c} {
		sort.Slice(x, func(i, j int) bool { return x[i] < x[j] })
	}
	for _, q := range []int{0, 10, 50} {
		t.Logf("q%d gzip %d ns/e, inflate %d, plain %d, ratio %.3f", q, a[q].Nanoseconds()/benchEntries, b[q].Nanoseconds()/benchEntries, c[q].Nanoseconds()/benchEntries, float64(b[q])/float64(a[q]))
	}
}

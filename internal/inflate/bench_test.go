package inflate_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/inflate"
	"github.com/klauspost/compress/gzip"
)

// sitemap is 50,000 lines that compress as those of a real one do.
func sitemap() string {
	var b strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&b, "<url><loc>https://example.com/videos/%x/%d.html</loc></url>\n", i*2654435761, i)
	}
	return gz(b.String())
}

// BenchmarkGzip compares with the decoder alone, which is the bound.
func BenchmarkGzip(b *testing.B) {
	in := sitemap()
	buf := make([]byte, 64<<10)
	b.Run("inflate", func(b *testing.B) {
		b.SetBytes(int64(len(in)))
		b.ReportAllocs()
		for b.Loop() {
			z, err := inflate.NewReader(strings.NewReader(in), 1<<30)
			if err != nil {
				b.Fatal(err)
			}
			drain(b, z, buf)
			_ = z.Close()
		}
	})
	b.Run("klauspost", func(b *testing.B) {
		b.SetBytes(int64(len(in)))
		b.ReportAllocs()
		zr := new(gzip.Reader)
		for b.Loop() {
			if err := zr.Reset(strings.NewReader(in)); err != nil {
				b.Fatal(err)
			}
			drain(b, zr, buf)
		}
	})
}

func drain(b *testing.B, r io.Reader, buf []byte) {
	for {
		if _, err := r.Read(buf); err == io.EOF {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}

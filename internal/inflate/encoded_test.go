package inflate_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/edgewarm/edgewarm/internal/inflate"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

func TestEncoded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, encoding, in, want, err string
		layers                        []string
		mislabelled                   bool
	}{
		{name: "none", in: text, want: text},
		{name: "none of gzip is the parser's", in: gz(text), want: gz(text)},
		{name: "identity", encoding: "identity", in: text, want: text},
		{name: "a charset as encoding", encoding: "UTF-8", in: text, want: text},
		{name: "gzip", encoding: "gzip", in: gz(text), want: text, layers: []string{"gzip"}},
		{name: "x-gzip", encoding: " X-GZip ", in: gz(text), want: text, layers: []string{"gzip"}},
		{name: "gzip of no bytes", encoding: "gzip"},
		{name: "gzip that is none", encoding: "gzip", in: text, want: text, mislabelled: true},
		{name: "deflate with zlib", encoding: "deflate", in: zl(text), want: text, layers: []string{"deflate"}},
		{name: "deflate raw", encoding: "deflate", in: raw(text), want: text, layers: []string{"deflate"}},
		{name: "deflate that is gzip", encoding: "deflate", in: gz(text), want: text, layers: []string{"gzip"}},
		{name: "deflate cut", encoding: "deflate", in: raw(text)[:20], want: text[:15], layers: []string{"deflate"}, err: "unexpected EOF"},
		{name: "zlib cut in its checksum", encoding: "deflate", in: zl(text)[:len(zl(text))-2], want: text,
			layers: []string{"deflate"}, err: "unexpected EOF"},
		{name: "stacked", encoding: "deflate, gzip", in: gz(zl(text)), want: text, layers: []string{"gzip", "deflate"}},
		{name: "three", encoding: "gzip, deflate, gzip", in: text, err: `unsupported encoding "gzip, deflate, gzip"`},
		{name: "brotli", encoding: "br", in: text, err: `unsupported encoding "br"`},
		{name: "zstd", encoding: "zstd", in: zst(text), err: `unsupported encoding "zstd"`},
		{name: "one unknown of two", encoding: "gzip, dcb", in: text, err: `unsupported encoding "dcb"`},
		{name: "escapes", encoding: "\x1b[31m", in: text, err: `unsupported encoding "\x1b[31m"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for range 2 { // the second takes its decoders from the pool
				z, err := inflate.Encoded(iotest.OneByteReader(strings.NewReader(c.in)), c.encoding, 1<<20)
				check(t, z, err, c.want, c.layers, c.err)
				if err == nil && z.Mislabelled != c.mislabelled {
					t.Errorf("got Mislabelled %t, want %t", z.Mislabelled, c.mislabelled)
				}
			}
		})
	}
}

func TestEncodedErrorIsTyped(t *testing.T) {
	t.Parallel()
	_, err := inflate.Encoded(strings.NewReader(""), "br", 0)
	if e, ok := errors.AsType[*inflate.EncodingError](err); !ok || e.Name != "br" {
		t.Errorf("got %v, want an EncodingError of br", err)
	}
}

func gz(s string) string {
	return pack(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, s)
}
func zl(s string) string {
	return pack(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }, s)
}
func zst(s string) string { return pack(zstdWriter, s) }
func raw(s string) string {
	return pack(func(w io.Writer) io.WriteCloser { fw, _ := flate.NewWriter(w, 6); return fw }, s)
}

func zstdWriter(w io.Writer) io.WriteCloser {
	zw, _ := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	return zw
}

func pack(open func(io.Writer) io.WriteCloser, s string) string {
	var b bytes.Buffer
	w := open(&b)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

// spoil changes the byte that is n from the end.
func spoil(s string, n int) string {
	b := []byte(s)
	b[len(b)-n] ^= 0xff
	return string(b)
}

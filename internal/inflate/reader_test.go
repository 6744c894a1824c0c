package inflate_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/edgewarm/edgewarm/internal/inflate"
)

const text = "https://example.com/a\nhttps://example.com/b\n"

// bzipped is text as bzip2 writes it; the standard library only reads that format.
const bzipped = "BZh91AY&SYP\x04W\xe3\x00\x00\x0bY\x80\x00\x10\x00\x01\x80\x10:F\xcc@ \x001L\x00\x13@\xaa\xa6\x87\xa9\xa3\xd4l\xa4F]%\x96\x98\xb6<|\xdd*S\xd6\x92\xb40\xb5?\x17rE8P\x90P\x04W\xe3"

// files are what NewReader is given, also the seeds of its fuzz test. An empty err is none.
var files = []struct {
	name, in, want, err string
	layers              []string
}{
	{name: "empty"},
	{name: "plain", in: text, want: text},
	{name: "shorter than a magic", in: "\x1f\x8b", want: "\x1f\x8b"},
	{name: "text that begins like bzip2", in: "BZh9 is a magic", want: "BZh9 is a magic"},
	{name: "gzip", in: gz(text), want: text, layers: []string{"gzip"}},
	{name: "gzip twice", in: gz(gz(text)), want: text, layers: []string{"gzip", "gzip"}},
	{name: "gzip three times", in: gz(gz(gz(text))), err: "compressed more than twice"},
	{name: "gzip of nothing", in: gz(""), layers: []string{"gzip"}},
	{name: "members", in: gz("a") + gz("") + gz("b"), want: "ab", layers: []string{"gzip"}},
	{name: "padding", in: gz(text) + strings.Repeat("\x00", 100_000), want: text, layers: []string{"gzip"}},
	{name: "trailing bytes", in: gz(text) + "<!-- page -->", want: text, layers: []string{"gzip"},
		err: "unknown bytes after the end of the gzip data"},
	{name: "next member cut in its magic", in: gz(text) + "\x1f", want: text, layers: []string{"gzip"}, err: "unexpected EOF"},
	{name: "next member cut in its name", in: gz(text) + "\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x03name", want: text,
		layers: []string{"gzip"}, err: "unexpected EOF"},
	{name: "header cut", in: gz(text)[:7], err: "unexpected EOF"},
	{name: "trailer cut", in: gz(text)[:len(gz(text))-3], want: text, layers: []string{"gzip"}, err: "unexpected EOF"},
	{name: "wrong checksum", in: spoil(gz(text), 6), want: text, layers: []string{"gzip"}, err: "gzip: invalid checksum"},
	{name: "zstd", in: zst(text), want: text, layers: []string{"zstd"}},
	{name: "zstd after a skippable frame", in: "\x5a\x2a\x4d\x18\x02\x00\x00\x00hi" + zst(text), want: text, layers: []string{"zstd"}},
	{name: "zstd in gzip", in: gz(zst(text)), want: text, layers: []string{"gzip", "zstd"}},
	{name: "zstd cut", in: zst(text)[:20], layers: []string{"zstd"}, err: "unexpected EOF"},
	{name: "bzip2", in: bzipped, want: text, layers: []string{"bzip2"}},
	{name: "bzip2 cut", in: bzipped[:50], layers: []string{"bzip2"}, err: "unexpected EOF"},
}

func TestNewReader(t *testing.T) {
	t.Parallel()
	for _, c := range files {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, in := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in))} {
				z, err := inflate.NewReader(in, 1<<20)
				check(t, z, err, c.want, c.layers, c.err)
			}
		})
	}
}

// check reads z to its end, twice, and compares what came out of it.
func check(t *testing.T, z *inflate.Reader, err error, want string, layers []string, wantErr string) {
	t.Helper()
	var got []byte
	if err == nil {
		defer z.Close()
		got, err = io.ReadAll(z)
		if _, again := z.Read(make([]byte, 1)); again != err && (err != nil || again != io.EOF) {
			t.Errorf("got %v when read again, want %v", again, err)
		}
		if !slices.Equal(z.Layers, layers) {
			t.Errorf("got layers %q, want %q", z.Layers, layers)
		}
	}
	if string(got) != want {
		t.Errorf("got %.200q, want %.200q", got, want)
	}
	if reason(err) != wantErr {
		t.Errorf("got error %q, want %q", reason(err), wantErr)
	}
}

func reason(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		in    string
		limit int64
		want  string // of the error
	}{
		{"exactly", gz(strings.Repeat("x", 1<<10)), 1 << 10, ""},
		{"one over", gz(strings.Repeat("x", 1<<10+1)), 1 << 10, "decoded body is larger than 1 KiB"},
		{"plain", strings.Repeat("x", 1001), 1000, "decoded body is larger than 1000 bytes"},
		{"bomb in a layer", gz(gz(strings.Repeat("x", 3<<20))), 2 << 20, "decoded body is larger than 2 MiB"},
		{"bomb that decodes to nothing", gz(strings.Repeat(gz(""), 60_000)), 1 << 20, "decoded body is larger than 1 MiB"},
		{"none", gz(strings.Repeat("x", 3<<20)), 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			z, err := inflate.NewReader(strings.NewReader(c.in), c.limit)
			if err != nil {
				t.Fatal(err)
			}
			defer z.Close()
			n, err := io.Copy(io.Discard, z)
			if reason(err) != c.want {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if c.limit > 0 && n > c.limit {
				t.Errorf("got %d bytes, want at most %d", n, c.limit)
			}
		})
	}
}

func TestZstdWindowIsBounded(t *testing.T) {
	t.Parallel()
	// A frame header that asks for a window of 128 MiB, and one raw block.
	const in = "\x28\xb5\x2f\xfd\x00\x88\x09\x00\x00x"
	z, err := inflate.NewReader(strings.NewReader(in), 0)
	if err == nil {
		_, err = io.ReadAll(z)
	}
	if err == nil {
		t.Fatal("got no error, want the window refused")
	}
}

func TestReadAfterClose(t *testing.T) {
	t.Parallel()
	z, err := inflate.NewReader(strings.NewReader(gz(text)), 0)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := z.Close(); err != nil {
			t.Errorf("got %v from Close, want none", err)
		}
	}
	if n, err := z.Read(make([]byte, 10)); n > 0 || err == nil {
		t.Errorf("got %d, %v, want an error", n, err)
	}
}

func TestSourceErrorIsKept(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken line")
	for _, in := range []string{text, gz(text)[:30]} {
		z, err := inflate.NewReader(io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken)), 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(z); !errors.Is(err, broken) {
			t.Errorf("got %v, want the source's error", err)
		}
		_ = z.Close()
	}
}

func TestCorpusCompressed(t *testing.T) {
	t.Parallel()
	root := os.Getenv("EDGEWARM_CORPORA")
	if root == "" {
		t.Skip("EDGEWARM_CORPORA is not set")
	}
	for _, c := range []struct {
		name, err string
		least     int
	}{
		{"html-gzip.bin", "", 20_000},
		{"truncated-crc-error.gz", "unexpected EOF", 10_000},
		{"bomb-gzip.bin", "decoded body is larger than 1 MiB", 1 << 20},
	} {
		b, err := os.ReadFile(filepath.Join(root, "html", "compressed", c.name))
		if err != nil {
			t.Fatal(err)
		}
		z, err := inflate.NewReader(bytes.NewReader(b), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(z)
		if reason(err) != c.err || len(got) < c.least {
			t.Errorf("%s: got %d bytes and %v, want at least %d and %q", c.name, len(got), err, c.least, c.err)
		}
		_ = z.Close()
	}
}

func FuzzNewReader(f *testing.F) {
	for _, c := range files {
		f.Add([]byte(c.in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		const limit = 1 << 16
		z, err := inflate.NewReader(bytes.NewReader(in), limit)
		if err != nil {
			return
		}
		defer z.Close()
		if n, _ := io.Copy(io.Discard, z); n > limit {
			t.Errorf("got %d bytes, want at most %d", n, limit)
		}
	})
}

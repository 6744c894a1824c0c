package source_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/edgewarm/edgewarm/internal/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reader is what List, Bucket and Git have in common.
type reader interface {
	Read(ctx context.Context, emit func(source.Entry) bool) (source.Result, error)
}

// read returns the entries of a source as lines: the URL, and the weight where one is stated.
func read(t *testing.T, r reader) (got []string, result source.Result, err error) {
	t.Helper()
	result, err = r.Read(t.Context(), func(e source.Entry) bool {
		if e.Weight != 0 {
			e.URL += fmt.Sprintf(" %g", e.Weight)
		}
		got = append(got, e.URL)
		return true
	})
	return got, result, err
}

// warned are the warnings as lines.
func warned(r source.Result) (lines []string) {
	for _, w := range r.Warnings {
		lines = append(lines, fmt.Sprintf("%d: %s", w.Line, w.Text))
	}
	return lines
}

const long = 100_000 // longer than a line may be

var lists = []struct {
	name, text string
	want, warn []string
}{
	{"plain", "https://a.example/1\nhttps://a.example/2", []string{"https://a.example/1", "https://a.example/2"}, nil},
	{"nothing", "\n# only a comment\n\n", nil, nil},
	{"byte order mark and CRLF", "\xef\xbb\xbf# mine\r\nhttps://a.example/1\r\n\r\n  https://a.example/2  \r\n", []string{"https://a.example/1", "https://a.example/2"}, nil},
	{"without a scheme", "www.example.com/a\nlocalhost:8080/b\n//c.example/\n", []string{"https://www.example.com/a", "https://localhost:8080/b", "https://c.example/"}, nil},
	{"brought to the normal form", "HTTPS://A.Example:443/a b/../ü#top\n", []string{"https://a.example/%C3%BC"}, nil},
	{"weights", "https://a.example/1,10\nhttps://a.example/2\t0.5\nhttps://a.example/3, 2\nhttps://a.example/4\n", []string{
		"https://a.example/1 10", "https://a.example/2 0.5", "https://a.example/3 2", "https://a.example/4"}, nil},
	{"commas in URLs", "https://a.example/w_100,h_200/x.jpg\nhttps://a.example/x,y\n\"https://a.example/x,1\"\n\"https://a.example/x,1\",7\n", []string{
		"https://a.example/w_100,h_200/x.jpg", "https://a.example/x,y", "https://a.example/x,1", "https://a.example/x,1 7"}, nil},
	{"header", "url,weight\nhttps://a.example/1,5\nhttps://a.example/2,\nhttps://a.example/x,1\n", []string{
		"https://a.example/1 5", "https://a.example/2", "https://a.example/x 1"}, nil},
	{"header of one column", "URL\nhttps://a.example/x,1\n", []string{"https://a.example/x,1"}, nil},
	{"header in any order", "id;Weight;title;\"Url\"\n1;3;a;https://a.example/1\n#2;;b;https://a.example/2\n", []string{
		"https://a.example/1 3", "https://a.example/2"}, nil},
	{"tabs", "title\turl\tweight\nA, B\thttps://a.example/a,b\t4\n", []string{"https://a.example/a,b 4"}, nil},
	{"spreadsheet", "\xef\xbb\xbfsep=;\r\nurl;weight\r\nhttps://a.example/1;2\r\n", []string{"https://a.example/1 2"}, nil},
	{"quotes", "title,url,weight\n\"a, \"\"b\"\"\",\"https://a.example/1,2\",3\n12\" disc,https://a.example/2,1\n\"a\nb,\n\",https://a.example/3,2\n", []string{
		"https://a.example/1,2 3", "https://a.example/2 1", "https://a.example/3 2"}, nil},
	{"comment in a table", "url,weight\n# none,1\nhttps://a.example/1,1\n", []string{"https://a.example/1 1"}, nil},
	{"bad lines", "https://a.example/1\nmailto:someone@example.com\nhello\njavascript:alert(1)\n/relative\nhttps://a.example/2\n", []string{"https://a.example/1", "https://a.example/2"}, []string{
		`2: left out: url "mailto:someone@example.com": scheme is not http or https`,
		`3: left out: url "hello": not a URL`,
		`4: left out: url "javascript:alert(1)": scheme is not http or https`,
		`5: left out: url "/relative": URL is not absolute`,
	}},
	{"bad weights", "url,weight\nhttps://a.example/1,many\nhttps://a.example/2,0\nhttps://a.example/3,-1\nhttps://a.example/4,NaN\nhttps://a.example/5,1e300\nhttps://a.example/6,1\n", []string{"https://a.example/6 1"}, []string{
		`2: left out: the weight "many" is not a number above 0 and at most 1e+09`,
		`3: left out: the weight "0" is not a number above 0 and at most 1e+09`,
		`4: left out: the weight "-1" is not a number above 0 and at most 1e+09`,
		`5: left out: the weight "NaN" is not a number above 0 and at most 1e+09`,
		`6: left out: the weight "1e300" is not a number above 0 and at most 1e+09`,
	}},
	{"row without a URL", "id,url\n1\n2,https://a.example/2\n", []string{"https://a.example/2"}, []string{`2: left out: url "": empty URL`}},
	{"quote that never closes", "url,title\nhttps://a.example/1,\"a\nhttps://a.example/2,b\nhttps://a.example/3,c\n", []string{"https://a.example/2", "https://a.example/3"}, []string{
		`2: left out: a quote that is never closed`}},
	{"quote that never closes in a plain list", "\"https://a.example/1\nhttps://a.example/2\n", []string{"https://a.example/2"}, []string{`1: left out: a quote that is never closed`}},
	{"long line", "https://a.example/" + strings.Repeat("a", long) + "\nhttps://a.example/2\n", []string{"https://a.example/2"}, []string{`1: left out: longer than 64 KiB`}},
	{"long line at the end", "https://a.example/1\n" + strings.Repeat("a", long), []string{"https://a.example/1"}, []string{`2: left out: longer than 64 KiB`}},
	{"long URL", "https://a.example/1\nhttps://a.example/" + strings.Repeat("a", 9000) + "\n", []string{"https://a.example/1"}, []string{
		`2: left out: url "https://a.example/` + strings.Repeat("a", 182) + `…": URL is longer than 8192 bytes`}},
}

func TestList(t *testing.T) {
	t.Parallel()
	for _, c := range lists {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, result, err := read(t, source.List{Name: "-", Stdin: strings.NewReader(c.text)})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("want -, got +:\n%s", d)
			}
			if d := cmp.Diff(c.warn, warned(result)); d != "" {
				t.Errorf("warnings: want -, got +:\n%s", d)
			}
			if result.URLs != len(c.want) || result.Bad != len(c.warn) {
				t.Errorf("got %d URLs and %d bad, want %d and %d", result.URLs, result.Bad, len(c.want), len(c.warn))
			}
		})
	}
}

func TestFault36LineEndsAndNUL(t *testing.T) {
	t.Parallel()
	got, result, err := read(t, source.List{Name: "-", Stdin: strings.NewReader(
		"https://a.example/a\x00b\nhttps://a.example/a\rX-Evil: 1\n\"https://a.example/a\tb\"\nhttps://a.example/ok\nurl\n")})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"https://a.example/ok"}; !cmp.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, w := range result.Warnings {
		if strings.ContainsAny(w.Text, "\x00\r\n\t") {
			t.Errorf("the warning %q has what it warns of", w.Text)
		}
	}
	if result.Bad != 4 {
		t.Errorf("got %d bad lines %q, want 4", result.Bad, warned(result))
	}
}

func TestFault65NotURLs(t *testing.T) {
	t.Parallel()
	text := "https://a.example/" + strings.Repeat("x", long) + "\nmailto:a@example.com\njavascript:void(0)\n\"\"\n"
	got, result, err := read(t, source.List{Name: "-", Stdin: strings.NewReader(text)})
	if !errors.Is(err, source.ErrNoURL) || len(got) != 0 || result.Bad != 4 {
		t.Errorf("got %q, %d bad, %v, want none, 4 and ErrNoURL", got, result.Bad, err)
	}
}

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestListFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	two := []string{"https://a.example/1", "https://a.example/2"}
	packed := gzipped(t, strings.Join(two, "\n"))
	for _, c := range []struct {
		name, path string
		want       []string
		err        error
	}{
		{"plain", write("a.txt", []byte(strings.Join(two, "\n"))), two, nil},
		{"gzip", write("a.csv.gz", packed), two, nil},
		{"gzip cut", write("cut.gz", packed[:len(packed)-6]), two, io.ErrUnexpectedEOF},
		{"missing", filepath.Join(dir, "missing.txt"), nil, fs.ErrNotExist},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, _, err := read(t, source.List{Name: c.path})
			if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
				t.Errorf("got error %v, want %v", err, c.err)
			}
			if !cmp.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if _, _, err := read(t, source.List{Name: dir}); err == nil {
		t.Error("a folder was read as a list")
	}
	_, _, err := read(t, source.List{Name: write("w.txt", []byte("\xff\xfeh\x00"))})
	if got, want := fmt.Sprint(err), "list "+filepath.Join(dir, "w.txt")+": the file is UTF-16"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, _, err := read(t, source.List{Name: "-"}); got != nil || err != nil {
		t.Errorf("of no stdin: got %q, %v", got, err)
	}
}

// endless is a list without end.
type endless struct{ line string }

func (e endless) Read(p []byte) (int, error) { return copy(p, e.line), nil }

func TestListIsStopped(t *testing.T) {
	t.Parallel()
	n := 0
	result, err := source.List{Name: "-", Stdin: endless{"https://a.example/\n"}}.Read(t.Context(), func(source.Entry) bool { n++; return n < 3 })
	if n != 3 || result.URLs != 3 || err != nil {
		t.Errorf("got %d entries, %d URLs, %v", n, result.URLs, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (source.List{Name: "-", Stdin: endless{"# nothing\n"}}).Read(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's", err)
	}
}

func FuzzList(f *testing.F) {
	for _, c := range lists {
		f.Add([]byte(c.text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := bytes.Count(data, []byte("\n")) + 1
		n := 0
		result, _ := source.List{Name: "-", Stdin: bytes.NewReader(data)}.Read(t.Context(), func(e source.Entry) bool {
			n++
			if !strings.HasPrefix(e.URL, "http") || strings.ContainsAny(e.URL, "\x00\r\n\t ") || e.Weight < 0 {
				t.Errorf("got %+v", e)
			}
			return true
		})
		if n != result.URLs || !compressed(data) && n+result.Bad > lines {
			t.Errorf("got %d URLs, counted %d, and %d bad of %d lines", n, result.URLs, result.Bad, lines)
		}
	})
}

func compressed(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\x1f\x8b")) || bytes.HasPrefix(data, []byte("\x28\xb5\x2f\xfd")) || bytes.HasPrefix(data, []byte("BZh"))
}

func BenchmarkList(b *testing.B) {
	var text bytes.Buffer
	for i := range 10_000 {
		fmt.Fprintf(&text, "https://cdn.example.com/videos/title-%d/segment-%d.ts,%d\n", i/100, i, i+1)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if _, err := (source.List{Name: "-", Stdin: bytes.NewReader(text.Bytes())}).Read(b.Context(), func(source.Entry) bool { return true }); err != nil {
			b.Fatal(err)
		}
	}
}

package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// TestCorpusLogs asks inspect for the requests of each path, in each of the formats.
func TestCorpusLogs(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(corpora(t), "logs")
	text, err := os.ReadFile(filepath.Join(dir, "truth_counts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var truth map[string]float64
	if err := json.Unmarshal(text, &truth); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"apache_common.log", "edgeone_like.jsonl", "nginx_json.jsonl.gz"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines, code := inspect[struct {
				URL      string
				Requests float64
				Document *struct{ Kind string }
			}](t, "", filepath.Join(dir, "derived", name), "--as", "log", "--base", "http://www.semicomplete.com/")
			if code != 0 || len(lines) == 0 || lines[len(lines)-1].Document == nil {
				t.Fatalf("got exit code %d and %d lines, want a document at their end", code, len(lines))
			}
			got := map[string]float64{} // the truth is by path: queries run together
			for _, l := range lines[:len(lines)-1] {
				u, err := url.Parse(l.URL)
				if err != nil {
					t.Fatal(err)
				}
				got[u.EscapedPath()] += l.Requests
			}
			for path, want := range truth {
				if normal := escaped(path); got[normal] != want {
					t.Errorf("%s: got %v requests, want %v", path, got[normal], want)
				}
				delete(got, escaped(path))
			}
			if len(got) > 0 {
				t.Errorf("got %d paths that nobody asked for: %.200v", len(got), got)
			}
		})
	}
}

// escaped is a path of the truth as a URL has it.
func escaped(path string) string {
	u, err := url.Parse("http://h" + path)
	if err != nil {
		return path
	}
	return u.EscapedPath()
}

// TestInspectCompressedLog wants the same bytes of a log, whatever it is compressed with.
func TestInspectCompressedLog(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	for i := range 3000 {
		log.WriteString(`{"RequestTime":"2026-11-01T10:00:00Z","RequestHost":"h.example.com","RequestMethod":"GET","RequestUrl":"/` +
			strings.Repeat("a", i%7) + `.ts","EdgeResponseStatusCode":200,"EdgeResponseBytes":100,"EdgeCacheStatus":"miss"}` + "\n")
	}
	half := log.Len() / 2
	pack := func(write func(io.Writer) io.WriteCloser, parts ...string) []byte {
		var b bytes.Buffer
		for _, p := range parts {
			z := write(&b)
			_, _ = io.WriteString(z, p)
			_ = z.Close()
		}
		return b.Bytes()
	}
	gzipped := func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
	zstandard := func(w io.Writer) io.WriteCloser {
		z, err := zstd.NewWriter(w)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	outputs := map[string]string{}
	for name, data := range map[string][]byte{
		"plain":        []byte(log.String()),
		"gzip":         pack(gzipped, log.String()),
		"gzip members": pack(gzipped, log.String()[:half], log.String()[half:]),
		"zstd":         pack(zstandard, log.String()),
		"zstd frames":  pack(zstandard, log.String()[:half], log.String()[half:]),
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), []string{"inspect", "-", "--as", "log"}, bytes.NewReader(data), &stdout, &stderr); code != 0 {
			t.Fatalf("%s: exit code %d: %s", name, code, &stderr)
		}
		outputs[name] = stdout.String()
	}
	if n := strings.Count(outputs["plain"], "\n"); n != 8 {
		t.Fatalf("got %d lines, want 7 URLs and a document:\n%s", n, outputs["plain"])
	}
	for name, output := range outputs {
		if output != outputs["plain"] {
			t.Errorf("%s: got\n%s\nwant\n%s", name, output, outputs["plain"])
		}
	}
}

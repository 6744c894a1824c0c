package popularity_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/planner/popularity"
)

// corpus is the folder of real logs with their expected counts.
func corpus(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("EDGEWARM_CORPORA")
	if dir == "" {
		t.Skip("EDGEWARM_CORPORA is not set: it names the folder of real cases")
	}
	return filepath.Join(dir, "logs")
}

func TestCorpusCounts(t *testing.T) {
	t.Parallel()
	dir := corpus(t)
	text, err := os.ReadFile(filepath.Join(dir, "truth_counts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var truth map[string]float64
	if err := json.Unmarshal(text, &truth); err != nil {
		t.Fatal(err)
	}
	for name, format := range map[string]string{
		"apache_common.log": "common", "edgeone_like.jsonl": "edgeone", "nginx_json.jsonl.gz": "nginx-json",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &popularity.Counter{Raw: true, Policy: popularity.Policy{Drop: true}, Base: "http://www.semicomplete.com/"}
			stats, err := c.Files(t.Context(), filepath.Join(dir, "derived", name))
			if err != nil {
				t.Fatal(err)
			}
			if s := stats[0]; s.Format != format || s.Lines != 10_000 || s.Bad != 0 {
				t.Errorf("got format %s, %d lines, %d bad; want %s, 10000, 0", s.Format, s.Lines, s.Bad, format)
			}
			compareCounts(t, c, truth)
		})
	}
}

func compareCounts(t *testing.T, c *popularity.Counter, truth map[string]float64) {
	t.Helper()
	n := 0
	for url, d := range c.All() {
		n++
		_, rest, _ := strings.Cut(url, "://www.semicomplete.com")
		if want := truth[rest]; d.Requests != want {
			t.Errorf("%s: got %v requests, want %v", url, d.Requests, want)
		}
		if got := c.Demand(url); got != d {
			t.Errorf("Demand(%s): got %v, want %v", url, got, d)
		}
	}
	if n != len(truth) {
		t.Errorf("got %d URLs, want %d", n, len(truth))
	}
}

// TestCorpusCompressed reads one log plain and compressed, and compares what comes out to the byte.
func TestCorpusCompressed(t *testing.T) {
	t.Parallel()
	plain, err := os.ReadFile(filepath.Join(corpus(t), "derived", "edgeone_like.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	want := listing(t, bytes.NewReader(plain))
	for _, tool := range []string{"gzip", "zstd", "bzip2"} {
		t.Run(tool, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(tool); err != nil {
				t.Skipf("%s is not installed", tool)
			}
			cmd := exec.CommandContext(t.Context(), tool, "-c")
			cmd.Stdin = bytes.NewReader(plain)
			packed, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			if got := listing(t, bytes.NewReader(packed)); got != want {
				t.Error("the counts differ from those of the plain log")
			}
		})
	}
}

// listing counts a log and writes all that came of it.
func listing(t *testing.T, r io.Reader) string {
	t.Helper()
	c := &popularity.Counter{Raw: true}
	stats, err := c.Read(t.Context(), "log", r)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	_ = enc.Encode(stats)
	for url, d := range c.All() {
		_ = enc.Encode(map[string]any{"url": url, "demand": d})
	}
	return b.String()
}

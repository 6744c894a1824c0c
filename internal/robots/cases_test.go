package robots_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/robots"
)

// question is one line of a case file.
type question struct {
	Name, ID, Robots, Agent, URL string
	Allowed                      bool
	GoogleOnly                   bool `json:"google_only"`
}

// questions reads a case file; they are the seeds of the fuzz tests, too.
func questions(tb testing.TB, path string) []question {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var all []question
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			tb.Fatalf("%s:%d: %v", path, len(all)+1, err)
		}
		all = append(all, q)
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return all
}

func TestAllowed(t *testing.T) {
	t.Parallel()
	for _, q := range questions(t, "testdata/cases.jsonl") {
		if got := robots.Parse([]byte(q.Robots)).Allowed(q.Agent, q.URL); got != q.Allowed {
			t.Errorf("%s: %s on %s: got %t, want %t", q.Name, q.Agent, q.URL, got, q.Allowed)
		}
	}
}

// TestCorpus asks what Google's own test suite asks. All of it must hold, what goes beyond RFC 9309 too.
func TestCorpus(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("EDGEWARM_CORPORA")
	if dir == "" {
		t.Skip("EDGEWARM_CORPORA is not set: the cases of other projects are read from there")
	}
	right := map[bool]int{}
	for _, q := range questions(t, filepath.Join(dir, "robots", "google_cases.jsonl")) {
		if got := robots.Parse([]byte(q.Robots)).Allowed(q.Agent, q.URL); got != q.Allowed {
			t.Errorf("%s: %s on %.80s: got %t, want %t", q.ID, q.Agent, q.URL, got, q.Allowed)
			continue
		}
		right[q.GoogleOnly]++
	}
	t.Logf("right: %d of RFC 9309, %d beyond it", right[false], right[true])
}

func warnings(r *robots.Rules) string {
	var all []string
	for _, w := range r.Warnings {
		all = append(all, w.Text)
	}
	return strings.Join(all, "\n")
}

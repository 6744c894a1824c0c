package popularity_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/accesslog"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

// tree writes files under a new folder.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFiles(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"a.log": "/a,1\n", "b.log": "/a,2\n", "deep/er/c.log": "/a,4\n", "deep/.hidden": "/a,100\n", "odd[1].log": "/a,8\n", "empty.log": "",
	})
	for name, c := range map[string]struct {
		patterns []string
		files    int
		want     float64
	}{
		"file":            {[]string{"a.log"}, 1, 1},
		"glob":            {[]string{"[ab].log"}, 2, 3},
		"folder":          {[]string{"deep"}, 1, 4},
		"all, each once":  {[]string{"a.log", ".", "*.log"}, 5, 15},
		"a name of signs": {[]string{"odd[1].log"}, 1, 8},
		"stdin":           {[]string{"-", "b.log"}, 2, 18},
		"nothing":         {nil, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			counter := &popularity.Counter{Stdin: strings.NewReader("/a,16\n")}
			var patterns []string
			for _, p := range c.patterns {
				if p != "-" {
					p = filepath.Join(dir, p)
				}
				patterns = append(patterns, p)
			}
			stats, err := counter.Files(t.Context(), patterns...)
			if err != nil {
				t.Fatal(err)
			}
			if got := counter.Demand("https://h.example.com/a").Requests; got != c.want || len(stats) != c.files {
				t.Errorf("got %v requests of %d files, want %v of %d", got, len(stats), c.want, c.files)
			}
		})
	}
}

// TestFilesThatFail wants what can be read to be read.
func TestFilesThatFail(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"a.log": "/a,1\n", "b.log": "no log at all\n", "c.log": "/a,2\n"})
	var c popularity.Counter
	stats, err := c.Files(t.Context(), filepath.Join(dir, "missing*"), dir)
	if !errors.Is(err, popularity.ErrNoFile) || !errors.Is(err, accesslog.ErrFormat) || !strings.Contains(err.Error(), `first bad line 1: "no log at all"`) {
		t.Errorf("got %v", err)
	}
	if got := c.Demand("https://h.example.com/a").Requests; got != 3 || len(stats) != 3 {
		t.Errorf("got %v requests of %d files, want 3 of 3", got, len(stats))
	}
}

func TestFilesCancelled(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"a.log": "/a,1\n", "b.log": "/a,2\n"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var c popularity.Counter
	stats, err := c.Files(ctx, dir)
	if !errors.Is(err, context.Canceled) || len(stats) > 1 {
		t.Errorf("got %v after %d files", err, len(stats))
	}
}

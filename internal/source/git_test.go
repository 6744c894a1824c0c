package source_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/source"
)

// repository is one of git's in a folder of its own.
type repository struct {
	t   *testing.T
	dir string
}

func newRepository(t *testing.T) repository {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	r := repository{t, t.TempDir()}
	r.git("init", "-q", "-b", "main")
	return r
}

func (r repository) git(args ...string) {
	r.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@a.example", "-c", "commit.gpgsign=false"}, args...)...)
	cmd.Dir = r.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func (r repository) write(files ...string) {
	r.t.Helper()
	for _, name := range files {
		path := filepath.Join(r.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			r.t.Fatal(err)
		}
		old, _ := os.ReadFile(path) // not there is empty
		if err := os.WriteFile(path, append(old, name+"\n"...), 0o600); err != nil {
			r.t.Fatal(err)
		}
	}
}

func (r repository) commit() {
	r.t.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "-m", "a change")
}

// site is a repository of two revisions, v1 and main.
func site(t *testing.T) repository {
	t.Helper()
	r := newRepository(t)
	r.write("public/index.html", "public/gone.html", "public/same.html", "public/old name.html", "config.toml", "public2/x.html")
	r.commit()
	r.git("tag", "v1")
	r.write("public/index.html", "config.toml", "public2/x.html", "public/new/ü \"q\"\n+1.html", "public/-rf", "public/:(top)x")
	r.git("rm", "-q", "public/gone.html")
	r.git("mv", "public/old name.html", "public/new name.html")
	r.commit()
	return r
}

func TestGit(t *testing.T) {
	t.Parallel()
	r := site(t)
	want := []string{
		"https://www.example.com/-rf",
		"https://www.example.com/:(top)x",
		"https://www.example.com/index.html",
		"https://www.example.com/new%20name.html",
		"https://www.example.com/new/%C3%BC%20%22q%22%0A+1.html",
	}
	base := source.Git{Repository: r.dir, From: "v1", Path: "public/", Base: "https://www.example.com"}
	mapped := base
	mapped.Base, mapped.To, mapped.Path = "", "main", "./public"
	mapped.Rewrite = []source.Rewrite{{From: "s3://b/", To: "https://b.example/"}, {From: "git:", To: "https://www.example.com/"}}
	for name, g := range map[string]source.Git{"base": base, "rewrite": mapped} {
		got, result, err := read(t, g)
		if err != nil || result.URLs != len(want) {
			t.Errorf("%s: got %+v, %v", name, result, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: want -, got +:\n%s", name, d)
		}
	}
	all := base
	all.Path = ""
	all.Keep = func(url string) bool { return !strings.HasSuffix(url, ".toml") }
	if got, result, err := read(t, all); err != nil || len(got) != len(want)+1 || result.LeftOut != 1 {
		t.Errorf("all of it: got %q, %+v, %v", got, result, err)
	}
	n := 0
	if _, err := base.Read(t.Context(), func(source.Entry) bool { n++; return false }); err != nil || n != 1 {
		t.Errorf("stopped: got %d, %v", n, err)
	}
}

func TestGitOfManyFiles(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.git("commit", "-q", "--allow-empty", "-m", "empty")
	names := make([]string, 500)
	for i := range names {
		names[i] = fmt.Sprintf("%s/%04d.html", strings.Repeat("a-long-name-", 20), i)
	}
	r.write(names...)
	r.commit()
	g := source.Git{Repository: r.dir, From: "HEAD~1", Base: "https://www.example.com/"}
	if got, _, err := read(t, g); err != nil || len(got) != len(names) {
		t.Errorf("got %d, %v", len(got), err)
	}
	n := 0 // git has much left to say when nobody listens any more
	if _, err := g.Read(t.Context(), func(source.Entry) bool { n++; return n < 10 }); err != nil || n != 10 {
		t.Errorf("stopped: got %d, %v", n, err)
	}
}

func TestGitErrors(t *testing.T) {
	t.Parallel()
	r := site(t)
	marker := filepath.Join(t.TempDir(), "written")
	for _, c := range []struct {
		name string
		g    source.Git
		want string
	}{
		{"no revision", source.Git{Repository: r.dir, From: "v9"}, `"v9" is not a revision of it`},
		{"an option", source.Git{Repository: r.dir, From: "v1", To: "--output=" + marker}, "is not a revision of it"},
		{"a short option", source.Git{Repository: r.dir, From: "-h"}, `"-h" is not a revision of it`},
		{"a range", source.Git{Repository: r.dir, From: "v1..main"}, `"v1..main" is not a revision of it`},
		{"several lines", source.Git{Repository: r.dir, From: "v1\nmain"}, "is not a revision of it"},
		{"no folder", source.Git{Repository: filepath.Join(r.dir, "missing"), From: "v1"}, "no such file or directory"},
		{"no repository", source.Git{Repository: t.TempDir(), From: "v1"}, "not a git repository"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.g.Base = "https://www.example.com/"
			got, _, err := read(t, c.g)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || got != nil {
				t.Errorf("got %q, %v, want %s", got, err, c.want)
			}
		})
	}
	if _, err := os.Stat(marker); err == nil {
		t.Error("a revision was taken for an option")
	}
	if _, _, err := read(t, source.Git{Repository: r.dir, From: "v1"}); !errors.Is(err, source.ErrUnmapped) {
		t.Errorf("got %v, want ErrUnmapped", err)
	}
}

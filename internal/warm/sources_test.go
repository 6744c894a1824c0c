package warm_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// bucket lists its keys in one page, and fails once it is closed.
func bucket(t *testing.T, keys ...string) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<ListBucketResult><IsTruncated>false</IsTruncated>")
		for _, key := range keys {
			fmt.Fprintf(w, "<Contents><Key>%s</Key><LastModified>2026-01-02T03:04:05Z</LastModified><Size>1</Size></Contents>", key)
		}
		fmt.Fprint(w, "</ListBucketResult>")
	}))
	t.Cleanup(s.Close)
	return s
}

// bucketURL is that of a bucket at a server.
func bucketURL(s *httptest.Server) string {
	return "s3://videos/?region=eu-west-1&anonymous=true&endpoint=" + s.URL
}

// discover returns what the sources lead to, as lines of kind, depth and path, and what was told.
func discover(t *testing.T, c *config.Config, root string) (found, notes, faults []string) {
	t.Helper()
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	w := &warm.Warmer{Config: c, Watch: warm.Watch{
		Note:  func(text string) { notes = append(notes, text) },
		Fault: func(err error, _ string) { faults = append(faults, err.Error()) },
	}}
	failed := 0
	crawl := w.Crawler(&failed)
	seeds, err := w.Seeds(t.Context(), crawl, nil, &failed)
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range w.Discover(t.Context(), crawl, seeds) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, fmt.Sprintf("%s %d %s", r.Kind, r.Depth, strings.TrimPrefix(r.URL, root)))
	}
	if failed != len(faults) {
		t.Errorf("%d faults were counted, %q told", failed, faults)
	}
	return found, notes, faults
}

// static is an origin of fixed documents that counts its requests for others.
func static(t *testing.T, documents map[string]string) (s *httptest.Server, others *atomic.Int64) {
	t.Helper()
	others = new(atomic.Int64)
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := documents[r.URL.Path]
		if !ok {
			if r.URL.Path != "/robots.txt" {
				others.Add(1)
			}
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, text)
	}))
	t.Cleanup(s.Close)
	return s, others
}

func crawlConfig() *config.Config {
	c := config.Default()
	c.Crawl.PrivateNetworks, c.Crawl.Rate = true, 10_000
	return c
}

func TestSeedsOfABucket(t *testing.T) {
	t.Parallel()
	site, others := static(t, map[string]string{
		"/v/1.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n2.ts\n#EXTINF:4,\n1.ts\n#EXT-X-ENDLIST\n",
	})
	store := bucket(t, "v/1.m3u8", "v/1.ts", "v/2.ts", "v/poster one.jpg", "v/secret.tmp", "style.css")
	c := crawlConfig()
	c.Sources = []config.Source{{Bucket: bucketURL(store), Weight: 1}}
	c.Crawl.Exclude = []string{"*.tmp"}
	c.Crawl.Rewrite = []config.Rewrite{{From: "s3://videos/", To: site.URL + "/"}, {From: site.URL + "/", To: "https://cdn.example.com/"}}
	found, notes, faults := discover(t, c, "https://cdn.example.com")
	// A playlist says more of its segments than a listing does; each is yielded once.
	want := []string{"playlist 0 /v/1.m3u8", "segment 1 /v/2.ts", "segment 1 /v/1.ts", "image 0 /v/poster%20one.jpg", "asset 0 /style.css"}
	if d := cmp.Diff(want, found); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	if len(notes)+len(faults) > 0 || others.Load() > 0 {
		t.Errorf("got notes %q, faults %q, %d requests for what need not be opened", notes, faults, others.Load())
	}
}

func TestSeedsWithWeightsComeFirst(t *testing.T) {
	t.Parallel()
	site, _ := static(t, map[string]string{"/p.html": `<a href="/b.mp4">b</a><img src="/c.jpg">`})
	list := filepath.Join(t.TempDir(), "urls.csv")
	text := strings.ReplaceAll("$/a.mp4\n$/p.html\n$/b.mp4,9\n$/c.jpg\n$/a.mp4\nnothing\n", "$", site.URL)
	if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c := crawlConfig()
	c.Sources = []config.Source{{List: list, Weight: 1}, {List: list + ".missing", Weight: 1}}
	found, notes, faults := discover(t, c, site.URL)
	want := []string{"media 0 /b.mp4", "page 0 /p.html", "image 1 /c.jpg", "media 0 /a.mp4"}
	if d := cmp.Diff(want, found); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	if len(notes) != 1 || !strings.HasSuffix(notes[0], `line 6: left out: url "nothing": not a URL`) {
		t.Errorf("got notes %q", notes)
	}
	if len(faults) != 1 || !strings.HasSuffix(faults[0], "no such file or directory") {
		t.Errorf("got faults %q", faults)
	}
}

func TestSeedsOfManyFiles(t *testing.T) {
	t.Parallel()
	const n = 50_000 // more than a block of memory holds
	list := filepath.Join(t.TempDir(), "urls.txt")
	var want []string
	for i := range n {
		want = append(want, fmt.Sprintf("https://cdn.example.com/%d/%s/segment-%05d.ts", i%7, strings.Repeat("x", i%50), i))
	}
	twice := append(slices.Clone(want), want...)
	if err := os.WriteFile(list, []byte(strings.Join(twice, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	c := crawlConfig()
	c.Sources = []config.Source{{List: list, Weight: 1}}
	found, _, faults := discover(t, c, "")
	for i := range want {
		want[i] = "media 0 " + want[i]
	}
	if !slices.Equal(found, want) || len(faults) > 0 {
		t.Errorf("got %d resources, faults %q, want %d", len(found), faults, len(want))
	}
}

func TestCheckOfSources(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	repository := t.TempDir()
	for _, args := range [][]string{{"init", "-q"}, {"commit", "-q", "--allow-empty", "-m", "one"}} {
		cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@a.example", "-c", "commit.gpgsign=false"}, args...)...)
		cmd.Dir = repository
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	store, closed := bucket(t, "a.ts", "b.ts", "../c.ts"), bucket(t)
	closed.Close()
	c := newConfig(t, newOrigin(t))
	c.Crawl.Rewrite = []config.Rewrite{{From: "s3://videos/", To: "https://cdn.example.com/"}, {From: "git:", To: "https://www.example.com/"}}
	c.Sources = []config.Source{
		{Bucket: bucketURL(store), Weight: 1},
		{Bucket: bucketURL(closed), Weight: 1},
		{Git: repository, From: "HEAD", Weight: 1},
		{Git: repository, From: "v9", Weight: 1},
	}
	var got []string
	w := &warm.Warmer{Config: c}
	defer w.Close()
	_ = w.Check(context.WithoutCancel(t.Context()), func(f warm.Finding) { // it lacks credentials too
		if name, _, _ := strings.Cut(f.What, " "); name == "bucket" || name == "git" {
			text := f.Detail
			if f.Err != nil {
				text = "wrong: " + f.Err.Error()
			}
			got = append(got, name+": "+text)
		}
	})
	want := []string{
		`bucket: 2 URLs, 1 that cannot be taken: left out: "s3://videos/../c.ts": a URL cannot have . or .. between slashes`,
		"bucket: wrong: dial tcp " + strings.TrimPrefix(closed.URL, "http://") + ": connect: connection refused",
		"git: 0 URLs",
		`git: wrong: "v9" is not a revision of it`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
}

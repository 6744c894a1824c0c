package crawler

import (
	"errors"
	"fmt"
	"hash/maphash"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// lists serves two lists of n URLs that have a third in common, each of which ends with tail.
func lists(t *testing.T, n int, tail string) (seeds []string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var list int
		if _, err := fmt.Sscanf(r.URL.Path, "/list%d.txt", &list); err != nil {
			http.NotFound(w, r)
			return
		}
		for i := range n {
			fmt.Fprintf(w, "http://%s/%d/%s\n", r.Host, 2*n/3*list+i, tail)
		}
	}))
	t.Cleanup(server.Close)
	return []string{server.URL + "/list0.txt", server.URL + "/list1.txt"}
}

// walked is what a walk came to.
type walked struct {
	urls   map[string]int
	faults []error
	err    error
}

// walkWith runs a crawl whose set of known URLs holds so many in memory. each is called with the walk before each resource.
func walkWith(t *testing.T, c *Crawler, limit int, seeds []string, each func(*walk)) walked {
	t.Helper()
	got := walked{urls: map[string]int{}}
	c.PrivateNetworks, c.Rate = true, 1e6
	c.OnDocument = func(d Document) {
		if d.Err != nil {
			got.faults = append(got.faults, d.Err)
		}
	}
	var w *walk
	w = newWalk(t.Context(), c, seeds, func(r Resource, err error) bool {
		if got.err = err; err == nil {
			got.urls[r.URL]++
			each(w)
		}
		return true
	})
	defer w.stop()
	w.seen.hashes.Limit = limit
	w.run()
	return got
}

func (got *walked) check(t *testing.T, want int) {
	t.Helper()
	if len(got.urls) != want {
		t.Errorf("%d URLs, want %d", len(got.urls), want)
	}
	for url, times := range got.urls {
		if times > 1 {
			t.Errorf("%s was yielded %d times", url, times)
		}
	}
}

// Each URL is yielded once, whether the hashes of those before it are in memory or in a file.
func TestSeenSpills(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	got := walkWith(t, &Crawler{PageDepth: -1}, 100, lists(t, 900, ""), func(*walk) {})
	if got.check(t, 2+1500); got.err != nil || len(got.faults) > 0 {
		t.Errorf("ended with %v, faults %v", got.err, got.faults)
	}
}

// A disk that does not take them is told of once, and nothing is missed.
func TestSeenDoesNotSpill(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	got := walkWith(t, &Crawler{PageDepth: -1}, 100, lists(t, 900, ""), func(*walk) {})
	if got.check(t, 2+1500); got.err != nil || len(got.faults) != 1 || !errors.Is(got.faults[0], ErrSpill) {
		t.Errorf("ended with %v, faults %v, want one of %v", got.err, got.faults, ErrSpill)
	}
}

// When they cannot be read back the crawl ends and says why, with nothing yielded twice.
func TestSeenIsLost(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	n := 0
	got := walkWith(t, &Crawler{PageDepth: -1}, 100, lists(t, 900, ""), func(w *walk) {
		if n++; n == 700 {
			w.seen.close()
		}
	})
	if got.check(t, len(got.urls)); !errors.Is(got.err, ErrSpill) || len(got.urls) < 700 {
		t.Errorf("ended with %v after %d URLs, want %v", got.err, len(got.urls), ErrSpill)
	}
}

// What waits to be opened is bounded by its bytes too: long URLs are all listed, and not all opened.
func TestLongURLsWait(t *testing.T) {
	t.Parallel()
	const maxDocuments = 1000
	most := 0
	got := walkWith(t, &Crawler{MaxDocuments: maxDocuments}, 0, lists(t, 600, strings.Repeat("x", 7000)), func(w *walk) {
		most = max(most, w.waiting)
	})
	got.check(t, 2+1000)
	tooMany := 0
	for _, err := range got.faults {
		if errors.Is(err, ErrTooMany) {
			tooMany++
		}
	}
	const bound = waitingAny + waitingEach*maxDocuments
	if tooMany != 1 || most > bound+20_000 || most < bound-20_000 {
		t.Errorf("told %d times of too many, at most %d bytes waited, want once and %d", tooMany, most, bound)
	}
}

// A chunk of what is listed is bounded by its bytes too.
func TestLongURLsMakeShortChunks(t *testing.T) {
	t.Parallel()
	task := &task{Resource: Resource{Kind: Sitemap}, out: make(chan *chunk, 100)}
	l := &lister{ctx: t.Context(), opener: &opener{crawler: &Crawler{}}, task: task, hasher: hasher{seed: maphash.MakeSeed()}}
	for i := range 100 {
		item := l.next()
		item.URL = fmt.Sprintf("https://a/%d/%s", i, strings.Repeat("x", 7000))
		l.add(item)
	}
	l.flush()
	close(task.out)
	n := 0
	for c := range task.out {
		if n += len(c.entries); c.bytes > chunkBytes+7100 {
			t.Errorf("a chunk of %d entries has %d bytes", len(c.entries), c.bytes)
		}
	}
	if n != 100 {
		t.Errorf("%d entries", n)
	}
}

package submitter_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/submitter"
)

// cache counts how often each path is asked for, and answers as the path says.
type cache struct {
	mu    sync.Mutex
	paths []string
	names map[string]string // the last value of each header
}

func (c *cache) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.paths = append(c.paths, r.URL.Path)
	c.names = map[string]string{"Origin": r.Header.Get("Origin"), "Accept-Encoding": r.Header.Get("Accept-Encoding"), "User-Agent": r.Header.Get("User-Agent")}
	c.mu.Unlock()
	switch {
	case strings.HasPrefix(r.URL.Path, "/gone"):
		http.NotFound(w, r)
	case strings.HasPrefix(r.URL.Path, "/moved"):
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	case strings.HasPrefix(r.URL.Path, "/cut"):
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("short"))
	case strings.HasPrefix(r.URL.Path, "/slow"):
		<-r.Context().Done()
	default:
		fmt.Fprint(w, strings.Repeat("x", 100_000))
	}
}

func newHTTP(t *testing.T, c *cache) (*submitter.HTTP, string) {
	t.Helper()
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	h := &submitter.HTTP{Limiter: rate.NewLimiter(rate.Inf, 1), Timeout: 5 * time.Second}
	t.Cleanup(h.Close)
	return h, server.URL
}

func TestHTTPWarmsByGet(t *testing.T) {
	t.Parallel()
	c := new(cache)
	h, base := newHTTP(t, c)
	h.Headers = map[string]string{"Origin": "https://www.example.com"}
	var all []submitter.Target
	for _, path := range []string{"/1.ts", "/gone.ts", "/2.ts", "/moved.ts", "/cut.ts", "/3.ts"} {
		all = append(all, submitter.Target{URL: base + path, Zone: "cdn"})
	}
	journal, refused := &memory{}, map[string]string{}
	s := &submitter.Submitter{API: h, Journal: journal, OnTarget: func(t submitter.Target, s submitter.State, reason string) {
		if s == submitter.Refused {
			refused[strings.TrimPrefix(t.URL, base)] = reason
		}
	}}
	summary, err := s.Submit(t.Context(), slices.Values(all))
	if err != nil {
		t.Fatal(err)
	}
	wantTally(t, summary, submitter.Tally{Accepted: 3, Failed: 3})
	want := map[string]string{"/gone.ts": "HTTP status 404", "/moved.ts": "HTTP status 302", "/cut.ts": "the body was cut after 5 bytes: unexpected EOF"}
	if diff := cmp.Diff(want, refused); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
	if slices.Sort(c.paths); len(c.paths) != 6 || slices.Contains(c.paths, "/elsewhere") {
		t.Errorf("it asked for %q, want each once and no redirect followed", c.paths)
	}
	if c.names["Origin"] == "" || c.names["Accept-Encoding"] != "" || c.names["User-Agent"] != "edgewarm" {
		t.Errorf("it sent %v", c.names)
	}
	// All of its tasks are a success, under the job of the receipt.
	n := 0
	for task, err := range s.Tasks(t.Context(), submitter.TaskQuery{Zone: "cdn"}) {
		if n++; err != nil || task.Status != "success" || !strings.HasPrefix(task.JobID, "get-") {
			t.Errorf("got %+v, %v", task, err)
		}
	}
	if n != 3 {
		t.Errorf("%d tasks, want 3", n)
	}
}

func TestHTTPKeepsItsPaceAndItsBudget(t *testing.T) {
	t.Parallel()
	c := new(cache)
	h, base := newHTTP(t, c)
	h.Limiter, h.Daily = rate.NewLimiter(100, 1), 30
	var all []submitter.Target
	for i := range 50 {
		all = append(all, submitter.Target{URL: fmt.Sprintf("%s/%d.ts", base, i), Zone: "cdn"})
	}
	start := time.Now()
	summary, err := (&submitter.Submitter{API: h}).Submit(t.Context(), slices.Values(all))
	if err != nil {
		t.Fatal(err)
	}
	wantTally(t, summary, submitter.Tally{Accepted: 30, Deferred: 20})
	if took := time.Since(start); took < 290*time.Millisecond {
		t.Errorf("30 requests took %v, at 100 a second", took)
	}
}

// A server that does not answer holds up nothing for longer than the time-out.
func TestHTTPTimesOut(t *testing.T) {
	t.Parallel()
	h, base := newHTTP(t, new(cache))
	h.Timeout = 2 * time.Second // far more than the one that answers needs on a busy machine
	r, err := h.Prefetch(t.Context(), submitter.Batch{Zone: "cdn", URLs: []string{base + "/slow.ts", base + "/1.ts", "ftp://a/b", "http://u:p@a/b"}})
	if err != nil || r.Accepted != 1 || len(r.Failed) != 3 {
		t.Errorf("got %+v, %v", r, err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("enough"))
	_, err = h.Prefetch(ctx, submitter.Batch{Zone: "cdn", URLs: []string{base + "/1.ts"}})
	wantClass(t, err, submitter.ClassRetry)
	h.Headers = map[string]string{"Cookie": "a"}
	if _, err := h.Prefetch(t.Context(), submitter.Batch{Zone: "cdn", URLs: []string{base + "/1.ts"}}); !errors.Is(err, submitter.ErrHeader) {
		t.Errorf("got %v, want ErrHeader", err)
	}
}

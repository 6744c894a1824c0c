package warm_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/demosite"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// origin is a site that counts its answers by status, robots.txt and what is not there left out.
type origin struct {
	*httptest.Server
	mu      sync.Mutex
	answers map[int]int
	onEach  func(requests int)
}

func newOrigin(t *testing.T) *origin {
	t.Helper()
	o := &origin{answers: map[int]int{}}
	var site http.Handler
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		counted := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		site.ServeHTTP(counted, r)
		o.mu.Lock()
		defer o.mu.Unlock()
		if r.URL.Path != "/robots.txt" && counted.status != http.StatusNotFound {
			o.answers[counted.status]++
		}
		if o.onEach != nil {
			o.onEach(o.answers[http.StatusOK] + o.answers[http.StatusNotModified])
		}
	}))
	t.Cleanup(o.Close)
	site = demosite.Handler(o.URL)
	return o
}

// take returns the answers since it was last called.
func (o *origin) take() (ok, unchanged int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	ok, unchanged = o.answers[http.StatusOK], o.answers[http.StatusNotModified]
	o.answers = map[int]int{}
	return ok, unchanged
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// newConfig warms the origin, whose targets a simulator takes.
func newConfig(t *testing.T, o *origin) *config.Config {
	t.Helper()
	api := httptest.NewServer(edgeonetest.New(edgeonetest.Options{
		Zones: []edgeonetest.Zone{{ID: "zone-test", Name: "test", Hosts: []string{"127.0.0.1"}}}, Rate: -1,
	}))
	t.Cleanup(api.Close)
	c := config.Default()
	c.Account.Endpoint, c.Account.Zones = api.URL, map[string][]string{"zone-test": {"127.0.0.1"}}
	c.Sources = []config.Source{{URL: o.URL, Weight: 1}}
	c.Crawl.PrivateNetworks, c.Crawl.Rate = true, 1e6
	c.State = filepath.Join(t.TempDir(), "edgewarm.db")
	return c
}

// run is a process that runs once.
func run(ctx context.Context, c *config.Config, o warm.RunOptions) (warm.Summary, error) {
	w := &warm.Warmer{Config: c, Command: "run", Credentials: func(context.Context) (submitter.Credentials, error) {
		return submitter.Credentials{SecretID: edgeonetest.DefaultSecretID, SecretKey: edgeonetest.DefaultSecretKey}, nil
	}}
	defer w.Close()
	return w.Run(ctx, o)
}

func TestRunRemembers(t *testing.T) {
	t.Parallel()
	o := newOrigin(t)
	c := newConfig(t, o)
	first, err := run(t.Context(), c, warm.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ok, unchanged := o.take()
	if ok < 10 || unchanged > 0 || first.Accepted < 100 {
		t.Fatalf("the first run: got %d and %d answers, %+v", ok, unchanged, first)
	}
	second, err := run(t.Context(), c, warm.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if again, unchanged := o.take(); unchanged == 0 || again+unchanged > ok {
		t.Errorf("the second run: got %d documents and %d that are unchanged, %d in the first", again, unchanged, ok)
	}
	if second.Discovered != first.Discovered || second.Accepted != 0 {
		t.Errorf("the second run: got %+v, want the %d resources of the first, all warm", second, first.Discovered)
	}
	// A dry run has no memory, and holds no lock.
	if _, err := run(t.Context(), c, warm.RunOptions{DryRun: true}); err != nil {
		t.Error(err)
	}
	if again, unchanged := o.take(); again != ok || unchanged != 0 {
		t.Errorf("a dry run: got %d and %d answers, want %d and none", again, unchanged, ok)
	}
}

// A run that is interrupted while it crawls goes on where it was.
func TestRunGoesOn(t *testing.T) {
	t.Parallel()
	o := newOrigin(t)
	whole, err := run(t.Context(), newConfig(t, o), warm.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	all, _ := o.take()

	c := newConfig(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o.onEach = func(requests int) {
		if requests == all/2 {
			cancel()
		}
	}
	c.Crawl.Concurrency = 2
	if _, err := run(ctx, c, warm.RunOptions{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want that it was interrupted", err)
	}
	o.take()
	got, err := run(t.Context(), c, warm.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	// Beside the half that was finished, what the workers had in hand is asked for again.
	if ok, unchanged := o.take(); unchanged != 0 || ok > all-all/2+4 {
		t.Errorf("of %d documents, half were finished: got %d and %d answers", all, ok, unchanged)
	}
	if g, w := fmt.Sprint(got.Discovered, got.Planned, got.LeftOut), fmt.Sprint(whole.Discovered, whole.Planned, whole.LeftOut); g != w {
		t.Errorf("got %s, want %s", g, w)
	}
}

package warm_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// world is an origin whose files are the test's own, the simulator of the service, and a Warmer of both.
type world struct {
	sim    *edgeonetest.Simulator
	origin *httptest.Server
	files  map[string]string // by path
	tags   map[string]string // the ETags of those that have one, by path
	asked  *requests
	edge   *edge // nil is no cache
	config *config.Config
	notes  []string
	faults []string
	// hold is called before a path is answered; nil is not.
	hold func(path string)
}

// requests counts the requests to the origin for each path: those for a byte of it, and those for all.
type requests struct {
	mu sync.Mutex
	by map[string]int
}

func (a *requests) note(r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	kind := "all "
	if r.Header.Get("Range") != "" {
		kind = "byte "
	}
	a.by[kind+r.URL.Path]++
}

// zoneID is the world's one zone, which has the origin's host.
const zoneID = "zone-test"

// newWorld starts both. The sources are paths of files.
func newWorld(t testing.TB, o edgeonetest.Options, files map[string]string, sources ...string) *world {
	t.Helper()
	w := &world{files: files, tags: map[string]string{}, asked: &requests{by: map[string]int{}}}
	w.origin = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.hold != nil {
			w.hold(r.URL.Path)
		}
		body, ok := w.files[r.URL.Path]
		if !ok {
			http.NotFound(rw, r)
			return
		}
		w.edge.answer(rw, r)
		if w.asked.note(r); w.tags[r.URL.Path] == "" {
			_, _ = rw.Write([]byte(body))
			return
		}
		rw.Header().Set("Etag", w.tags[r.URL.Path])
		http.ServeContent(rw, r, r.URL.Path, time.Time{}, strings.NewReader(body))
	}))
	t.Cleanup(w.origin.Close)
	if o.Zones == nil {
		o.Zones = []edgeonetest.Zone{{ID: zoneID, Hosts: []string{"127.0.0.1"}}}
	}
	w.sim = edgeonetest.New(o)
	api := httptest.NewServer(w.sim)
	t.Cleanup(api.Close)
	w.config = config.Default()
	w.config.Account.Endpoint = api.URL
	w.config.Account.Zones = map[string][]string{zoneID: {"127.0.0.1"}}
	w.config.Crawl.PrivateNetworks = true
	w.config.Crawl.Robots = "ignore"
	w.config.Plan.Reserve = config.Reserve{}
	w.config.State = filepath.Join(t.TempDir(), "ledger.db")
	for _, path := range sources {
		w.config.Sources = append(w.config.Sources, config.Source{URL: w.origin.URL + path, Weight: 1})
	}
	return w
}

// warmer is one edgewarm in the world.
func (w *world) warmer() *warm.Warmer {
	return &warm.Warmer{
		Config: w.config, Command: "test",
		Credentials: func(context.Context) (submitter.Credentials, error) {
			return submitter.Credentials{SecretID: edgeonetest.DefaultSecretID, SecretKey: edgeonetest.DefaultSecretKey}, nil
		},
		Watch: warm.Watch{
			Note:  func(text string) { w.notes = append(w.notes, text) },
			Fault: func(err error, hint string) { w.faults = append(w.faults, err.Error()+" ("+hint+")") },
		},
	}
}

// run is one run, whose summary must add up.
func (w *world) run(t *testing.T, o warm.RunOptions) (warm.Summary, error) {
	t.Helper()
	w.notes, w.faults = nil, nil
	if err := w.config.Validate(); err != nil {
		t.Fatal(err)
	}
	job := w.warmer()
	defer job.Close()
	s, err := job.Run(t.Context(), o)
	leftOut := 0
	for _, n := range s.LeftOut {
		leftOut += n
	}
	if s.Discovered != s.Planned+leftOut || s.Planned != s.Accepted+s.Failed+s.Unknown+s.Deferred {
		t.Errorf("the summary does not add up: %+v", s)
	}
	return s, err
}

// mustRun is run that must go well.
func (w *world) mustRun(t *testing.T, o warm.RunOptions) warm.Summary {
	t.Helper()
	s, err := w.run(t, o)
	if err != nil || len(w.faults) > 0 {
		t.Fatalf("%v; faults: %q", err, w.faults)
	}
	return s
}

// accepted are the paths that the service accepted, in order; what it found by itself has a plus before it.
func (w *world) accepted() []string {
	paths := []string{}
	for _, a := range w.sim.Accepted() {
		path := strings.TrimPrefix(a.URL, w.origin.URL)
		if a.Parsed {
			path = "+" + path
		}
		paths = append(paths, path)
	}
	return paths
}

// said is whether a note has the text.
func (w *world) said(t *testing.T, text string) {
	t.Helper()
	if !strings.Contains(strings.Join(w.notes, "\n"), text) {
		t.Errorf("nobody is told %q, but %q", text, w.notes)
	}
}

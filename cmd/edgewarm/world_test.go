package main

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/demosite"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// What the tests' account signs with. They are looked for in all that edgewarm writes.
const (
	secretID  = "AKIDcanary-7b1f"
	secretKey = "canary-secret-key-93ac"
	token     = "canary-session-token-5e20"
	// header is one of crawl.headers, which a test may give.
	header = "canary-bearer-c41d"
)

// zoneID is the account's zone, whose only host is 127.0.0.1; the same servers answer as localhost, which is in none.
const zoneID = "zone-test"

// world is all that edgewarm talks to: a site, an origin whose files are the test's own, and the service.
type world struct {
	dir    string // where edgewarm runs; files below www are the origin's
	site   *demosite.Server
	origin *httptest.Server
	api    *httptest.Server

	mu      sync.Mutex
	changed *sync.Cond
	arrived map[string]int // requests to the service, by action
	held    string         // the action that is not answered
	heldAt  int            // the first request of it that is not

	open     atomic.Int64 // connections to the service
	service  atomic.Pointer[edgeonetest.Simulator]
	shown    atomic.Int64 // requests to the origin that had the secret header
	executed execution
}

// execution is what the last process came to.
type execution struct {
	code     int
	accepted int // targets that the service accepted meanwhile
}

// awaitReset waits for the end of the day of quotas when it is near: what a test has spent before it would be of the day
// before.
func awaitReset() {
	const near = 2 * time.Minute // longer than most tests take on a machine that does much else
	now := time.Now()
	reset := now.Truncate(24 * time.Hour).Add(16 * time.Hour) // 00:00 UTC+8
	if left := reset.Sub(now); left > 0 && left < near {
		time.Sleep(left)
	}
}

// newWorld starts the servers; close ends them.
func newWorld(dir string) (*world, error) {
	awaitReset()
	w := &world{dir: dir}
	w.changed = sync.NewCond(&w.mu)
	w.serve(edgeonetest.Options{})
	site, err := demosite.Start(context.Background(), "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w.site = site
	w.origin = httptest.NewServer(http.HandlerFunc(w.serveOrigin))
	w.api = httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.service.Load().ServeHTTP(rw, r)
	}))
	w.api.Config.ConnState = w.countConn
	w.api.Start()
	return w, nil
}

// countConn counts the connections to the service that are open.
func (w *world) countConn(_ net.Conn, s http.ConnState) {
	switch s {
	case http.StateNew:
		w.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		w.open.Add(-1)
	}
}

func (w *world) close() {
	w.hold("")
	w.api.CloseClientConnections()
	w.api.Close()
	w.origin.Close()
	_ = w.site.Close()
}

// serve puts a new service in the place of the one before: with an account and a zone, if o has none.
func (w *world) serve(o edgeonetest.Options) {
	w.mu.Lock()
	w.arrived = map[string]int{}
	w.mu.Unlock()
	o.Before = func(_ int, action string) { w.arrive(action) }
	o.Accounts = []edgeonetest.Account{{SecretID: secretID, SecretKey: secretKey, Token: token}}
	if o.Zones == nil {
		o.Zones = []edgeonetest.Zone{{ID: zoneID, Name: "test", Hosts: []string{"127.0.0.1"}}}
	}
	w.service.Store(edgeonetest.New(o))
}

// arrive counts a request of the action, wakes who waits for it, and waits itself while the action is held.
func (w *world) arrive(action string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.arrived[action]++
	number := w.arrived[action]
	w.changed.Broadcast()
	for w.held == action && number >= w.heldAt {
		w.changed.Wait()
	}
}

// hold keeps the service from answering requests of the action until it is called with another.
func (w *world) hold(action string) { w.holdAt(action, 0) }

// holdAt is hold from the nth request on, counted as await does: a process that makes it is there however late the test
// comes to do something to it.
func (w *world) holdAt(action string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held, w.heldAt = action, n
	w.changed.Broadcast()
}

// asked is how many requests of the action have arrived.
func (w *world) asked(action string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.arrived[action]
}

// await returns when the service has been asked for the action so often, or false when ctx ends before.
func (w *world) await(ctx context.Context, action string, n int) bool {
	stop := context.AfterFunc(ctx, w.changed.Broadcast)
	defer stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.arrived[action] < n && ctx.Err() == nil {
		w.changed.Wait()
	}
	return w.arrived[action] >= n
}

// serveOrigin serves the files below www, with the address of the origin filled in.
func (w *world) serveOrigin(rw http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.Header.Get("Authorization"), header) {
		w.shown.Add(1)
	}
	body, err := os.ReadFile(filepath.Join(w.dir, "www", filepath.Clean("/"+r.URL.Path)))
	if err != nil {
		http.NotFound(rw, r)
		return
	}
	_, _ = rw.Write(body)
}

// variables are the environment in which edgewarm runs, and what stands for the addresses in files of tests.
func (w *world) variables() map[string]string {
	return map[string]string{
		"SITE": w.site.URL, "ORIGIN": w.origin.URL, "API": w.api.URL,
		"NAMED":                  strings.Replace(w.origin.URL, "127.0.0.1", "localhost", 1), // the origin under another host
		"TENCENTCLOUD_SECRET_ID": secretID, "TENCENTCLOUD_SECRET_KEY": secretKey, "TENCENTCLOUD_TOKEN": token,
		"HEADER": header,
	}
}

// fill writes the addresses into a file, where it has $SITE, $ORIGIN, $API or $HEADER.
func (w *world) fill(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var pairs []string
	for name, value := range w.variables() {
		pairs = append(pairs, "$"+name, value)
	}
	return os.WriteFile(path, []byte(strings.NewReplacer(pairs...).Replace(string(text))), 0o644)
}

// acceptedURLs are the service's, in its order.
func (w *world) acceptedURLs() []string {
	urls := []string{}
	for _, a := range w.service.Load().Accepted() {
		urls = append(urls, a.URL)
	}
	return urls
}

// unsound is what edgewarm must never do to a service, by the service's own count; empty when it did not.
func unsound(s *edgeonetest.Simulator) []string {
	var wrong []string
	sum := s.Summary()
	add := func(bad bool, text string) {
		if bad {
			wrong = append(wrong, text)
		}
	}
	add(sum.Duplicates > 0, "a target was sent twice")
	add(sum.Peak > edgeonetest.DefaultRate, "there were more than 20 requests in a second")
	for zone, q := range sum.Quota {
		add(q.Used > q.Daily, "more than the quota of "+zone+" was spent")
	}
	for code := range sum.Codes {
		add(strings.HasPrefix(code, "RequestLimitExceeded") && !injected(s, edgeonetest.Limit), "the service said "+code)
		add(strings.HasPrefix(code, "LimitExceeded.BatchQuota"), "the service said "+code)
	}
	return wrong
}

func injected(s *edgeonetest.Simulator, kind edgeonetest.FaultKind) bool {
	for _, r := range s.Requests() {
		if r.Fault == kind {
			return true
		}
	}
	return false
}

// secretsIn names the secrets that a text holds.
func secretsIn(text string) []string {
	var found []string
	for _, secret := range []string{secretID, secretKey, token, header} {
		if strings.Contains(text, secret) {
			found = append(found, secret)
		}
	}
	return found
}

// leaks are the files below the world's folder that hold a secret, those of the test itself left out.
func (w *world) leaks() ([]string, error) {
	var found []string
	err := filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.HasSuffix(path, ".yaml") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, secret := range secretsIn(string(text)) {
			found = append(found, path+" holds "+secret)
		}
		return err
	})
	return found, err
}

// start is newWorld for a test that is no script.
func start(t testing.TB, o edgeonetest.Options) *world {
	t.Helper()
	w, err := newWorld(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w.serve(o)
	t.Cleanup(func() {
		for _, wrong := range unsound(w.service.Load()) {
			t.Error(wrong)
		}
		leaks, err := w.leaks()
		if err != nil {
			t.Error(err)
		}
		for _, leak := range leaks {
			t.Error(leak)
		}
		w.close()
	})
	return w
}

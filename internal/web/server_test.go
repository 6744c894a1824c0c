package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/daemon"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/web"
	"github.com/edgewarm/edgewarm/submitter"
)

const secret = "0123456789abcdef-secret"

// fakeDaemon is one that does nothing and notes what it was asked.
type fakeDaemon struct {
	mu      sync.Mutex
	status  daemon.Status
	changed chan struct{}
	asked   []string
	err     error
	arrived int
}

func (d *fakeDaemon) Watch() (daemon.Status, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.status, d.changed
}

func (d *fakeDaemon) set(s daemon.Status) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.status = s
	close(d.changed)
	d.changed = make(chan struct{})
}

func (d *fakeDaemon) Ask(_ context.Context, name string) error {
	d.asked = append(d.asked, name)
	return d.err
}

func (d *fakeDaemon) Arrived() { d.arrived++ }

type fakeMeter struct {
	mu     sync.Mutex
	routes []string
}

func (m *fakeMeter) Answered(route string, _ int, _ time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.routes = append(m.routes, route)
}
func (m *fakeMeter) Received(int)          {}
func (m *fakeMeter) Handler() http.Handler { return http.NotFoundHandler() }

type world struct {
	*testing.T
	server *web.Server
	daemon *fakeDaemon
	meter  *fakeMeter
	ledger *ledger.Ledger
	http   *httptest.Server
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// start serves a ledger with one run, which a hostile site took part in.
func start(t *testing.T) *world {
	t.Helper()
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "edgewarm.db"), ledger.Options{})
	must(t, err)
	run, err := l.BeginRun(t.Context(), "serve nightly")
	must(t, err)
	urls := []string{"https://cdn.example.com/vod/a/master.m3u8?token=hush", "https://cdn.example.com/<script>alert(1)</script>"}
	must(t, l.PlanTargets(t.Context(), run, []submitter.Target{{URL: urls[0], Zone: "zone-a"}, {URL: urls[1], Zone: "zone-a"}}))
	batch := submitter.Batch{ID: "b", Zone: "zone-a", URLs: urls, Sent: time.Now(), Attempts: 1}
	must(t, l.Intend(t.Context(), batch))
	must(t, l.Settle(t.Context(), batch, submitter.Outcome{
		Receipt: submitter.Receipt{JobID: "job-1", Failed: []submitter.Failure{{URL: urls[1], Reason: "<img src=x onerror=alert(1)>\x1b[31m"}}},
		States:  []submitter.State{submitter.Accepted, submitter.Refused},
	}))
	must(t, l.EndRun(t.Context(), run, 3, json.RawMessage(`{"run":1,"discovered":2,"planned":2,"accepted":1,"failed":1,"coverage":[{"units":1,"covered":0.5},{"units":4,"covered":1}]}`)))

	w := &world{T: t, ledger: l, meter: &fakeMeter{}, daemon: &fakeDaemon{changed: make(chan struct{})}}
	w.daemon.status = daemon.Status{Ready: true, Beat: time.Now(), Said: []daemon.Said{}}
	w.server = &web.Server{
		Ledger: l, Daemon: w.daemon, Meter: w.meter, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Loopback: true,
		Token: func() (string, error) { return secret, nil }, TTL: func() time.Duration { return time.Hour }, Closing: make(chan struct{}),
	}
	w.http = httptest.NewServer(w.server.Handler())
	t.Cleanup(func() {
		w.http.CloseClientConnections()
		w.http.Close()
		must(t, l.Close())
	})
	return w
}

// get asks for a page; the answer's body is read.
func (w *world) get(path string) (*http.Response, string) {
	w.Helper()
	return w.do(http.MethodGet, path, "", nil)
}

func (w *world) do(method, path, body string, header map[string]string) (*http.Response, string) {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), method, w.http.URL+path, strings.NewReader(body))
	must(w.T, err)
	for name, value := range header {
		if name == "Host" {
			req.Host = value
		}
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	must(w.T, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	must(w.T, err)
	return resp, string(text)
}

var pages = []string{"/", "/runs", "/runs/1", "/titles", "/failures", "/search", "/search?url=cdn.example.com", "/nothing"}

// No page holds a secret, or markup that came from outside; all say to browsers what they may do.
func TestPages(t *testing.T) {
	t.Parallel()
	w := start(t)
	inline := regexp.MustCompile(`(?i)<script>|<[^>]+ (style|on[a-z]+)=|javascript:|https?://[^ "<]+\.(js|css)`)
	for _, path := range append(pages, "/search?url="+"https://cdn.example.com/%3Cscript%3Ealert(1)%3C/script%3E") {
		resp, text := w.get(path)
		if resp.StatusCode != http.StatusOK && path != "/nothing" || !strings.HasPrefix(text, "<!DOCTYPE html>") {
			t.Errorf("%s: %s", path, resp.Status)
		}
		if found := inline.FindString(text); found != "" || strings.Contains(text, "hush") || strings.Contains(text, "\x1b") {
			t.Errorf("%s holds %q, or a secret", path, found)
		}
		if csp := resp.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
	for path, code := range map[string]int{"/runs/7": 404, "/runs/x": 404, "/static/x": 404, "/static/style.css": 200, "/static/app.js": 200, "/static/icon.svg": 200, "/api/status": 200, "/api/report": 200, "/readyz": 200, "/healthz": 200} {
		if resp, _ := w.get(path); resp.StatusCode != code {
			t.Errorf("%s: %s, want %d", path, resp.Status, code)
		}
	}
}

// Figures of a page are those of the ledger.
func TestFigures(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, text := w.get("/runs/1")
	for _, want := range []string{`data-stage="Found">`, `data-count="2"`, "refused by the service"} {
		if !strings.Contains(text, want) {
			t.Errorf("run 1 lacks %s", want)
		}
	}
	w.server.Explain = func(_ context.Context, url string) ([]web.Fact, error) {
		return []web.Fact{{Name: "Score", Text: "12 of " + url}}, nil
	}
	_, text = w.get("/search?url=https://cdn.example.com/vod/a/master.m3u8?token=hush")
	if !strings.Contains(text, "job-1") || !strings.Contains(text, "12 of") {
		t.Error("the explanation lacks the job or the score")
	}
}

func bearer(token string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + token}
}

func TestWarm(t *testing.T) {
	t.Parallel()
	w := start(t)
	resp, text := w.do(http.MethodPost, "/v1/warm", `{"urls":["HTTPS://CDN.example.com/a.mp4","https://cdn.example.com/b.m3u8"],"weight":12}`, bearer(secret))
	if resp.StatusCode != http.StatusAccepted || strings.TrimSpace(text) != `{"events":2,"first":1}` || w.daemon.arrived != 1 {
		t.Errorf("%s: %s", resp.Status, text)
	}
	events, err := w.ledger.Events(t.Context(), 5)
	must(t, err)
	if len(events) != 2 || events[1].URL != "https://cdn.example.com/a.mp4" || events[1].Weight != 12 {
		t.Errorf("the ledger has %+v", events)
	}
}

func TestWarmRefuses(t *testing.T) {
	t.Parallel()
	w := start(t)
	good := `{"urls":["https://cdn.example.com/a.mp4"]}`
	for name, c := range map[string]struct {
		body   string
		header map[string]string
		code   int
	}{
		"no token":           {good, nil, 401},
		"a wrong token":      {good, bearer("0123456789abcdef-wrong!"), 401},
		"no JSON":            {"urls=x", bearer(secret), 400},
		"an unknown key":     {`{"urls":["https://a/"],"url":"x"}`, bearer(secret), 400},
		"two values":         {good + good, bearer(secret), 400},
		"nothing":            {`{"urls":[]}`, bearer(secret), 400},
		"no URL":             {`{"urls":["https://cdn.example.com/a.mp4","file:///etc/passwd"]}`, bearer(secret), 400},
		"a weight of 0":      {`{"urls":["https://a.example.com/"],"weight":0}`, bearer(secret), 400},
		"too long":           {`{"urls":["https://a.example.com/` + strings.Repeat("x", 3<<20) + `"]}`, bearer(secret), 413},
		"another page's":     {good, map[string]string{"Authorization": "Bearer " + secret, "Origin": "https://evil.example.com"}, 403},
		"a cross-site fetch": {good, map[string]string{"Authorization": "Bearer " + secret, "Sec-Fetch-Site": "cross-site"}, 403},
		"another name":       {good, map[string]string{"Authorization": "Bearer " + secret, "Host": "evil.example.com"}, 421},
	} {
		resp, text := w.do(http.MethodPost, "/v1/warm", c.body, c.header)
		if resp.StatusCode != c.code {
			t.Errorf("%s: %s, want %d: %s", name, resp.Status, c.code, text)
		}
	}
	w.server.Token = func() (string, error) { return "", errors.New("none") }
	if resp, _ := w.do(http.MethodPost, "/v1/warm", good, bearer("")); resp.StatusCode != 403 {
		t.Errorf("without a token set: %s", resp.Status)
	}
	w.server.Token = func() (string, error) { return "short", nil }
	if resp, _ := w.do(http.MethodPost, "/v1/warm", good, bearer("short")); resp.StatusCode != 403 {
		t.Errorf("with a short token: %s", resp.Status)
	}
	if events, err := w.ledger.Events(t.Context(), 5); err != nil || len(events) != 0 {
		t.Errorf("something was taken: %+v, %v", events, err)
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	w := start(t)
	for err, code := range map[error]int{nil: 202, daemon.ErrOverlap: 409, daemon.ErrNoJob: 404, daemon.ErrDraining: 503} {
		w.daemon.err = err
		if resp, text := w.do(http.MethodPost, "/v1/runs", `{"schedule":"nightly"}`, bearer(secret)); resp.StatusCode != code {
			t.Errorf("%v: %s %s", err, resp.Status, text)
		}
	}
	if resp, _ := w.get("/v1/runs"); resp.StatusCode == 200 || len(w.daemon.asked) != 4 {
		t.Errorf("a GET: %s; asked %v", resp.Status, w.daemon.asked)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.daemon.set(daemon.Status{Beat: time.Now().Add(-time.Hour)})
	for _, path := range []string{"/readyz", "/healthz"} {
		if resp, _ := w.get(path); resp.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
}

// A stream tells what changes, and ends with the server.
func TestLive(t *testing.T) {
	t.Parallel()
	w := start(t)
	closing := make(chan struct{})
	w.server.Closing = closing
	resp, err := http.Get(w.http.URL + "/live")
	must(t, err)
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	next := func() (s daemon.Status) {
		for lines.Scan() {
			if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				must(t, json.Unmarshal([]byte(text), &s))
				return s
			}
		}
		t.Fatal("the stream has ended")
		return s
	}
	if s := next(); s.Running != nil {
		t.Errorf("first it says %+v", s.Running)
	}
	w.daemon.set(daemon.Status{Running: &daemon.Running{Job: "nightly", Done: 3, Total: 4}})
	if s := next(); s.Running == nil || s.Running.Done != 3 {
		t.Errorf("then it says %+v", s.Running)
	}
	close(closing)
	for lines.Scan() {
	}
}

// Requests are counted by route, whatever path somebody invents.
func TestCounted(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.get("/runs/1")
	w.get("/some/path/of/mine")
	if got := strings.Join(w.meter.routes, ","); got != "GET /runs/{id},/" {
		t.Errorf("got %s", got)
	}
}

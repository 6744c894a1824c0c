package main

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// servedConfig has a schedule whose time does not come while a test runs, and a file of the test's origin.
const servedConfig = `
account: {endpoint: $API, zones: {zone-test: [127.0.0.1]}}
sources: [$ORIGIN/first.mp4]
crawl: {private_networks: true}
serve: {schedules: [{name: nightly, cron: "0 0 1 1 *"}]}
`

// drain ends a served edgewarm as a system does, and what it had under way with it.
func (p *process) drain(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != 0 {
		t.Errorf("stopped, it ends with %d: %s", code, p.stderr.String())
	}
}

// A real process reads its config anew at SIGHUP: one that is wrong is told and changes nothing, the next is what runs.
func TestServeReloads(t *testing.T) {
	t.Parallel()
	w := start(t, edgeonetest.Options{})
	w.write(t, "edgewarm.yaml", servedConfig)
	url, p := w.served(t)
	reload := func(config, told string) {
		t.Helper()
		w.write(t, "edgewarm.yaml", config)
		if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		if !p.stderr.await(told) {
			t.Fatalf("it does not say %q: %s", told, p.stderr.String())
		}
	}
	reload("sauces: []\n", "the new config is refused")
	if s := statusOf(t, url); !s.Ready || len(s.Schedules) != 1 || s.Schedules[0].Name != "nightly" {
		t.Errorf("after a config that is wrong: %+v", s)
	}
	reload(strings.NewReplacer("first", "second", "nightly", "hourly").Replace(servedConfig), "the config was read anew")
	// What it shows follows a moment later, with the next round of its loop.
	for late := time.Now().Add(patience); statusOf(t, url).Schedules[0].Name != "hourly"; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatalf("after the new one: %+v", statusOf(t, url))
		}
	}
	ask, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"v1/runs", strings.NewReader(`{"schedule":"hourly"}`))
	if err != nil {
		t.Fatal(err)
	}
	ask.Header.Set("Authorization", "Bearer "+browserToken)
	ask.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(ask)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		t.Fatalf("asked for a run, it answers %s", resp.Status)
	}
	idle(t, url)
	if got := w.acceptedURLs(); !slices.Equal(got, []string{w.origin.URL + "/second.mp4"}) {
		t.Errorf("it has sent %q, want what the new config names", got)
	}
	p.drain(t)
}

// A real process runs, once, what was due while none was there.
func TestServeCatchesUp(t *testing.T) {
	t.Parallel()
	w := start(t, edgeonetest.Options{})
	nightly := fmt.Sprintf("30 %d * * *", time.Now().Add(12*time.Hour).Hour()) // which is not while this runs
	w.write(t, "edgewarm.yaml", strings.Replace(servedConfig, "0 0 1 1 *", nightly, 1))
	ago := time.Now().Add(-73 * time.Hour)
	l, err := ledger.Open(t.Context(), filepath.Join(w.dir, "edgewarm.db"), ledger.Options{Now: func() time.Time { return ago }})
	if err != nil {
		t.Fatal(err)
	}
	run, err := l.BeginRun(t.Context(), "serve nightly")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.EndRun(t.Context(), run, 0, nil); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	url, p := w.served(t)
	if !p.stderr.await("a run is caught up") || !p.stderr.await("a run ended") {
		t.Fatalf("it catches nothing up: %s", p.stderr.String())
	}
	idle(t, url)
	if got := w.acceptedURLs(); !slices.Equal(got, []string{w.origin.URL + "/first.mp4"}) {
		t.Errorf("it has sent %q, want the file of the missed run once", got)
	}
	if n := strings.Count(p.stderr.String(), "a run begins"); n != 1 {
		t.Errorf("it ran %d times for three nights, want once", n)
	}
	p.drain(t)
}

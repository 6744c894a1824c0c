package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// hourlyLogs are logs of the catalogue, an hour each; more than it is worth asking workers for.
func hourlyLogs(site *catalogue, hours int) map[string]string {
	r := rand.New(rand.NewPCG(1, 2))
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	logs := map[string]string{}
	for hour := range hours {
		var b strings.Builder
		for i := range 1500 {
			path := fmt.Sprintf("/p/%d/%d", r.IntN(site.sitemaps), r.IntN(site.pages))
			if i%3 > 0 {
				path = fmt.Sprintf("/v/%d/%d/%s.m3u8", r.IntN(site.sitemaps), r.IntN(site.pages), []string{"master", "low", "high"}[r.IntN(3)])
			}
			fmt.Fprintf(&b, `{"RequestTime":"%s","RequestHost":"%s","RequestMethod":"GET","RequestUrl":"%s","RequestID":"%d","ClientIP":"10.0.0.%d",`+
				`"EdgeResponseStatusCode":%d,"EdgeResponseBytes":%d,"EdgeCacheStatus":"%s","RequestUA":"Player/1.0"}`+"\n",
				at.Add(time.Duration(hour*3600+i)*time.Second).Format(time.RFC3339), strings.TrimPrefix(site.URL, "http://"), path, r.IntN(3000), r.IntN(9),
				[]int{200, 206}[r.IntN(2)], r.IntN(1e6), []string{"hit", "miss"}[r.IntN(2)])
		}
		logs[fmt.Sprintf("%02d.log", hour)] = b.String()
	}
	return logs
}

// reads has both configs count logs.
func (f *crew) reads(t testing.TB, logs string) {
	t.Helper()
	for _, name := range []string{"alone.yaml", "together.yaml"} {
		text, err := os.ReadFile(filepath.Join(f.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		f.write(t, name, fmt.Sprintf("%spopularity:\n  half_life: 12h\n  logs:\n    - %s\n", text, logs))
	}
}

// logJobs counts the jobs of logs that came to an end of a kind.
func (f *crew) logJobs(t testing.TB, state string) int {
	t.Helper()
	return queried[int](t, f, `SELECT count(*) FROM river_job WHERE kind = 'read_log' AND state = $1`, state)
}

// nothingLeft checks that no log is left in the database.
func (f *crew) nothingLeft(t testing.TB) {
	t.Helper()
	if n := queried[int](t, f, `SELECT (SELECT count(*) FROM fleet_logs) + (SELECT count(*) FROM fleet_transcripts)`); n != 0 {
		t.Errorf("%d rows of logs are left", n)
	}
}

// Logs that workers read give the plan that they give one process, byte for byte. What no worker can read is read by the run.
func TestWorkersReadLogs(t *testing.T) {
	t.Parallel()
	f := startCrew(t, startCatalogue(t, 2, 12, 0), 10_000, 8)
	for name, text := range hourlyLogs(f.site, 4) {
		f.write(t, filepath.Join("logs", name), text)
	}
	f.write(t, "logs/none.log", "this is no log\n")
	f.reads(t, "logs/*.log")
	alone := f.run(t, "run", "-c", "alone.yaml", "--json")
	f.again()
	f.workers(t, 2)
	p := f.start(t, "run", "-c", "together.yaml", "--json", "--workers", "-v")
	together := p.summary(t, p.end(t))
	if together.Exit != alone.Exit || together.Planned != alone.Planned || alone.Exit != 3 {
		t.Errorf("got %+v, want %+v", together, alone)
	}
	f.samePlan(t)
	f.nothingLeft(t)
	if n := f.logJobs(t, "completed"); n != 5 {
		t.Errorf("workers read %d logs, want 5", n)
	}
	said := p.stderr.String()
	if !strings.Contains(said, "the workers cannot read logs/none.log (detect log: wrong format?") || !strings.Contains(said, "logs/00.log: 1024 of 1500 lines counted") {
		t.Errorf("the run says %s", said)
	}

	// What was counted is in the ledger: the next run has nothing to read, and nothing for workers.
	p = f.start(t, "run", "-c", "together.yaml", "--json", "--workers", "-v")
	p.end(t)
	if said := p.stderr.String(); !strings.Contains(said, "logs/00.log: nothing new, format edgeone") || f.logJobs(t, "completed") != 5 {
		t.Errorf("the next run says %s", said)
	}
}

// heldBucket is a store whose objects are sent in pieces, of which no more are than it is told.
type heldBucket struct {
	*httptest.Server
	mu     sync.Mutex
	pieces chan struct{}
	// pace is the time between two pieces of an object; 0 is none.
	pace time.Duration
	// sent counts the objects that were begun.
	sent map[string]int
}

func startBucket(t testing.TB, objects map[string]string) *heldBucket {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("logs"); err != nil {
		t.Fatal(err)
	}
	for key, body := range objects {
		if _, err := backend.PutObject("logs", key, map[string]string{}, strings.NewReader(body), int64(len(body)), nil); err != nil {
			t.Fatal(err)
		}
	}
	h := &heldBucket{sent: map[string]int{}}
	store := gofakes3.New(backend).Server()
	h.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		pieces, pace := h.pieces, h.pace
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, ".log") {
			h.sent[r.URL.Path]++
		}
		h.mu.Unlock()
		if strings.HasSuffix(r.URL.Path, ".log") && r.Method == http.MethodGet {
			w = heldWriter{w, r.Context(), pieces, pace}
		}
		store.ServeHTTP(w, r)
	}))
	h.Config.ErrorLog = log.New(io.Discard, "", 0) // the store stumbles over who leaves
	h.Start()
	t.Cleanup(h.Close)
	return h
}

func (h *heldBucket) hold(pieces chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pieces = pieces
	clear(h.sent)
}

func (h *heldBucket) slow(pace time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pace = pace
}

func (h *heldBucket) begun() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.sent)
}

func (h *heldBucket) url() string {
	return "s3://logs/?region=eu-west-1&anonymous=true&endpoint=" + h.URL
}

// heldWriter sends one piece for each that it is allowed, where pieces is not nil, and no sooner than its pace.
type heldWriter struct {
	http.ResponseWriter
	ctx    context.Context
	pieces chan struct{}
	pace   time.Duration
}

func (w heldWriter) Write(b []byte) (int, error) {
	if w.pieces != nil {
		select {
		case <-w.pieces:
		case <-w.ctx.Done():
			return 0, w.ctx.Err()
		}
	}
	time.Sleep(w.pace)
	n, err := w.ResponseWriter.Write(b)
	w.ResponseWriter.(http.Flusher).Flush()
	return n, err
}

// A worker that is killed, stands still or is stopped in the midst of a log leaves it to another: it is counted once.
func TestWorkersLeaveLogs(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*testing.T, *crew, *process){
		"killed": func(t *testing.T, _ *crew, p *process) {
			if err := p.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		},
		"stopped": func(t *testing.T, _ *crew, p *process) {
			if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if code := p.end(t); code != 0 {
				t.Errorf("it ended with %d: %s", code, p.stderr.String())
			}
		},
		"slow": func(t *testing.T, f *crew, p *process) {
			freeze(t, p.cmd.Process)
			f.until(t, "its jobs are rescued", func() bool { return f.logJobs(t, "cancelled") > 0 })
			thaw(t, p.cmd.Process)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := startCrew(t, startCatalogue(t, 1, 8, 0), 10_000, 8)
			bucket := startBucket(t, hourlyLogs(f.site, 4))
			f.reads(t, bucket.url())
			f.runAlone(t)
			pieces := make(chan struct{}, 2)
			bucket.hold(pieces)
			first := f.workers(t, 1, "--jobs", "2")[0]
			p := f.startTogether(t)
			pieces <- struct{}{}
			f.until(t, "the worker is at logs", func() bool { return bucket.begun() > 0 && len(pieces) == 0 })
			second := f.startWorker(t, 1, "--jobs", "2")
			leave(t, f, first)
			close(pieces)
			f.endsAsAlone(t, p)
			f.nothingLeft(t)
			if said := p.stderr.String(); strings.Contains(said, "alone") || strings.Contains(said, "cannot read") {
				t.Errorf("the run says %s; the other worker: %s", said, second.stderr.String())
			}
			if n := f.logJobs(t, "completed"); n < 4 {
				t.Errorf("workers read %d logs, want 4", n)
			}
		})
	}
}

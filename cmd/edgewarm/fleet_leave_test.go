package main

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// impatience is less than what a crawler waits for an answer, before it asks again by itself.
const impatience = 15 * time.Second

// A worker that is told to stop finishes what it is at and gives the rest back: nothing is asked for twice.
func TestWorkerIsStopped(t *testing.T) {
	t.Parallel()
	f := startCrew(t, startCatalogue(t, 2, 20, 0), 10_000, 4)
	once := f.runAlone(t)
	f.site.hold()
	held := time.Now()
	first := f.workers(t, 1, "--batch", "20")[0]
	p := f.startTogether(t)
	f.site.allow(8)
	f.until(t, "the worker is at pages", func() bool {
		return len(f.site.requests()) > 8 && queried[int](t, f, inFlight, first.cmd.Process.Pid) > 20
	})
	if err := first.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if !first.stderr.await("finishes what is under way") {
		t.Fatalf("it does not stop: %s", first.stderr.String())
	}
	f.site.allow(4) // what it is at
	if code := first.end(t); code != 0 {
		t.Errorf("it ended with %d: %s", code, first.stderr.String())
	}
	if n := queried[int](t, f, `SELECT count(*) FROM fleet_workers`) + queried[int](t, f, `SELECT count(*) FROM river_job WHERE state IN ('running', 'cancelled')`); n != 0 {
		t.Errorf("%d workers and running jobs are left of it", n)
	}
	f.site.allow(-1)
	slow := time.Since(held) > impatience
	f.workers(t, 1)
	f.endsAsAlone(t, p)
	if slow {
		t.Logf("held for over %s, on a slow machine: how often each was asked for says nothing", impatience)
	} else {
		f.sameRequests(t, once)
	}
}

// A worker with another config takes no part and says in what it differs; a run that nobody helps crawls alone.
func TestWorkerOfAnotherConfig(t *testing.T) {
	t.Parallel()
	f := startCrew(t, startCatalogue(t, 1, 3, 0), 10_000, 4)
	f.runAlone(t)
	text := strings.Replace(fmt.Sprintf(shared, f.site.URL, 10_000, 4), "crawl:\n", "crawl:\n  page_depth: 2\n", 1)
	f.write(t, "other.yaml", text+"state: "+f.together+"\n")
	other := f.start(t, "worker", "-c", "other.yaml")
	t.Cleanup(func() { _ = other.cmd.Process.Kill() })
	if !other.stderr.await("msg=works") {
		t.Fatal(other.stderr.String())
	}
	p := f.startTogether(t)
	f.until(t, "the crawl has begun", func() bool { return strings.Contains(other.stderr.String(), "leaves a crawl") })
	f.shown(t, "status -c together.yaml", "1 workers alive", "takes no part")
	p.summary(t, p.end(t))
	if said := p.stderr.String(); !strings.Contains(said, "no worker was heard of for 30s that may take part") || !strings.Contains(said, "crawling alone") {
		t.Errorf("the run says %s", said)
	}
	f.samePlan(t)
	if said := other.stderr.String(); strings.Count(said, "leaves a crawl to others") != 1 || !strings.Contains(said, "differs from this worker's in crawl.page_depth") {
		t.Errorf("the worker says %s", said)
	}
	if n := queried[int](t, f, `SELECT (SELECT count(*) FROM fleet_frontier) + (SELECT count(*) FROM river_job)`); n != 0 {
		t.Errorf("%d rows are left of what nobody did", n)
	}
}

// Workers need a database that several machines reach.
func TestWorkerNeedsAServer(t *testing.T) {
	t.Parallel()
	w := start(t, ample)
	w.write(t, "edgewarm.yaml", nightly)
	for _, command := range []string{"worker", "run --workers"} {
		p := w.start(t, strings.Fields(command)...)
		code := p.end(t)
		if said := p.stderr.String(); code != 2 || !strings.Contains(said, "names a file") || !strings.Contains(said, "hint: state: postgres://") {
			t.Errorf("%s: got %d, %s", command, code, said)
		}
	}
}

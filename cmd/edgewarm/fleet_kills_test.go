package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

// workerKills is how often TestWorkersAreKilled kills one.
func workerKills(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("EDGEWARM_WORKER_KILLS"))
	if os.Getenv("EDGEWARM_WORKER_KILLS") == "" {
		return 3
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// queried reads one value from the ledger that is shared.
func queried[T any](t testing.TB, f *crew, text string, args ...any) (v T) {
	t.Helper()
	if err := f.pool(t).QueryRow(t.Context(), text, args...).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func (f *crew) pool(t testing.TB) *postgres.Pool {
	t.Helper()
	if f.asking == nil {
		pool, err := postgres.OpenPool(t.Context(), f.together, 2)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(pool.Close)
		f.asking = pool
	}
	return f.asking
}

// inFlight is how many documents the running jobs of a worker have.
const inFlight = `SELECT COALESCE(SUM((args ->> 'documents')::int), 0) FROM river_job WHERE state = 'running'
	AND attempted_by[array_upper(attempted_by, 1)] = (SELECT id FROM fleet_workers WHERE pid = $1)`

// settling is longer than the server takes to commit what it was told to just before the kill.
const settling = 30 * time.Millisecond

// kill ends a worker at once and puts another in its place. It returns how many documents the worker was at.
func (f *crew) kill(t *testing.T, workers []*process) (lost int) {
	t.Helper()
	var place int
	f.until(t, "a worker is at something", func() bool {
		place = rand.IntN(len(workers))
		return queried[int](t, f, inFlight, workers[place].cmd.Process.Pid) > 0
	})
	victim := workers[place]
	time.Sleep(rand.N(300 * time.Millisecond))
	if err := victim.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if code := victim.end(t); code != -1 {
		t.Fatalf("a worker ended with %d before it was killed: %s", code, victim.stderr.String())
	}
	time.Sleep(settling)
	lost = queried[int](t, f, inFlight, victim.cmd.Process.Pid)
	workers[place] = f.startWorker(t, place, "--batch", "4", "--jobs", "2")
	return lost
}

// Workers that are killed at any point lose nothing, and what they cost is that the documents of their jobs are asked for
// again.
func TestWorkersAreKilled(t *testing.T) {
	t.Parallel()
	kills := workerKills(t)
	f := startCrew(t, startCatalogue(t, 3, 12+kills/2, 0), 10_000, 4)
	f.run(t, "run", "-c", "alone.yaml", "--json")
	once := f.site.requests()
	f.again()
	f.site.hold()
	began := time.Now()
	workers := f.workers(t, 4, "--batch", "4", "--jobs", "2")
	p := f.start(t, "run", "-c", "together.yaml", "--json", "--workers")
	lost := 0
	for range kills {
		f.site.allow(len(once) / (kills + 1)) // so that the crawl cannot end before the last
		lost += f.kill(t, workers)
	}
	f.site.allow(-1)
	p.summary(t, p.end(t))
	f.samePlan(t)
	again := f.askedAgain(t, once)
	t.Logf("%d kills: %d of %d documents were asked for again, of %d that were under way; %d jobs were rescued; it took %s", kills, again, len(once), lost,
		queried[int](t, f, `SELECT count(*) FROM river_job WHERE state = 'cancelled'`), time.Since(began).Round(time.Second))
	if again > lost {
		t.Errorf("%d documents were asked for again, more than the %d of the jobs that were killed", again, lost)
	}
}

// askedAgain counts the documents that were asked for more often than once says, and checks that none was less.
func (f *crew) askedAgain(t *testing.T, once map[string]int) (again int) {
	t.Helper()
	got := f.site.requests()
	for path, n := range once {
		if got[path] < n {
			t.Errorf("%s was asked for %d times, want %d", path, got[path], n)
		}
	}
	for path, n := range got {
		if !strings.HasPrefix(path, "/moved/") { // it is asked for as part of another
			again += n - once[path]
		}
	}
	return again
}

// A run that is killed while workers are at its documents goes on where it was.
func TestRunWithWorkersIsKilled(t *testing.T) {
	t.Parallel()
	f := startCrew(t, startCatalogue(t, 2, 10, 0), 10_000, 4)
	f.run(t, "run", "-c", "alone.yaml", "--json")
	once := f.site.requests()
	f.again()
	f.site.hold()
	f.workers(t, 2, "--batch", "4")
	p := f.start(t, "run", "-c", "together.yaml", "--json", "--workers")
	f.site.allow(len(once) / 2)
	f.until(t, "half of the documents are opened", func() bool { return len(f.site.requests()) > len(once)/2 })
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.end(t)
	f.site.allow(-1)
	next := f.start(t, "run", "-c", "together.yaml", "--json", "--workers")
	next.summary(t, next.end(t))
	f.samePlan(t)
	if diff := cmp.Diff(once, f.site.requests()); diff != "" {
		t.Errorf("requests (-alone +together):\n%s", diff)
	}
}

// A worker that was only slow, whose jobs others did meanwhile, does no harm when it goes on.
func TestSlowWorkerIsFenced(t *testing.T) {
	t.Parallel()
	f := startCrew(t, startCatalogue(t, 2, 10, 0), 10_000, 4)
	f.run(t, "run", "-c", "alone.yaml", "--json")
	f.again()
	f.site.hold()
	slow := f.workers(t, 1, "--batch", "4", "--name", "slow")[0]
	p := f.start(t, "run", "-c", "together.yaml", "--json", "--workers")
	f.site.allow(8)
	f.until(t, "the worker has pages", func() bool {
		return len(f.site.requests()) > 8 && queried[int](t, f, inFlight, slow.cmd.Process.Pid) > 0
	})
	if err := slow.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	f.workers(t, 1, "--batch", "4")
	rescued := `SELECT count(*) FROM river_job WHERE state = 'cancelled'`
	f.until(t, "its jobs are rescued", func() bool { return queried[int](t, f, rescued) > 0 })
	if err := slow.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	jobs := queried[int](t, f, rescued)
	f.site.allow(-1)
	p.summary(t, p.end(t))
	f.samePlan(t)
	if n := queried[int](t, f, rescued); n != jobs {
		t.Errorf("%d jobs are cancelled, %d were: what is rescued stays so", n, jobs)
	}
	if n := queried[int](t, f, `SELECT count(*) FROM river_job WHERE state NOT IN ('completed', 'cancelled')`); n != 0 {
		t.Errorf("%d jobs are left", n)
	}
	t.Logf("%d jobs of the slow worker were done by the other", jobs)
}

// The pace of a host is kept by all workers together.
func TestWorkersSharePace(t *testing.T) {
	t.Parallel()
	const rate = 20
	f := startCrew(t, startCatalogue(t, 2, 12, 0), rate, 8)
	late := lateness(t)
	f.workers(t, 4, "--batch", "4")
	p := f.start(t, "run", "-c", "together.yaml", "--json", "--workers")
	p.summary(t, p.end(t))
	slack := late()
	// What was a second apart when it was let go may come nearer by what this machine kept it waiting.
	peak := f.site.peak(time.Second - slack)
	t.Logf("%d requests; at most %d in %s", len(f.site.arrived), peak, time.Second-slack)
	if peak > rate {
		t.Errorf("%d requests came in %s, at a rate of %d a second", peak, time.Second-slack, rate)
	}
}

// lateness begins to measure by how much this machine, on which the tests are not alone, runs late; it returns the most.
func lateness(t *testing.T) (most func() time.Duration) {
	const step = 5 * time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	worst := make(chan time.Duration, 1)
	go func() {
		var most time.Duration
		for ctx.Err() == nil {
			began := time.Now()
			time.Sleep(step)
			most = max(most, time.Since(began)-step)
		}
		worst <- most
	}()
	return func() time.Duration {
		cancel()
		return <-worst
	}
}

// until waits for something to come about.
func (f *crew) until(t testing.TB, what string, so func() bool) {
	t.Helper()
	for late := time.Now().Add(patience); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(late) {
			for _, p := range f.all {
				t.Log(p.stderr.String())
			}
			t.Fatal("it did not come about that " + what)
		}
	}
}

// startWorker starts a worker without waiting for it.
func (f *crew) startWorker(t testing.TB, place int, args ...string) *process {
	t.Helper()
	p := f.start(t, append([]string{"worker", "-c", "together.yaml", "--name", fmt.Sprint("w", place)}, args...)...)
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	f.all = append(f.all, p)
	return p
}

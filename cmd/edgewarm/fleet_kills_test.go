package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
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

// deaths is how often, at most, workers died over a running job of a worker, -1 for a worker without a job. A job over which
// more than ten died is left to the run, which would have nothing to be killed any more.
const (
	deaths = `SELECT COALESCE(MAX(COALESCE((args ->> 'deaths')::int, 0)), -1) FROM river_job WHERE state = 'running'
		AND attempted_by[array_upper(attempted_by, 1)] = (SELECT id FROM fleet_workers WHERE pid = $1)`
	fewDeaths = 7
)

// kill ends a worker at once and puts another in its place. It returns how many documents the worker was at.
func (f *crew) kill(t *testing.T, workers []*process) (lost int) {
	t.Helper()
	var place int
	spared := time.Now()
	f.until(t, "a worker is at something", func() bool {
		place = rand.IntN(len(workers))
		n := queried[int](t, f, deaths, workers[place].cmd.Process.Pid)
		if n > fewDeaths && time.Since(spared) > time.Second { // its documents may be waiting for their answers
			spared = time.Now()
			f.site.allow(1)
		}
		return n >= 0 && n <= fewDeaths
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
	once := f.runAlone(t)
	f.site.hold()
	began := time.Now()
	workers := f.workers(t, 4, "--batch", "4", "--jobs", "2")
	p := f.startTogether(t)
	lost := 0
	for range kills {
		f.site.allow(len(once) / (kills + 1)) // so that the crawl cannot end before the last
		lost += f.kill(t, workers)
	}
	f.site.allow(-1)
	f.endsAsAlone(t, p)
	again := f.askedAgain(t, once)
	t.Logf("%d kills: %d of %d documents were asked for again, of %d that were under way; %d jobs were rescued; it took %s", kills, again, len(once), lost,
		queried[int](t, f, `SELECT count(*) FROM river_job WHERE state = 'cancelled'`), time.Since(began).Round(time.Second))
	if again > max(lost, f.rescued(t)) {
		t.Errorf("%d documents were asked for again, more than the %d of the jobs that were killed", again, lost)
	}
}

// rescued is how many documents the jobs had that were taken from a worker which was not heard of for too long. A machine
// that does much else may keep one that lives from telling so in time.
func (f *crew) rescued(t *testing.T) int {
	t.Helper()
	return queried[int](t, f, `SELECT COALESCE(SUM((args ->> 'documents')::int), 0) FROM river_job WHERE state = 'cancelled'`)
}

// sameRequests is that each document was asked for as often as once says, but for those that were rescued.
func (f *crew) sameRequests(t *testing.T, once map[string]int) {
	t.Helper()
	if again, rescued := f.askedAgain(t, once), f.rescued(t); again > rescued {
		t.Errorf("requests, %d documents rescued (-alone +together):\n%s", rescued, cmp.Diff(once, f.site.requests()))
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
	once := f.runAlone(t)
	f.site.hold()
	f.workers(t, 2, "--batch", "4")
	p := f.startTogether(t)
	f.site.allow(len(once) / 2)
	f.until(t, "half of the documents are opened", func() bool { return len(f.site.requests()) > len(once)/2 })
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.end(t)
	f.site.allow(-1)
	next := f.startTogether(t)
	f.endsAsAlone(t, next)
	f.sameRequests(t, once)
}

// A worker that was only slow, whose jobs others did meanwhile, does no harm when it goes on.
func TestSlowWorkerIsFenced(t *testing.T) {
	t.Parallel()
	f := startCrew(t, startCatalogue(t, 2, 10, 0), 10_000, 4)
	f.runAlone(t)
	f.site.hold()
	slow := f.workers(t, 1, "--batch", "4", "--name", "slow")[0]
	p := f.startTogether(t)
	f.site.allow(8)
	f.until(t, "the worker has pages", func() bool {
		return len(f.site.requests()) > 8 && queried[int](t, f, inFlight, slow.cmd.Process.Pid) > 0
	})
	freeze(t, slow.cmd.Process)
	f.workers(t, 1, "--batch", "4")
	rescued := `SELECT count(*) FROM river_job WHERE state = 'cancelled'`
	f.until(t, "its jobs are rescued", func() bool { return queried[int](t, f, rescued) > 0 })
	thaw(t, slow.cmd.Process)
	jobs := queried[[]int64](t, f, `SELECT array_agg(id) FROM river_job WHERE state = 'cancelled'`)
	f.site.allow(-1)
	f.endsAsAlone(t, p)
	if n := queried[int](t, f, rescued+` AND id = ANY($1)`, jobs); n != len(jobs) {
		t.Errorf("%d jobs are cancelled, %d were: what is rescued stays so", n, len(jobs))
	}
	if n := queried[int](t, f, `SELECT count(*) FROM river_job WHERE state NOT IN ('completed', 'cancelled')`); n != 0 {
		t.Errorf("%d jobs are left", n)
	}
	t.Logf("%d jobs of the slow worker were done by the other", len(jobs))
}

// The pace of a host is kept by all workers together: each request waits for its turn, and is never early, however late
// the machine lets it go.
func TestWorkersSharePace(t *testing.T) {
	t.Parallel()
	const rate = 20
	f := startCrew(t, startCatalogue(t, 2, 12, 0), rate, 8)
	f.workers(t, 4, "--batch", "4")
	began := time.Now()
	p := f.startTogether(t)
	p.summary(t, p.end(t))
	if n := len(f.site.arrived); n < 5*rate {
		t.Fatalf("%d requests are too few to tell a pace", n)
	}
	for i, at := range f.site.arrived {
		if turn := time.Duration(i-1) * time.Second / rate; at.Sub(began) < turn { // the first two may go at once
			t.Fatalf("request %d came after %s, at a rate of %d a second", i+1, at.Sub(began), rate)
		}
	}
	t.Logf("%d requests in %s; at most %d in a second", len(f.site.arrived), f.site.arrived[len(f.site.arrived)-1].Sub(began), f.site.peak(time.Second))
}

// until waits for something to come about.
func (f *crew) until(t testing.TB, what string, so func() bool) {
	t.Helper()
	for late := time.Now().Add(patience); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(late) {
			for _, p := range f.all {
				t.Log(p.stderr.String())
			}
			t.Log("jobs: " + queried[string](t, f, `SELECT COALESCE(string_agg(state || ' ' || kind || ' ' || n, ', '), 'none')
				FROM (SELECT state::text, kind, count(*) AS n FROM river_job GROUP BY state, kind) AS counted`))
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

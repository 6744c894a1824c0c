package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/postgres"
	"github.com/edgewarm/edgewarm/internal/postgres/postgrestest"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// shared is the config of runs that workers may take part in.
const shared = `
account:
  endpoint: $API
  zones:
    zone-test: [127.0.0.1]
sources: [%s/]
crawl:
  private_networks: true
  rate: %d
  concurrency: %d
  timeout: 2m
plan:
  quota: 500
`

// crew is a site, a service, and a config for each of two ledgers: that of one process, and that of many.
type crew struct {
	*world
	site *catalogue
	// alone and together are the ledgers.
	alone, together string
	all             []*process     // the workers and the runs of together that there were
	asking          *postgres.Pool // of together; see queried
}

func startCrew(t testing.TB, site *catalogue, rate, concurrency int) *crew {
	t.Helper()
	f := &crew{world: start(t, ample), site: site,
		alone: postgrestest.Schema(t), together: postgrestest.Schema(t)}
	text := fmt.Sprintf(shared, site.URL, rate, concurrency)
	f.write(t, "alone.yaml", text+"state: "+f.alone+"\n")
	f.write(t, "together.yaml", text+"state: "+f.together+"\n")
	return f
}

// ample is a service that takes whatever there is.
var ample = edgeonetest.Options{Daily: 1 << 20, Batch: 1000}

// keptPlan is what the last run of the ledger found and decided, line by line.
func keptPlan(t testing.TB, dsn string) string {
	t.Helper()
	db, err := postgres.Open(dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `SELECT body FROM plans WHERE run = (SELECT max(id) FROM runs) ORDER BY part`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var packed bytes.Buffer
	for rows.Next() {
		var part []byte
		if err := rows.Scan(&part); err != nil {
			t.Fatal(err)
		}
		packed.Write(part)
	}
	plain, err := gzip.NewReader(&packed)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// again is before the same run once more: with a service and a site that know of none before it.
func (f *crew) again() {
	f.serve(ample)
	f.site.forget()
}

// runAlone is the run of one process, before the same once more. It returns how often each document was asked for.
func (f *crew) runAlone(t testing.TB) (once map[string]int) {
	t.Helper()
	f.run(t, "run", "-c", "alone.yaml", "--json")
	once = f.site.requests()
	f.again()
	return once
}

// startTogether starts the run that workers take part in.
func (f *crew) startTogether(t testing.TB) *process {
	t.Helper()
	p := f.start(t, "run", "-c", "together.yaml", "--json", "--workers")
	f.all = append(f.all, p)
	return p
}

// endsAsAlone waits for the run's end, and compares its plan with that of one process.
func (f *crew) endsAsAlone(t *testing.T, p *process) {
	t.Helper()
	p.summary(t, p.end(t))
	f.samePlan(t)
}

// samePlan compares the plans of both ledgers, byte for byte.
func (f *crew) samePlan(t testing.TB) {
	t.Helper()
	want, got := keptPlan(t, f.alone), keptPlan(t, f.together)
	if got == want {
		t.Logf("both plans: %d lines, %d bytes", strings.Count(want, "\n"), len(want))
		return
	}
	t.Errorf("plan (-alone +together):\n%.4000s", cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
}

// workers starts so many; they are stopped at the test's end if they are not before.
func (f *crew) workers(t testing.TB, n int, args ...string) []*process {
	t.Helper()
	all := make([]*process, n)
	for i := range all {
		all[i] = f.startWorker(t, i, args...)
	}
	for _, p := range all {
		if !p.stderr.await("msg=works") {
			t.Fatalf("a worker does not work: %s", p.stderr.String())
		}
	}
	return all
}

// shown checks that a command succeeds and prints each of the texts, whatever the space between words.
func (f *crew) shown(t *testing.T, command string, texts ...string) {
	t.Helper()
	p := f.start(t, strings.Fields(command)...)
	code := p.end(t)
	got := strings.Join(strings.Fields(p.stdout.String()), " ")
	for _, text := range texts {
		if code != 0 || !strings.Contains(got, text) {
			t.Errorf("%s: got %d, %s, want %q in it; stderr: %s", command, code, got, text, p.stderr.String())
		}
	}
}

// Four workers give the plan that one process gives, byte for byte, and each document is asked for once.
func TestWorkersGiveTheSamePlan(t *testing.T) {
	t.Parallel()
	f := startCrew(t, startCatalogue(t, 4, 30, 0), 10_000, 8)
	alone := f.run(t, "run", "-c", "alone.yaml", "--json")
	once := f.site.requests()
	f.again()
	workers := f.workers(t, 4, "--batch", "10")
	p := f.start(t, "run", "-c", "together.yaml", "--json", "--workers", "-v")
	together := p.summary(t, p.end(t))
	if alone.Discovered != together.Discovered || alone.Planned != together.Planned || together.Exit != alone.Exit {
		t.Errorf("got %+v, want %+v", together, alone)
	}
	f.samePlan(t)
	f.sameRequests(t, once)
	f.shown(t, "status -c together.yaml", "4 workers alive", "jobs of workers completed", "w3", "documents a second")
	f.shown(t, "status -c together.yaml --json", `"workers":{"jobs":{"completed":`, `"takes_part":true`, `"failures":[]`)
	f.shown(t, "ledger prune -c together.yaml --older 1d", "let go of")
	for i, w := range workers {
		if err := w.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if code := w.end(t); code != 0 {
			t.Errorf("worker %d ended with %d: %s", i, code, w.stderr.String())
		}
		if said := w.stderr.String(); !strings.Contains(said, "takes part in a crawl") || strings.Contains(said, "level=ERROR") {
			t.Errorf("worker %d says: %s", i, said)
		}
	}
}

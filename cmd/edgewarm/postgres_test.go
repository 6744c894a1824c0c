package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/postgres/postgrestest"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// On a server as with a file: another process is told who holds the ledger, one that is killed is waited for no longer than
// its lease, what it sent is asked for, and nothing is sent twice. All commands know such a ledger.
func TestFault95KilledOnPostgres(t *testing.T) {
	t.Parallel()
	state := postgrestest.Schema(t)
	o := edgeonetest.Options{Daily: 150, Batch: 5, Latency: 40 * time.Millisecond}
	w := night(t, o)
	want := undisturbed(t, w, o)
	w.write(t, "edgewarm.yaml", nightly+"state: "+state+"\n")
	if p := w.start(t, "status"); p.end(t) != 2 || !strings.Contains(p.stderr.String(), "there is no ledger postgres://") {
		t.Errorf("before the first run: %s", p.stderr.String())
	}

	p := w.start(t, "run", "--json")
	w.awaitOrFail(t, "CreatePrefetchTask", 3)
	w.hold("CreatePrefetchTask")
	second := w.start(t, "run", "--json")
	if code := second.end(t); code != 1 || !strings.Contains(second.stderr.String(), `running "run") holds postgres://`) {
		t.Errorf("beside the first: %d, %s", code, second.stderr.String())
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != -1 {
		t.Fatalf("it ended with %d before it was killed: %s", code, p.stderr.String())
	}
	w.hold("")
	began := time.Now()
	next := w.start(t, "run", "--json")
	next.summary(t, next.end(t))
	if !strings.Contains(next.stderr.String(), "the ledger is held by another edgewarm (pid ") {
		t.Errorf("the next one does not say that it waits: %s", next.stderr.String())
	}
	t.Logf("the next run took %s in all", time.Since(began).Round(time.Second))
	if diff := cmp.Diff(sortedCopy(want), sortedCopy(w.acceptedURLs())); diff != "" {
		t.Errorf("accepted (-undisturbed +killed):\n%s", diff)
	}
	for args, says := range map[string]string{
		"status": "killed", "report --json": `"accepted"`, "ledger export": `"spent"`, "ledger prune --older 90d": "let go of 0 runs", "run --dry-run --json": `"warm"`,
		"check": "can be written",
	} {
		p := w.start(t, strings.Fields(args)...)
		p.end(t)
		if !strings.Contains(p.stdout.String(), says) {
			t.Errorf("%s: got %s, want %q in it; stderr: %s", args, p.stdout.String(), says, p.stderr.String())
		}
	}
}

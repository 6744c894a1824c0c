package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// kills is how many processes are killed; EDGEWARM_KILLS says another number.
func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("EDGEWARM_KILLS")
	if text == "" {
		return 8
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("EDGEWARM_KILLS: %v", err)
	}
	return n
}

// killsNight is how many processes of one night are killed at most, before one comes to its end.
const killsNight = 12

// Processes are killed at random points of a night, from their first instruction to their last, as often as the test is
// asked to, and the next one goes on. Then the service has accepted what it accepts of a run that nobody disturbed, each
// target once, and the ledger knows it.
func TestFault95KilledAtAnyPoint(t *testing.T) {
	t.Parallel()
	o := edgeonetest.Options{Daily: 150, Batch: 10, Latency: 20 * time.Millisecond}
	w := night(t, o)
	began := time.Now()
	want := undisturbed(t, w, o)
	whole := time.Since(began)

	counted := &killCount{}
	wanted := kills(t)
	for n := 0; counted.killed < wanted; n++ {
		w.serve(o)
		config := fmt.Sprintf("night%d.yaml", n)
		state := fmt.Sprintf("night%d.db", n)
		early := []string{"0", "60%"}[n%2] // each other night begins before its plan is made
		w.write(t, config, nightly+"submit: {propagation: 1s, early: "+early+"}\nstate: "+state+"\n")
		for i := range min(1+rand.N(killsNight), wanted-counted.killed) {
			killOne(t, w, config, whole, i%2 == 0, counted)
			quiet(t, w)
		}
		began = time.Now()
		w.run(t, "run", "-c", config, "--json")
		whole = min(whole, 2*time.Since(began)) // the machine may have been far busier when the first was measured
		counted.accepted += len(w.acceptedURLs())
		counted.lost += len(want) - len(intersection(want, w.acceptedURLs()))
		counted.twice += w.service.Load().Summary().Duplicates
		counted.nights++
		checkNightOf(t, w, config, state, want)
	}
	t.Logf("%d processes killed at random points (%d before they asked for anything, %d between their first and last call) in %d nights: "+
		"%d targets accepted, %d of them sent again, %d planned ones lost, every night as an undisturbed one",
		counted.killed, counted.early, counted.calling, counted.nights, counted.accepted, counted.twice, counted.lost)
	if counted.twice > 0 || counted.lost > 0 {
		t.Errorf("%d targets were sent again, %d were lost", counted.twice, counted.lost)
	}
}

// killCount is what the kills came to.
type killCount struct {
	nights, killed, early, calling, accepted, twice, lost int
}

// killOne starts a run and kills it: at any moment of the time that a whole one takes, or around one of its calls.
func killOne(t *testing.T, w *world, config string, whole time.Duration, atCall bool, c *killCount) {
	t.Helper()
	w.mu.Lock()
	before := w.arrived["CreatePrefetchTask"]
	asked := w.requests()
	w.mu.Unlock()
	p := w.start(t, "run", "-c", config, "--json")
	if atCall {
		w.awaitOrEnd(t, p, "CreatePrefetchTask", before+1+rand.N(6))
		time.Sleep(rand.N(30 * time.Millisecond))
	} else {
		time.Sleep(rand.N(whole))
	}
	if err := p.cmd.Process.Kill(); err != nil {
		return // it was sooner
	}
	if p.end(t) != -1 {
		return
	}
	c.killed++
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.requests() == asked:
		c.early++
	case w.arrived["CreatePrefetchTask"] > before:
		c.calling++
	}
}

// requests counts those that have arrived. The lock is held.
func (w *world) requests() (n int) {
	for _, of := range w.arrived {
		n += of
	}
	return n
}

// quiet waits until the service is done with what a killed process had sent, which a real one is long before its
// propagation time has passed.
func quiet(t *testing.T, w *world) {
	t.Helper()
	for late := time.Now().Add(patience); w.open.Load() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal("the service still has connections of a process that was killed")
		}
	}
}

// checkNightOf is that the service accepted what was wanted, each once, and that the ledger knows just that.
func checkNightOf(t *testing.T, w *world, config, state string, want []string) {
	t.Helper()
	if diff := cmp.Diff(sortedCopy(want), sortedCopy(w.acceptedURLs())); diff != "" {
		t.Errorf("accepted (-undisturbed +killed):\n%s", diff)
	}
	l, err := ledger.OpenReadOnly(t.Context(), filepath.Join(w.dir, state), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	counts, err := l.Counts(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	open := counts[submitter.Intent] + counts[submitter.Unknown] + counts[submitter.Planned]
	if counts[submitter.Accepted] != len(want) || open > 0 {
		t.Errorf("the ledger has %v, want %d accepted and none of unknown end", counts, len(want))
	}
	if s := w.run(t, "run", "-c", config, "--json"); s.Planned != 0 || s.LeftOut["warm"] != len(want) {
		t.Errorf("once more: %d planned, %d warm, want all %d warm", s.Planned, s.LeftOut["warm"], len(want))
	}
}

func intersection(a, b []string) (both []string) {
	in := map[string]bool{}
	for _, s := range b {
		in[s] = true
	}
	for _, s := range a {
		if in[s] {
			both = append(both, s)
		}
	}
	return both
}

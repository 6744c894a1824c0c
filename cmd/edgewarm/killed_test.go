package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/demosite"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// nightly is a config whose quota is smaller than the site.
const nightly = `
account:
  endpoint: $API
  zones:
    zone-test: [127.0.0.1]
sources: [$SITE/]
crawl:
  private_networks: true
popularity:
  logs: [access.log]
`

// night is a world with the config, its log, and a service that is slow enough to be met in the middle of a call.
func night(t *testing.T, o edgeonetest.Options) *world {
	t.Helper()
	w := start(t, o)
	w.write(t, "edgewarm.yaml", nightly)
	log, err := os.Create(filepath.Join(w.dir, "access.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if err := demosite.LogUntil(log, w.site.URL, demosite.EdgeOne, 2000, time.Now()); err != nil {
		t.Fatal(err)
	}
	return w
}

// undisturbed is what one run that nobody disturbs has accepted, in order, by the same world with a ledger of its own.
func undisturbed(t *testing.T, w *world, o edgeonetest.Options) []string {
	t.Helper()
	w.write(t, "undisturbed.yaml", nightly+"state: undisturbed.db\n")
	w.run(t, "run", "-c", "undisturbed.yaml", "--json")
	want := w.acceptedURLs()
	w.serve(o)
	return want
}

func sortedCopy(s []string) []string { return slices.Sorted(slices.Values(s)) }

func (w *world) awaitOrFail(t *testing.T, action string, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if !w.await(ctx, action, n) {
		t.Fatalf("no %d requests of %s arrived", n, action)
	}
}

// A process that is killed in the middle of submitting, as often as you like, and is run again, ends with what a run
// that nobody disturbed sends, and sends nothing twice.
func TestFault95KilledWhileSubmitting(t *testing.T) {
	t.Parallel()
	o := edgeonetest.Options{Daily: 150, Batch: 5, Latency: 40 * time.Millisecond}
	w := night(t, o)
	want := undisturbed(t, w, o)
	for _, call := range []int{1, 6, 7, 15} {
		call = max(call, w.asked("CreatePrefetchTask")+1)
		w.holdAt("CreatePrefetchTask", call)
		p := w.start(t, "run", "--json")
		w.awaitOrFail(t, "CreatePrefetchTask", call)
		if err := p.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if code := p.end(t); code != -1 {
			t.Fatalf("it ended with %d before it was killed: %s", code, p.stderr.String())
		}
		w.hold("")
		quiet(t, w) // the call that was held is carried out
	}
	w.run(t, "run", "--json")
	if diff := cmp.Diff(sortedCopy(want), sortedCopy(w.acceptedURLs())); diff != "" {
		t.Errorf("accepted (-undisturbed +killed):\n%s", diff)
	}
	if s := w.run(t, "run", "--json"); s.Planned != 0 || s.LeftOut["warm"] != len(want) {
		t.Errorf("once more: %d planned, %d warm, want all %d warm", s.Planned, s.LeftOut["warm"], len(want))
	}
	status := w.start(t, "status")
	if status.end(t); strings.Count(status.stdout.String(), "killed") != 4 {
		t.Errorf("the status tells of other than 4 killed runs:\n%s", status.stdout.String())
	}
}

// A process that is killed when its call had not reached the service: what was not taken is sent, after it was asked
// for long enough.
func TestFault95KilledBeforeTheServiceTookIt(t *testing.T) {
	t.Parallel()
	o := edgeonetest.Options{Daily: 150, Batch: 20}
	w := night(t, o)
	want := undisturbed(t, w, o)
	// The service hangs until the process is gone.
	o.Faults = []edgeonetest.Fault{{Kind: edgeonetest.Cut, Action: "CreatePrefetchTask", After: 2, Times: 1, Delay: time.Hour}}
	w.serve(o)
	p := w.start(t, "run", "--json")
	w.awaitOrFail(t, "CreatePrefetchTask", 3)
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.end(t)
	again := w.start(t, "run", "--json")
	again.summary(t, again.end(t))
	if diff := cmp.Diff(sortedCopy(want), sortedCopy(w.acceptedURLs())); diff != "" {
		t.Errorf("accepted (-undisturbed +killed):\n%s", diff)
	}
	if note := "an earlier run ended without the answers to 1 call: "; !strings.Contains(again.stderr.String(), note) {
		t.Errorf("stderr does not say %q:\n%s", note, again.stderr.String())
	}
}

// The first signal ends a run in order: what is under way is written down, the rest is deferred and taken up by the next.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	o := edgeonetest.Options{Daily: 150, Batch: 5, Latency: 40 * time.Millisecond}
	w := night(t, o)
	want := undisturbed(t, w, o)
	w.holdAt("CreatePrefetchTask", 4)
	p := w.start(t, "run", "--json")
	w.awaitOrFail(t, "CreatePrefetchTask", 4)
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if !p.stderr.await("edgewarm: stopping: ") {
		t.Fatalf("it does not stop: %s", p.stderr.String())
	}
	w.hold("")
	code := p.end(t)
	s := p.summary(t, code)
	if code != 130 || s.Deferred == 0 || s.Unknown != 0 || s.Accepted != len(w.acceptedURLs()) {
		t.Errorf("exit code %d, %+v; the service accepted %d", code, s, len(w.acceptedURLs()))
	}
	for _, line := range []string{"edgewarm: stopping: ", "edgewarm: hint: run the same command again to go on\n"} {
		if !strings.Contains(p.stderr.String(), line) {
			t.Errorf("stderr does not say %q:\n%s", line, p.stderr.String())
		}
	}
	w.run(t, "run", "--json")
	if diff := cmp.Diff(sortedCopy(want), sortedCopy(w.acceptedURLs())); diff != "" {
		t.Errorf("accepted (-undisturbed +interrupted):\n%s", diff)
	}
}

// The second signal ends it at once, whatever is under way.
func TestInterruptedTwice(t *testing.T) {
	t.Parallel()
	w := night(t, edgeonetest.Options{Daily: 150, Batch: 50})
	w.hold("CreatePrefetchTask")
	p := w.start(t, "run", "--json")
	w.awaitOrFail(t, "CreatePrefetchTask", 1)
	for range 2 {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if !p.stderr.await("once more to stop at once") {
			t.Fatal("it does not say what a second signal does")
		}
	}
	if code := p.end(t); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	w.hold("")
	w.run(t, "run", "--json")
	if got := len(w.acceptedURLs()); got == 0 {
		t.Error("nothing was accepted after all")
	}
}

// A signal ends a command that waits for its stdin, which nobody closes.
func TestInterruptedWhileStdinIsRead(t *testing.T) {
	t.Parallel()
	w := start(t, edgeonetest.Options{})
	w.write(t, "edgewarm.yaml", nightly)
	w.write(t, "list.yaml", strings.Replace(nightly, "[$SITE/]", `[{list: "-"}]`, 1))
	for _, c := range []struct{ args, begins string }{
		{"submit -", ""},
		{"plan -", ""},
		{"inspect - --base https://www.example.com/v.m3u8", "#EXTM3U\n"},
		{"inspect - --as log", ""},
		{"crawl -c list.yaml", ""},
	} {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer read.Close()
			defer write.Close()
			p := w.begin(t, read, w.environment(), strings.Fields(c.args)...)
			// More than a pipe holds is written only when it is read from.
			if _, err := io.WriteString(write, c.begins+strings.Repeat("\n", 64<<10)+"\n"); err != nil {
				t.Fatal(err)
			}
			if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			if code := p.end(t); code != 130 {
				t.Errorf("exit code %d, want 130", code)
			}
			want := "edgewarm: error: interrupted\nedgewarm: hint: run the same command again to go on\n"
			if !strings.HasSuffix(p.stderr.String(), want) {
				t.Errorf("stderr is %q, want it to end with %q", p.stderr.String(), want)
			}
		})
	}
}

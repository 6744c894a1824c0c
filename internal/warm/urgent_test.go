package warm_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// listing is a playlist of n segments.
func listing(n int) string {
	text := "#EXTM3U\n#EXT-X-TARGETDURATION:4\n"
	for i := range n {
		text += fmt.Sprintf("#EXTINF:4,\n%03d.ts\n", i)
	}
	return text + "#EXT-X-ENDLIST\n"
}

// busy is a world whose night is 101 targets in calls of 5, and has a new title that nobody knows of yet.
func busy(t *testing.T, o edgeonetest.Options) *world {
	o.Batch = 5
	w := newWorld(t, o, map[string]string{"/old/index.m3u8": listing(100), "/new/index.m3u8": listing(3)}, "/old/index.m3u8")
	w.config.Submit.Rate = 8
	return w
}

// asks puts a URL into the inbox, as serve does and a launch beside a run.
func (w *world) asks(t *testing.T, path string) {
	l, err := ledger.OpenShared(t.Context(), w.config.State, ledger.Options{})
	if err != nil {
		t.Error(err)
		return
	}
	defer l.Close()
	if _, err := l.Receive(t.Context(), []ledger.Event{{URL: w.origin.URL + path, Weight: 1}}); err != nil {
		t.Error(err)
	}
}

// events are how many of the inbox stand in each state.
func (w *world) events(t *testing.T) map[ledger.EventState]int {
	l, err := ledger.OpenReadOnly(t.Context(), w.config.State, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	counts, err := l.EventCounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

// atCall calls f once, when the service gets the n-th call of an action.
func (w *world) atCall(action string, n int, f func()) {
	w.sim.Update(func(o *edgeonetest.Options) {
		seen := 0
		o.Before = func(_ int, of string) {
			if of == action {
				if seen++; seen == n {
					f()
				}
			}
		}
	})
}

// isNew tells what the new title consists of.
func isNew(path string) bool { return strings.HasPrefix(path, "/new/") }

// What somebody asks for during a night overtakes what waits, is counted with it, and is done.
func TestUrgentDuringARun(t *testing.T) {
	t.Parallel()
	w := busy(t, edgeonetest.Options{})
	w.atCall("CreatePrefetchTask", 3, func() { go w.asks(t, "/new/index.m3u8") })
	s := w.mustRun(t, warm.RunOptions{Inbox: true})
	paths := w.accepted()
	first := slices.IndexFunc(paths, isNew)
	if first < 0 || first > 90 || s.Planned != 105 || s.Accepted != 105 {
		t.Errorf("the new title was accepted after %d others; %+v", first, s)
	}
	if n := w.sim.Summary().Duplicates; n > 0 {
		t.Errorf("%d were sent twice", n)
	}
	if got := w.events(t); got[ledger.EventDone] != 1 || len(got) != 1 {
		t.Errorf("the inbox has %v", got)
	}
	w.said(t, "1 URL was asked for in between")
}

// So it does while the sources are still being read, and when the night's own plan has it too.
func TestUrgentDuringDiscovery(t *testing.T) {
	t.Parallel()
	w := busy(t, edgeonetest.Options{})
	accepted := make(chan struct{})
	w.hold = func(path string) {
		if path != "/old/index.m3u8" {
			return
		}
		w.asks(t, "/new/index.m3u8")
		select {
		case <-accepted:
		case <-time.After(20 * time.Second):
			t.Error("nothing was sent while the crawl went on")
		}
	}
	w.atCall("CreatePrefetchTask", 1, func() { close(accepted) })
	w.config.Sources = append(w.config.Sources, w.config.Sources[0])
	w.config.Sources[1].URL = w.origin.URL + "/new/index.m3u8"
	s := w.mustRun(t, warm.RunOptions{Inbox: true})
	if s.Planned != 105 || s.Accepted != 105 || s.Discovered != 105 || s.Early != nil {
		t.Errorf("got %+v", s)
	}
	if n := w.sim.Summary().Duplicates; n > 0 {
		t.Errorf("%d were sent twice", n)
	}
	if paths := w.accepted(); !isNew(paths[0]) {
		t.Errorf("the first was %s", paths[0])
	}
}

// And while the run only waits for its jobs.
func TestUrgentWhileJobsAreAwaited(t *testing.T) {
	t.Parallel()
	w := busy(t, edgeonetest.Options{TaskTime: 4 * time.Second})
	w.atCall("DescribePrefetchTasks", 1, func() { go w.asks(t, "/new/index.m3u8") })
	s := w.mustRun(t, warm.RunOptions{Inbox: true, Wait: time.Minute})
	if s.Accepted != 105 || s.Discovered != 105 || s.Jobs["success"] != 105 {
		t.Errorf("got %+v", s)
	}
	if got := w.events(t); got[ledger.EventDone] != 1 {
		t.Errorf("the inbox has %v", got)
	}
}

// What the quota does not reach for stays in the inbox, and what leads nowhere too.
func TestUrgentThatCannotBeSent(t *testing.T) {
	t.Parallel()
	w := busy(t, edgeonetest.Options{Daily: 60})
	w.atCall("CreatePrefetchTask", 3, func() {
		go w.asks(t, "/gone.m3u8")
	})
	s, err := w.run(t, warm.RunOptions{Inbox: true})
	if err != nil || s.Accepted != 60 {
		t.Errorf("%v: %+v", err, s)
	}
	if got := w.events(t); got[ledger.EventPending] != 1 {
		t.Errorf("the inbox has %v", got)
	}
}

// A launch that finds the ledger held by a night's run has its titles sent by that, before all else.
func TestLaunchDuringARun(t *testing.T) {
	t.Parallel()
	w := busy(t, edgeonetest.Options{})
	type launched struct {
		report warm.LaunchReport
		err    error
	}
	ended := make(chan launched, 1)
	own := *w.config
	own.Sources = slices.Clone(own.Sources)
	own.Sources[0].URL = w.origin.URL + "/new/index.m3u8"
	var notes []string
	w.atCall("CreatePrefetchTask", 3, func() {
		job := w.warmer()
		job.Config, job.Launch = &own, "premiere"
		job.Watch = warm.Watch{Note: func(text string) { notes = append(notes, text) }}
		go func() {
			defer job.Close()
			report, err := job.RunLaunch(t.Context(), warm.LaunchOptions{Job: time.Minute})
			ended <- launched{report, err}
		}()
	})
	s := w.mustRun(t, warm.RunOptions{Inbox: true})
	l := <-ended
	if l.err != nil || l.report.Exit != warm.ExitDone {
		t.Errorf("the launch came to %v: %+v, and said %q", l.err, l.report, notes)
	}
	paths := w.accepted()
	if first := slices.IndexFunc(paths, isNew); first < 0 || first > 90 || s.Accepted != 105 || len(paths) != 105 {
		t.Errorf("the new title was accepted after %d others of %d; %+v", first, len(paths), s)
	}
	if text := strings.Join(notes, "\n"); !strings.Contains(text, "it is asked to send what is launched before all else") {
		t.Errorf("the launch says %q", notes)
	}
}

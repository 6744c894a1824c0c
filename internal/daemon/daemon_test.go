package daemon_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/daemon"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter"
)

// world is a daemon on its test, whose time is that of synctest: it begins at midnight UTC on 2000-01-01.
type world struct {
	*testing.T
	*daemon.Daemon

	mu sync.Mutex
	// ran are the jobs in order, each with the hour and minute at which it began.
	ran []string
	// took is how long a run takes; err what it comes to.
	took    time.Duration
	err     error
	exit    int
	last    map[string]ledger.Run
	events  []ledger.Event
	open    []ledger.Job
	targets map[string]submitter.State
	seen    []string // what the observer was told
	days    string   // when quota days begin
	log     bytes.Buffer
	config  *config.Config // of the last run
	cancel  context.CancelFunc
	ended   chan struct{}
}

func newWorld(t *testing.T, schedules ...config.Schedule) *world {
	w := &world{T: t, took: time.Second, last: map[string]ledger.Run{}, targets: map[string]submitter.State{}, ended: make(chan struct{})}
	c := config.Default()
	c.Sources = []config.Source{{URL: "https://a.example.com/", Weight: 1}, {URL: "https://b.example.com/", Weight: 1}}
	c.Serve.Schedules = schedules
	w.Daemon = &daemon.Daemon{
		Config: c, Run: w.run, Ledger: w, Log: slog.New(slog.NewTextHandler(&w.log, nil)), Observer: observer{w},
		Load: func() (*config.Config, error) { return nil, errors.New("nothing new") },
	}
	return w
}

// start begins the daemon; it is stopped with the test.
func (w *world) start() *world {
	ctx, cancel := context.WithCancel(w.Context())
	w.cancel = cancel
	w.Prepare()
	go func() {
		defer close(w.ended)
		w.Serve(ctx)
	}()
	synctest.Wait()
	return w
}

func (w *world) stop() {
	w.cancel()
	<-w.ended
}

func (w *world) run(ctx context.Context, c *config.Config, j daemon.Job, watch warm.Watch) (warm.Summary, error) {
	begun := time.Now()
	w.config = c
	w.note(&w.ran, j.Name+" "+begun.UTC().Format("15:04"))
	if j.Name == daemon.Refresh {
		return warm.Summary{}, nil
	}
	watch.Note("hello \x1b[31mworld")
	watch.Progress(warm.StageSubmit, 1, 4)
	s := warm.Summary{Run: 7, Started: begun, Exit: w.exit}
	select {
	case <-time.After(w.took):
	case <-ctx.Done():
		return s, context.Cause(ctx)
	}
	s.Ended = time.Now()
	return s, w.err
}

func (w *world) note(list *[]string, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	*list = append(*list, text)
}

func (w *world) want(what string, want []string, got *[]string) {
	w.Helper()
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	if diff := cmp.Diff(want, *got); diff != "" {
		w.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func (w *world) LastRun(_ context.Context, command string) (ledger.Run, bool, error) {
	run, ok := w.last[command]
	return run, ok, nil
}

func (w *world) PendingEvents(_ context.Context, n int) ([]ledger.Event, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var due []ledger.Event
	for _, e := range w.events {
		if e.State == ledger.EventPending && !e.Due.After(time.Now()) && len(due) < n {
			due = append(due, e)
		}
	}
	return due, nil
}

func (w *world) UpdateEvents(_ context.Context, events []ledger.Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range events {
		i := slices.IndexFunc(w.events, func(o ledger.Event) bool { return o.ID == e.ID })
		e.Attempts++
		w.events[i] = e
	}
	return nil
}

func (w *world) Target(_ context.Context, url string) (ledger.Target, bool, error) {
	state, ok := w.targets[url]
	return ledger.Target{URL: url, State: state}, ok, nil
}

func (w *world) OpenJobs(context.Context, time.Time) ([]ledger.Job, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.open, nil
}

func (w *world) BeginDays(hour int, zone *time.Location) {
	w.days = fmt.Sprintf("%02d:00 %s", hour, zone)
}

// event is a copy of one of the inbox.
func (w *world) event(i int) ledger.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.events[i]
}

// receive puts a URL into the inbox, as the web does.
func (w *world) receive(url string) {
	w.mu.Lock()
	w.events = append(w.events, ledger.Event{ID: int64(len(w.events) + 1), URL: url, Weight: 2, State: ledger.EventPending, Received: time.Now()})
	w.mu.Unlock()
	w.Arrived()
}

type observer struct{ w *world }

func (o observer) RunEnded(job string, _ warm.Summary, err error) {
	text := "ended " + job
	if err != nil {
		text += ": " + err.Error()
	}
	o.w.note(&o.w.seen, text)
}
func (o observer) Refused(job string) { o.w.note(&o.w.seen, "refused "+job) }
func (o observer) Notified(error)     { o.w.note(&o.w.seen, "notified") }
func (o observer) Reloaded(err error) { o.w.note(&o.w.seen, "reloaded") }
func (o observer) Events(s ledger.EventState, n int) {
	o.w.note(&o.w.seen, "event "+string(s))
}

func every(name, cron string) config.Schedule {
	return config.Schedule{Name: name, Cron: "CRON_TZ=UTC " + cron}
}

func TestSchedule(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, every("nightly", "30 3 * * *"), every("often", "0 */2 * * *")).start()
		defer w.stop()
		time.Sleep(5 * time.Hour)
		w.want("ran", []string{"often 02:00", "nightly 03:30", "often 04:00"}, &w.ran)
	})
}

// What is due while the same goes is refused; what else is due waits for it.
func TestOverlap(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, every("long", "0 * * * *"), every("other", "30 1 * * *"))
		w.took = 90 * time.Minute
		w.start()
		defer w.stop()
		time.Sleep(3 * time.Hour)
		w.want("ran", []string{"long 01:00", "other 02:30"}, &w.ran)
		w.want("seen", []string{"refused long", "ended long"}, &w.seen)
		if s := w.Status(); s.Running == nil || s.Running.Job != "other" || !slices.Equal(s.Queue, []string{"long"}) {
			t.Errorf("it says %+v, waiting %v", s.Running, s.Queue)
		}
	})
}

// What was missed is made up for once, what was broken off is taken up; what never ran waits.
func TestCatchUp(t *testing.T) {
	t.Parallel()
	start := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		last ledger.Run
		off  bool
		want []string
	}{
		"missed three times": {last: ledger.Run{ID: 1, Started: start.Add(-73 * time.Hour), Ended: start.Add(-72 * time.Hour)}, want: []string{"nightly 00:00"}},
		"in time":            {last: ledger.Run{ID: 1, Started: start.Add(-20 * time.Hour), Ended: start.Add(-19 * time.Hour)}},
		"killed":             {last: ledger.Run{ID: 1, Started: start.Add(-time.Hour)}, want: []string{"nightly 00:00"}},
		"broken off":         {last: ledger.Run{ID: 1, Started: start.Add(-time.Hour), Ended: start, ExitCode: warm.ExitInterrupted}, want: []string{"nightly 00:00"}},
		"never ran":          {},
		"not asked for":      {last: ledger.Run{ID: 1, Started: start.Add(-time.Hour)}, off: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, every("nightly", "30 3 * * *"))
				w.Config.Serve.CatchUp = !c.off
				if c.last.ID != 0 {
					w.last["serve nightly"] = c.last
				}
				w.start()
				defer w.stop()
				time.Sleep(time.Minute)
				w.want("ran", c.want, &w.ran)
			})
		})
	}
}

// A run that is told to stop ends before the daemon does, and nothing else begins.
func TestDrain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, every("a", "0 1 * * *"), every("b", "0 1 * * *"))
		w.took = 10 * time.Hour
		w.start()
		time.Sleep(time.Hour + time.Second)
		w.stop()
		w.want("ran", []string{"a 01:00"}, &w.ran)
		w.want("seen", []string{"ended a: context canceled"}, &w.seen)
		if s := w.Status(); !s.Draining || s.Ready || s.Running != nil {
			t.Errorf("it says %+v", s)
		}
		if err := w.Ask(t.Context(), daemon.All); !errors.Is(err, daemon.ErrDraining) {
			t.Errorf("asked then, it says %v", err)
		}
	})
}

// A ledger that another process holds is tried again, and is no run.
func TestHeld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, every("nightly", "0 1 * * *"))
		w.err = &ledger.HeldError{}
		w.start()
		defer w.stop()
		time.Sleep(time.Hour + 2*time.Minute + 30*time.Second)
		w.want("ran", []string{"nightly 01:00", "nightly 01:01", "nightly 01:02"}, &w.ran)
		w.want("seen", nil, &w.seen)
	})
}

func TestAsk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, every("nightly", "0 1 * * *")).start()
		defer w.stop()
		for _, c := range []struct {
			name string
			want error
		}{{"nightly", nil}, {"nightly", daemon.ErrOverlap}, {daemon.All, nil}, {"other", daemon.ErrNoJob}, {daemon.Events, daemon.ErrNoJob}} {
			if err := w.Ask(t.Context(), c.name); !errors.Is(err, c.want) {
				t.Errorf("%s: got %v, want %v", c.name, err, c.want)
			}
		}
		time.Sleep(10 * time.Second)
		w.want("ran", []string{"nightly 00:00", "all 00:00"}, &w.ran)
	})
}

// Events that come together are one run; what the quota did not reach for is tried again, and given up at last.
func TestEvents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.targets["https://x/done"], w.targets["https://x/bad"], w.targets["https://x/later"] = submitter.Accepted, submitter.Refused, submitter.Deferred
		w.start()
		defer w.stop()
		for _, name := range []string{"done", "bad", "later"} {
			w.receive("https://x/" + name)
		}
		time.Sleep(5 * time.Second)
		w.want("ran", []string{"events 00:00"}, &w.ran)
		var states []ledger.EventState
		for i := range 3 {
			states = append(states, w.event(i).State)
		}
		if diff := cmp.Diff([]ledger.EventState{ledger.EventDone, ledger.EventFailed, ledger.EventPending}, states); diff != "" {
			t.Errorf("states (-want +got):\n%s", diff)
		}
		time.Sleep(75 * time.Hour)
		if last := w.event(2); last.State != ledger.EventFailed || last.Attempts < 70 || last.Attempts > 90 {
			t.Errorf("three days later it is %s after %d runs: %s", last.State, last.Attempts, last.Reason)
		}
	})
}

// What became of jobs is asked now and then while nothing else is to be done, and is no run.
func TestRefresh(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.start()
		defer w.stop()
		time.Sleep(10 * time.Minute)
		w.want("ran without jobs", nil, &w.ran)
		w.mu.Lock()
		w.open = []ledger.Job{{ID: "job"}}
		w.mu.Unlock()
		time.Sleep(10*time.Minute + time.Second)
		w.want("ran", []string{"refresh 00:15", "refresh 00:20"}, &w.ran)
		w.want("seen", nil, &w.seen)
	})
}

// A run that panics is a run that failed.
func TestPanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, every("nightly", "0 1 * * *"))
		w.Daemon.Run = func(context.Context, *config.Config, daemon.Job, warm.Watch) (warm.Summary, error) { panic("oh") }
		w.start()
		defer w.stop()
		time.Sleep(2 * time.Hour)
		w.want("seen", []string{"ended nightly: the run panicked: oh"}, &w.seen)
	})
}

// A wrong config is refused and said; a right one is taken, and schedules that did not change keep their time.
func TestReload(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, every("a", "0 2 * * *"), config.Schedule{Name: "b", Cron: "@every 3h"})
		w.start()
		defer w.stop()
		time.Sleep(time.Hour)
		w.Reload()
		synctest.Wait()
		if s := w.Status(); s.ReloadError != "nothing new" || len(s.Schedules) != 2 {
			t.Errorf("refused, it says %q of %d schedules", s.ReloadError, len(s.Schedules))
		}
		next := config.Default()
		next.Sources, next.Serve.Listen = w.Settings().Sources, "127.0.0.1:1"
		next.Serve.Schedules = []config.Schedule{{Name: "b", Cron: "@every 3h"}, every("c", "30 1 * * *")}
		w.Load = func() (*config.Config, error) { return next, nil }
		w.Reload()
		time.Sleep(2*time.Hour + time.Minute)
		w.want("ran", []string{"c 01:30", "b 03:00"}, &w.ran)
		if s := w.Status(); s.ReloadError != "" || w.Settings().Serve.Listen == "127.0.0.1:1" {
			t.Errorf("taken, it says %q and listens to %s", s.ReloadError, w.Settings().Serve.Listen)
		}
	})
}

// What a run says is seen, and can do no harm.
func TestStatus(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, every("nightly", "0 1 * * *"))
		w.took = time.Minute
		w.start()
		defer w.stop()
		time.Sleep(time.Hour + time.Second)
		s, changed := w.Watch()
		if r := s.Running; r == nil || r.Stage != "submitting" || r.Done != 1 || r.Total != 4 {
			t.Errorf("it says %+v", s.Running)
		}
		if len(s.Said) != 1 || s.Said[0].Text != "hello world" {
			t.Errorf("it said %+v", s.Said)
		}
		<-changed
	})
}

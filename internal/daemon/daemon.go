package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// tick is the longest that the loop sleeps: a clock that was set, or a machine that slept, is noticed within it.
const tick = time.Minute

// heldPause is how long a job waits when another process holds the ledger.
const heldPause = time.Minute

// Daemon runs jobs. Set its fields before Serve.
type Daemon struct {
	Config *config.Config
	// Load reads the config anew.
	Load     func() (*config.Config, error)
	Run      Runner
	Ledger   Ledger
	Log      *slog.Logger
	Observer Observer
	// Host is what webhooks call this machine.
	Host string

	settings  atomic.Pointer[config.Config]
	board     board
	asks      chan ask
	reloads   chan struct{}
	arrived   chan struct{}
	ended     chan ending
	table     timetable
	queue     []string
	running   *Job
	eventsDue time.Time
	refreshed time.Time
	reset     string // the hour and time zone at which quota days begin
	notices   notices
}

// ask is a request of somebody that a job be run.
type ask struct {
	name   string
	answer chan error
}

// ending is what a job came to.
type ending struct {
	job     Job
	summary warm.Summary
	err     error
}

// The reasons for which a job that is asked for is not taken.
var (
	ErrOverlap  = errors.New("it runs or waits already")
	ErrNoJob    = errors.New("no schedule has this name")
	ErrDraining = errors.New("edgewarm is stopping")
)

// Prepare makes the daemon ready to be asked. It is called before Serve and before any other method.
func (d *Daemon) Prepare() {
	d.asks, d.reloads, d.arrived = make(chan ask), make(chan struct{}, 1), make(chan struct{}, 1)
	d.ended = make(chan ending, 1)
	d.settings.Store(d.Config)
	d.board.begin(time.Now())
	d.table.set(d.Config.Serve.Schedules, now())
	d.board.table(d.table.status(), d.queue)
}

// Serve runs jobs until ctx ends. A run that goes on then is broken off as a signal does: the call under way is finished
// and written down, and the rest is taken up by the next edgewarm. It returns when the last run and webhook are done.
func (d *Daemon) Serve(ctx context.Context) {
	d.beginDays(ctx)
	d.catchUp(ctx)
	d.eventsDue = now() // what came before
	d.board.ready()
	for {
		d.begin(ctx)
		d.board.table(d.table.status(), d.queue)
		select {
		case <-ctx.Done():
			d.drain()
			return
		case <-time.After(d.sleep()):
			d.due(ctx)
		case <-d.arrived:
			d.eventsDue = now().Add(gather)
		case a := <-d.asks:
			a.answer <- d.asked(a.name)
		case <-d.reloads:
			d.reload(ctx)
		case end := <-d.ended:
			d.finish(ctx, end)
		}
	}
}

// now is the clock on the wall: what is compared with a schedule must not run on by itself while a machine sleeps.
func now() time.Time { return time.Now().Round(0) }

// sleep is how long nothing is due.
func (d *Daemon) sleep() time.Duration {
	left := tick
	for _, at := range []time.Time{d.table.next(), d.eventsDue} {
		if !at.IsZero() {
			left = min(left, at.Sub(now()))
		}
	}
	return max(left, 0)
}

// due queues what is due.
func (d *Daemon) due(ctx context.Context) {
	d.board.beat(now())
	for _, name := range d.table.due(now()) {
		if err := d.enqueue(name); err != nil {
			d.Observer.Refused(name)
			d.Log.Warn("a run is refused", "schedule", name, "reason", err.Error())
		}
	}
	d.queueEvents(ctx)
	d.queueRefresh(ctx)
}

// enqueue queues a job, once.
func (d *Daemon) enqueue(name string) error {
	if slices.Contains(d.queue, name) || d.running != nil && d.running.Name == name {
		return ErrOverlap
	}
	d.queue = append(d.queue, name)
	return nil
}

// asked queues a job that a person asked for.
func (d *Daemon) asked(name string) error {
	if _, known := d.table.find(name); !known && name != All {
		return ErrNoJob
	}
	return d.enqueue(name)
}

// begin runs the next job of the queue, if none runs.
func (d *Daemon) begin(ctx context.Context) {
	for d.running == nil && len(d.queue) > 0 && ctx.Err() == nil {
		name := d.queue[0]
		d.queue = d.queue[1:]
		job, ok := d.job(ctx, name)
		if !ok {
			continue // a reload has taken it away, or its events
		}
		d.running = &job
		if name == Refresh {
			c := *d.Config
			go func() { d.ended <- d.do(ctx, &c, job, warm.Watch{}) }()
			continue
		}
		watch := d.board.start(job.Name, now(), d.Log)
		d.Log.Info("a run begins", "schedule", job.Name, "sources", len(job.Sources))
		c := *d.Config // it may be exchanged meanwhile
		go func() { d.ended <- d.do(ctx, &c, job, watch) }()
	}
}

// do runs a job. What panics is an error of this run; the others go on.
func (d *Daemon) do(ctx context.Context, c *config.Config, job Job, watch warm.Watch) (end ending) {
	end.job = job
	defer func() {
		if r := recover(); r != nil {
			end.err = fmt.Errorf("the run panicked: %v", r)
		}
	}()
	end.summary, end.err = d.Run(ctx, c, job, watch)
	return end
}

// job is what a name stands for now.
func (d *Daemon) job(ctx context.Context, name string) (Job, bool) {
	switch name {
	case All:
		return Job{Name: All, Sources: d.Config.Sources}, true
	case Events:
		return d.eventsJob(ctx)
	case Refresh:
		return Job{Name: Refresh}, true
	}
	s, ok := d.table.find(name)
	return Job{Name: name, Sources: s.Of(d.Config.Sources), Wait: s.Wait}, ok
}

// finish takes in what a job came to.
func (d *Daemon) finish(ctx context.Context, end ending) {
	d.running = nil
	if end.job.Name == Refresh {
		if end.err != nil && ctx.Err() == nil {
			d.Log.Warn("what became of the jobs is not known", "error", end.err.Error())
		}
		return
	}
	d.board.stop(end, now())
	job, s := end.job, end.summary
	attrs := []any{"schedule", job.Name, "run", s.Run, "exit", s.Exit, "discovered", s.Discovered, "planned", s.Planned,
		"accepted", s.Accepted, "failed", s.Failed, "unknown", s.Unknown, "deferred", s.Deferred}
	held := (*ledger.HeldError)(nil)
	switch {
	case errors.As(end.err, &held):
		d.Log.Warn("another edgewarm holds the ledger: the run is tried again", "schedule", job.Name, "after", heldPause.String())
		d.table.postpone(job.Name, now().Add(heldPause))
		if job.Name == Events {
			d.eventsDue = now().Add(heldPause)
		}
		return
	case end.err != nil:
		d.Log.Error("a run failed", append(attrs, "error", end.err.Error())...)
	default:
		d.Log.Info("a run ended", attrs...)
	}
	d.Observer.RunEnded(job.Name, s, end.err)
	if job.Name == Events {
		d.settleEvents(context.WithoutCancel(ctx), end)
	}
	d.beginDays(context.WithoutCancel(ctx)) // the run may have learned it
	d.notify(end)
}

// drain waits for the run that goes on, which has been told to stop, and for the webhooks.
func (d *Daemon) drain() {
	d.board.drain()
	d.Log.Info("stopping", "running", d.running != nil)
	if d.running != nil {
		d.finish(context.Background(), <-d.ended)
	}
	for err := range d.notices.wait {
		d.Observer.Notified(err)
	}
}

// Ask queues a job by the name of its schedule, or All. The error is ErrOverlap, ErrNoJob or ErrDraining.
func (d *Daemon) Ask(ctx context.Context, name string) error {
	if d.Status().Draining {
		return ErrDraining
	}
	a := ask{name, make(chan error, 1)}
	select {
	case d.asks <- a:
		return <-a.answer
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Settings is the config that is in force. It is not to be changed.
func (d *Daemon) Settings() *config.Config { return d.settings.Load() }

// Arrived says that events have come into the ledger. It does not wait.
func (d *Daemon) Arrived() { poke(d.arrived) }

// Reload says that the config is to be read anew. It does not wait.
func (d *Daemon) Reload() { poke(d.reloads) }

// poke leaves word, unless word was left already.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

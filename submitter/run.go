package submitter

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// run is one Submit or Reconcile: a zone's goroutine for each zone, and what they report.
type run struct {
	s      *Submitter
	parent context.Context // of the caller, whose end is an error of the run
	ctx    context.Context // ends with it, or when one zone finds what must stop all
	cancel context.CancelCauseFunc

	earlier map[string]earlier

	// adding is held over what the sequence and the urgent targets have in common.
	adding sync.Mutex
	zones  map[string]*zone
	seen   map[string]struct{}
	// started are all zones, some of which may have ended and begun again for something urgent.
	started []*zone
	closed  bool
	// quiet is closed when nothing urgent is read any more, deaf when its reader has ended; nil while there is none.
	quiet, deaf chan struct{}

	mu      sync.Mutex
	summary Summary
	errs    []error
	fatal   error
}

// earlier is what was found to have become of a target that an earlier run had left without an outcome.
type earlier struct {
	zone, reason string
	cost         int
	state        State
}

func newRun(parent context.Context, s *Submitter) *run {
	ctx, cancel := context.WithCancelCause(parent)
	return &run{
		s: s, parent: parent, ctx: ctx, cancel: cancel,
		zones: map[string]*zone{}, seen: map[string]struct{}{}, earlier: map[string]earlier{},
		quiet:   make(chan struct{}),
		summary: Summary{Zones: map[string]ZoneSummary{}},
	}
}

// add hands the target to its zone.
func (r *run) add(t Target) {
	if z, fresh := r.admit(&t); fresh {
		z.in.add(t)
	}
}

// hurry hands a target to its zone before all others, also when it waits already.
func (r *run) hurry(t Target) {
	for {
		z, fresh := r.admit(&t)
		switch {
		case z == nil:
			return
		case !fresh:
			z.in.promote(t.URL)
			return
		case z.in.hurry(t):
			return
		}
		r.forget(t) // its zone was just done: it begins again
	}
}

// admit finds the zone of a target, which it starts, and tells whether the target is new. The zone is nil when it is known
// what became of the target.
func (r *run) admit(t *Target) (z *zone, fresh bool) {
	t.Cost = max(t.Cost, 1)
	r.adding.Lock()
	defer r.adding.Unlock()
	if _, again := r.seen[t.URL]; again {
		r.mu.Lock()
		r.summary.Repeated++
		r.mu.Unlock()
		return r.zones[t.Zone], false
	}
	r.seen[t.URL] = struct{}{}
	if e, ok := r.earlier[t.URL]; ok && e.state != Deferred {
		r.report(*t, e.state, e.reason)
		return nil, false
	}
	if z = r.zones[t.Zone]; z == nil {
		z = r.start(t.Zone)
	}
	return z, true
}

func (r *run) start(name string) *zone {
	z := &zone{run: r, name: name, in: newQueue(), done: make(chan struct{})}
	z.in.closed = r.closed
	r.zones[name], r.started = z, append(r.started, z)
	go z.work()
	return z
}

// forget lets a target come again, and its zone begin again.
func (r *run) forget(t Target) {
	r.adding.Lock()
	defer r.adding.Unlock()
	delete(r.seen, t.URL)
	delete(r.zones, t.Zone)
}

// listen begins to read what is urgent, until the run ends.
func (r *run) listen() {
	if r.s.Urgent == nil {
		return
	}
	r.deaf = make(chan struct{})
	go r.read()
}

func (r *run) read() {
	defer close(r.deaf)
	for {
		select {
		case t, open := <-r.s.Urgent:
			if !open {
				return
			}
			r.hurry(t)
		case <-r.quiet:
			return
		}
	}
}

// abort is end for a sequence that panicked: nothing more is sent. After end it does nothing.
func (r *run) abort() {
	r.cancel(nil)
	r.end()
}

// end waits for the zones to send what they were given, and what is urgent and comes until then. It may be called again.
func (r *run) end() {
	r.adding.Lock()
	for _, z := range r.zones {
		z.in.close()
	}
	ended := r.closed
	r.closed = true
	r.adding.Unlock()
	r.wait()
	if !ended {
		close(r.quiet)
	}
	if r.deaf != nil {
		<-r.deaf
		r.wait()
	}
	r.cancel(nil)
}

// wait waits for all zones that were started.
func (r *run) wait() {
	for i := 0; ; i++ {
		r.adding.Lock()
		if i == len(r.started) {
			r.adding.Unlock()
			return
		}
		z := r.started[i]
		r.adding.Unlock()
		<-z.done
	}
}

// err is what stopped the run or single zones.
func (r *run) err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	stopped := r.fatal
	if stopped == nil && r.parent.Err() != nil {
		stopped = context.Cause(r.parent)
	}
	return errors.Join(append([]error{stopped}, r.errs...)...)
}

// fail stops all zones: what err tells holds for them too.
func (r *run) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failLocked(err)
}

func (r *run) failLocked(err error) {
	if r.fatal == nil {
		r.fatal = err
	}
	r.cancel(err)
}

// note keeps the error of one zone.
func (r *run) note(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errs = append(r.errs, err)
}

// report counts what became of the target, and tells the caller.
func (r *run) report(t Target, s State, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.count(s)
	z := r.summary.Zones[t.Zone]
	z.count(s)
	r.summary.Zones[t.Zone] = z
	if r.s.OnTarget != nil {
		r.callback("OnTarget", func() { r.s.OnTarget(t, s, reason) })
	}
}

// receipt tells the caller of an answer.
func (r *run) receipt(receipt Receipt) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.s.OnReceipt != nil {
		r.callback("OnReceipt", func() { r.s.OnReceipt(receipt) })
	}
}

// callback runs the caller's function; a panic in it stops the run as an error, with everything settled.
func (r *run) callback(name string, f func()) {
	defer func() {
		if v := recover(); v != nil {
			r.failLocked(fmt.Errorf("submitter: %s panicked: %v", name, v))
		}
	}()
	f()
}

// zoneSummary changes what the summary says of a zone.
func (r *run) zoneSummary(zone string, change func(*ZoneSummary)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	z := r.summary.Zones[zone]
	change(&z)
	r.summary.Zones[zone] = z
}

func (r *run) countCall() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.Calls++
}

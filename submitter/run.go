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

	zones   map[string]*zone
	seen    map[string]struct{}
	earlier map[string]earlier
	wg      sync.WaitGroup

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
		summary: Summary{Zones: map[string]ZoneSummary{}},
	}
}

// add hands the target to its zone, which it starts.
func (r *run) add(t Target) {
	t.Cost = max(t.Cost, 1)
	if _, again := r.seen[t.URL]; again {
		r.mu.Lock()
		r.summary.Repeated++
		r.mu.Unlock()
		return
	}
	r.seen[t.URL] = struct{}{}
	if e, ok := r.earlier[t.URL]; ok && e.state != Deferred {
		r.report(t, e.state, e.reason)
		return
	}
	z := r.zones[t.Zone]
	if z == nil {
		z = &zone{run: r, name: t.Zone, in: newQueue()}
		r.zones[t.Zone] = z
		r.wg.Go(z.work)
	}
	z.in.add(t)
}

// abort is end for a sequence that panicked: nothing more is sent. After end it does nothing.
func (r *run) abort() {
	r.cancel(nil)
	r.end()
}

// end waits for the zones to send what they were given. It may be called again.
func (r *run) end() {
	for _, z := range r.zones {
		z.in.close()
	}
	r.wg.Wait()
	r.cancel(nil)
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

package warm

import (
	"context"
	"sync"

	"github.com/edgewarm/edgewarm/submitter"
)

// gate lets what is urgent through to the submission that goes on, and holds it while none does. A nil one lets nothing
// through.
type gate struct {
	to chan submitter.Target

	// mu is held for reading while something is let through, so that a submission that begins knows what the one before
	// has sent.
	mu sync.RWMutex
	// ending is closed when the submission ends, nil when there is none; opened when the next one begins.
	ending, opened chan struct{}
}

func newGate() *gate { return &gate{to: make(chan submitter.Target), opened: make(chan struct{})} }

// during opens the gate while something is submitted.
func (g *gate) during(submit func()) {
	if g == nil {
		submit()
		return
	}
	g.mu.Lock()
	g.ending = make(chan struct{})
	close(g.opened)
	g.mu.Unlock()
	submit()
	close(g.ending)
	g.mu.Lock()
	g.ending, g.opened = nil, make(chan struct{})
	g.mu.Unlock()
}

// pass hands a target over to the submission that goes on, or to the next. Right before it, still is asked whether it is
// still to be sent.
func (g *gate) pass(ctx context.Context, t submitter.Target, still func() (bool, error)) error {
	for {
		wait, err := g.try(ctx, t, still)
		if wait == nil || err != nil {
			return err
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// try hands the target over, or returns what to wait for before it is tried again.
func (g *gate) try(ctx context.Context, t submitter.Target, still func() (bool, error)) (wait <-chan struct{}, err error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.ending == nil {
		return g.opened, nil
	}
	if ok, err := still(); !ok || err != nil {
		return nil, err
	}
	select {
	case g.to <- t:
		return nil, nil
	case <-g.ending:
		return g.ending, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// deliver submits targets, and what is urgent meanwhile.
func (w *Warmer) deliver(ctx context.Context, targets func(yield func(submitter.Target) bool)) (sent submitter.Summary, err error) {
	w.gate.during(func() { sent, err = w.submitter().Submit(ctx, targets) })
	return sent, err
}

// beside does a job while what is urgent is submitted.
func (w *Warmer) beside(ctx context.Context, s *Summary, job func() error) error {
	if w.gate == nil {
		return job()
	}
	w.submitter().AwaitQuota = nil // the run would not end before the quota is whole
	feed, ended := make(chan submitter.Target), make(chan struct{})
	go func() {
		defer close(ended)
		sent, err := w.deliver(ctx, received(feed))
		if s.add(sent); err != nil && ctx.Err() == nil {
			w.Watch.note(err.Error())
		}
	}()
	err := job()
	close(feed)
	<-ended
	return err
}

// received are the targets of a channel, until it is closed.
func received(feed <-chan submitter.Target) func(yield func(submitter.Target) bool) {
	return func(yield func(submitter.Target) bool) {
		for t := range feed {
			if !yield(t) {
				return
			}
		}
	}
}

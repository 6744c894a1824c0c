package warm

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

const (
	// firstEarly and earlyEvery are how often it is looked what of a plan is certain, which doubles: what is first found is
	// soon sent, and later a call takes a thousand targets, so that looking more often would be more calls and no more warmth.
	firstEarly = 100 * time.Millisecond
	earlyEvery = 2 * time.Second
	// earlyShare is how much of the time of a crawl the looks may take, each of which sorts what was found.
	earlyShare = 20
)

// EarlyStart is what was sent before the plan was made. Its JSON names are a promise.
type EarlyStart struct {
	// Submitted counts the targets that were sent then. Regret is how many of them the plan would not have chosen: the
	// units that were spent on what is worth less than others.
	Submitted int `json:"submitted"`
	Regret    int `json:"regret"`
}

// early sends what is certain of a plan while the rest is being found. One goroutine looks, and another submits.
type early struct {
	*Warmer
	ledger *ledger.Ledger
	run    int64
	on     bool // something may go because it is certain, and not only what is urgent
	// left is how many units of each zone may still go.
	left map[string]int
	// next is when to look, and every how long after that.
	next  time.Time
	every time.Duration
	// feed is what the submission reads; nil until there is something to send. ended is closed when it has sent all.
	feed  chan submitter.Target
	ended chan struct{}
	sent  submitter.Summary
	err   error

	mu sync.Mutex
	// given has each URL that was handed over.
	given map[string]given
}

// startEarly is nil where nothing may go before the plan is made.
func (w *Warmer) startEarly(ctx context.Context, l *ledger.Ledger, run int64, quotas map[string]ZoneQuota, zones map[string][]string) *early {
	// Where it is asked what has changed, nothing is certain before the answers: that is purged first.
	on := w.Config.Submit.Early != config.Reserve{} && (w.changes == nil || w.changes.warmed == nil)
	if l == nil || !on && w.gate == nil {
		return nil
	}
	w.Watch = w.Watch.together()
	e := &early{
		Warmer: w, ledger: l, run: run, on: on, left: map[string]int{}, every: firstEarly, given: map[string]given{}, ended: make(chan struct{}),
	}
	if w.gate != nil {
		e.begin(ctx)
	}
	for zone := range zones {
		e.left[zone] = math.MaxInt
		if quotas != nil {
			e.left[zone] = w.Config.Submit.Early.Of(quotas[zone].Budget)
		} else if units := w.Config.Submit.Early.Units; units > 0 {
			e.left[zone] = units
		}
	}
	return e
}

// look sends what has become certain, if it is time to. On nil it does nothing.
func (e *early) look(ctx context.Context, p *planner.Planner) error {
	now := time.Now()
	if e == nil || !e.on || now.Before(e.next) {
		return nil
	}
	certain := p.Certain(e.left, e.may)
	e.next = now.Add(max(e.every, earlyShare*time.Since(now)))
	e.every = min(2*e.every, earlyEvery)
	if len(certain) == 0 {
		return nil
	}
	targets := slices.Collect(targetsOf(&planner.Plan{Targets: certain}))
	if err := e.ledger.PlanTargets(ctx, e.run, targets); err != nil {
		return err
	}
	if e.changes != nil {
		if err := e.changes.keepKnown(ctx, targets); err != nil {
			return err
		}
	}
	e.begin(ctx)
	for _, t := range targets {
		e.left[t.Zone] -= t.Cost
		e.mark(t.URL, given{certain: true})
		e.feed <- t // it is read to its end, whatever happens
	}
	return nil
}

// may is whether a URL may go by itself: what may be part of a title that the service resolves waits until it is known
// whether that fits, and what has changed until it is purged.
func (e *early) may(url string) bool {
	if e.changes.has(url) {
		return false
	}
	if e.titles == nil || !e.resolves() || e.parts() != "" {
		return true
	}
	_, part := e.titles.titleOf(url)
	return !part
}

// begin begins the submission, once.
func (e *early) begin(ctx context.Context) {
	if e.feed != nil {
		return
	}
	e.feed = make(chan submitter.Target)
	e.told, e.planned = 0, 0
	e.onDone = func(url string) { e.mark(url, given{sent: true}) }
	e.submitter() // made before there are two goroutines
	go func() {
		defer close(e.ended)
		e.sent, e.err = e.deliver(ctx, received(e.feed))
	}()
}

// given is what is known of a URL that was handed over: what is not certain was urgent, what was not sent is deferred and
// goes with the plan.
type given struct{ certain, sent bool }

func (e *early) mark(url string, of given) {
	e.mu.Lock()
	defer e.mu.Unlock()
	before := e.given[url]
	e.given[url] = given{before.certain || of.certain, before.sent || of.sent}
}

// end waits for what was handed over, and returns what the service may not do without: an error for which nothing more
// can be sent. On nil there is none.
func (e *early) end() error {
	if e == nil || e.feed == nil {
		return nil
	}
	close(e.feed)
	<-e.ended
	e.onDone = nil
	e.sent = withoutDeferred(e.sent)
	switch {
	case e.err == nil:
		return nil
	case submitter.ClassOf(e.err) == submitter.ClassUnauthorized, isJournal(e.err):
		return e.err
	}
	e.Watch.detail("before the plan was made: " + e.err.Error()) // the rest of the plan meets it again
	return nil
}

// withoutDeferred leaves out what goes with the rest of the plan.
func withoutDeferred(s submitter.Summary) submitter.Summary {
	s.Deferred = 0
	for zone, z := range s.Zones {
		z.Deferred, z.QuotaSpent = 0, false
		s.Zones[zone] = z
	}
	return s
}

// isSent is whether a URL went before the plan was made. On nil none did.
func (e *early) isSent(url string) bool {
	if e == nil {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.given[url].sent
}

// rest are the targets that were not sent yet.
func (e *early) rest(targets []planner.Target) []planner.Target {
	if e == nil || len(e.given) == 0 {
		return targets
	}
	return slices.DeleteFunc(slices.Clone(targets), func(t planner.Target) bool { return e.isSent(t.URL) })
}

// with is what was sent before the plan was made together with what was sent of the plan.
func (e *early) with(sent submitter.Summary) submitter.Summary {
	if e == nil || e.feed == nil {
		return sent
	}
	before := e.sent
	before.Zones = maps.Clone(before.Zones)
	return added(before, sent)
}

// tell takes down what it came to, and says what it cost.
func (e *early) tell(plan *planner.Plan, s *Summary) {
	if e == nil {
		return
	}
	s.submitted(e.sent)
	s.Deferred = len(e.rest(plan.Targets))
	s.urgent()
	if !e.on {
		return
	}
	s.Early = &EarlyStart{Submitted: e.certain(), Regret: plan.Regret}
	switch {
	case plan.Regret > 0:
		e.Watch.note(fmt.Sprintf("%s sent before the plan was made, of which it would have left out %d", wereSent(s.Early.Submitted), plan.Regret))
	case s.Early.Submitted > 0:
		e.Watch.note(wereSent(s.Early.Submitted) + " sent before the plan was made, which has all of them")
	}
}

// certain counts what was sent because it was.
func (e *early) certain() (n int) {
	for _, of := range e.given {
		if of.certain && of.sent {
			n++
		}
	}
	return n
}

func wereSent(n int) string {
	if n == 1 {
		return "1 target was"
	}
	return fmt.Sprintf("%d targets were", n)
}

// brokenOff takes down what was sent of a plan that was never made.
func (e *early) brokenOff(s *Summary) {
	if e == nil {
		return
	}
	s.submitted(e.sent)
	s.Deferred = max(len(e.given)-s.Submitted, 0)
	s.urgent()
	if e.on {
		s.Early = &EarlyStart{Submitted: e.certain()}
	}
}

// together is a Watch that several goroutines may tell.
func (w Watch) together() Watch {
	var mu sync.Mutex
	one := func(tell func()) {
		mu.Lock()
		defer mu.Unlock()
		tell()
	}
	return Watch{
		Note:     func(text string) { one(func() { w.note(text) }) },
		Detail:   func(text string) { one(func() { w.detail(text) }) },
		Fault:    func(err error, hint string) { one(func() { w.fault(err, hint) }) },
		Progress: func(stage Stage, done, total int) { one(func() { w.progress(stage, done, total) }) },
	}
}

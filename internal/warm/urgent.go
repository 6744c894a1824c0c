package warm

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

const (
	// inboxEvery is how often a run looks for what somebody has asked for.
	inboxEvery = time.Second
	// maxUrgent is how many events are taken at a time; what is more is taken right after.
	maxUrgent = 1000
)

// urgent takes events out of the ledger's inbox while a run goes on, and has what they lead to sent before all that waits.
// Its own goroutine owns it. What it cannot settle stays in the inbox.
type urgent struct {
	*Warmer
	ledger *ledger.Ledger
	run    int64
	zones  map[string][]string
	stop   context.CancelFunc
	ended  chan struct{}
	taken  map[int64]bool
	open   []asked
}

// asked is events of which it is not known yet what became of them.
type asked struct {
	events []ledger.Event
	urls   []string
	faults int
}

// watchInbox begins to take events, where the run is to. end ends it.
func (w *Warmer) watchInbox(ctx context.Context, l *ledger.Ledger, run int64, zones map[string][]string) (end func()) {
	if w.gate == nil {
		return func() {}
	}
	w.submitter() // made before there are two goroutines
	u := &urgent{Warmer: w, ledger: l, run: run, zones: zones, taken: map[int64]bool{}, ended: make(chan struct{})}
	ctx, u.stop = context.WithCancel(ctx)
	go u.work(ctx)
	return func() {
		u.stop()
		<-u.ended
		u.settle(context.WithoutCancel(ctx))
	}
}

func (u *urgent) work(ctx context.Context) {
	defer close(u.ended)
	for pause(ctx, inboxEvery) == nil {
		events, err := u.ledger.PendingEvents(ctx, maxUrgent)
		events = slices.DeleteFunc(events, func(e ledger.Event) bool { return u.taken[e.ID] })
		if err == nil && len(events) > 0 {
			err = u.take(ctx, events)
		}
		if err != nil && ctx.Err() == nil {
			u.Watch.note("what somebody asked for in between waits for the end of the run: " + err.Error())
		}
		u.settle(ctx)
	}
}

// take finds what the events lead to, and has it sent.
func (u *urgent) take(ctx context.Context, events []ledger.Event) error {
	for _, e := range events {
		u.taken[e.ID] = true
	}
	u.Watch.note(fmt.Sprintf("%s asked for in between: what that leads to goes before all else", wereAsked(len(events))))
	a := asked{events: events}
	plan, err := u.aside(events).planHot(ctx, u.zones, u.ledger, &a.faults)
	if err != nil {
		return err
	}
	targets := slices.Collect(targetsOf(plan))
	if err := u.ledger.PlanTargets(ctx, u.run, targets); err != nil {
		return err
	}
	for _, t := range targets {
		a.urls = append(a.urls, t.URL)
	}
	u.open = append(u.open, a)
	for _, t := range targets {
		if err := u.gate.pass(ctx, t, func() (bool, error) { return u.isUnsent(ctx, t.URL) }); err != nil {
			return err
		}
	}
	return nil
}

func wereAsked(n int) string {
	if n == 1 {
		return "1 URL was"
	}
	return fmt.Sprintf("%d URLs were", n)
}

// isUnsent is whether the run has not sent a URL yet.
func (u *urgent) isUnsent(ctx context.Context, url string) (bool, error) {
	t, known, err := u.ledger.Target(ctx, url)
	return !known || t.State == submitter.Planned || t.State == submitter.Deferred, err
}

// aside is a Warmer of its own for the sources of events, with the same account.
func (u *urgent) aside(events []ledger.Event) *Warmer {
	c := *u.Config
	c.Sources, c.Submit.Early = SourcesOf(events), config.Reserve{}
	c.Popularity.Logs, c.Popularity.SQL.Query, c.Popularity.EdgeOne = nil, "", config.Off
	w := &Warmer{
		Config: &c, Command: u.Command, Launch: u.Launch, Watch: u.Watch, Credentials: u.Credentials, Version: u.Version, transport: u.transport,
		api: u.api, edge: u.edge, limiter: u.limiter, paces: u.paces, sender: u.sender, held: u.ledger, resetAt: u.resetAt,
	}
	w.Watch.Progress = nil // that of the run is shown
	return w
}

// SourcesOf are the URLs of events, each once with the greatest of its weights.
func SourcesOf(events []ledger.Event) []config.Source {
	var sources []config.Source
	at := map[string]int{}
	for _, e := range events {
		i, seen := at[e.URL]
		if !seen {
			at[e.URL] = len(sources)
			sources = append(sources, config.Source{URL: e.URL, Weight: e.Weight})
			continue
		}
		sources[i].Weight = max(sources[i].Weight, e.Weight)
	}
	return sources
}

// planHot plans what the sources lead to, with no look at what is remembered.
func (w *Warmer) planHot(ctx context.Context, zones map[string][]string, l *ledger.Ledger, faults *int) (*planner.Plan, error) {
	from, err := w.planning(ctx, nil, zones, l, faults)
	if err != nil {
		return nil, err
	}
	c := w.crawlerFor(zones, faults)
	seeds, err := w.Seeds(ctx, c, nil, faults)
	if err != nil {
		return nil, err
	}
	from.Weights = seeds.Weights
	plan, err := w.Plan(ctx, w.Discover(ctx, c, seeds), from)
	if err != nil {
		return nil, err
	}
	return w.joinTitles(plan, from.titles), nil
}

// settle writes down what became of events, as far as it is known.
func (u *urgent) settle(ctx context.Context) {
	u.open = slices.DeleteFunc(u.open, func(a asked) bool {
		sent, known := u.isSent(ctx, a.urls)
		if !known {
			return false
		}
		var done []ledger.Event
		for _, e := range a.events {
			if e.Run = u.run; u.became(ctx, &e, sent && a.faults == 0) {
				done = append(done, e)
			}
		}
		if err := u.ledger.UpdateEvents(ctx, done); err != nil {
			u.Watch.note(err.Error()) // they are taken once more, and are warm then
		}
		return true
	})
}

// isSent is whether all URLs were accepted; known is false while some are on their way.
func (u *urgent) isSent(ctx context.Context, urls []string) (sent, known bool) {
	sent = true
	for _, url := range urls {
		t, ok, err := u.ledger.Target(ctx, url)
		if err != nil || !ok || t.State == submitter.Planned || t.State == submitter.Intent {
			return false, false
		}
		sent = sent && (t.State == submitter.Accepted || t.State == submitter.Success)
	}
	return sent, true
}

// became is whether it is known what became of an event: else it stays in the inbox. Its URL is a target, or leads to some.
func (u *urgent) became(ctx context.Context, e *ledger.Event, all bool) bool {
	t, known, err := u.ledger.Target(ctx, e.URL)
	switch {
	case err != nil:
		return false
	case known && t.State == submitter.Refused:
		e.State, e.Reason = ledger.EventFailed, t.Reason
	case known && (t.State == submitter.Accepted || t.State == submitter.Success), !known && all:
		e.State = ledger.EventDone
	default:
		return false
	}
	return true
}

package warm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
)

const (
	// handPoll is how often a launch looks whether the run that holds the ledger has sent what it was asked for, and
	// handPatience how long it looks when it is not to stay: a run looks into its inbox every second.
	handPoll     = 2 * time.Second
	handPatience = 2 * time.Minute
)

// handing is what a launch has asked another process to send.
type handing struct {
	asked time.Time // zero for nothing
	told  bool
}

// yield is what a launch does while another process holds the ledger: it asks that to send the titles before all else, and
// waits. It reports whether to try again; else all has been sent.
func (r *launcher) yield(ctx context.Context, held *ledger.HeldError) (again bool, err error) {
	if err := r.hand(ctx, held); err != nil {
		return false, err
	}
	asked := !r.handing.asked.IsZero()
	switch {
	case asked && len(r.unsent()) == 0:
		return false, nil
	case !r.o.Stay && (!asked || time.Since(r.handing.asked) > handPatience):
		return false, held
	}
	if !r.handing.told && !asked {
		r.handing.told = true
		r.Watch.note(held.Error() + ": waiting for it to end")
	}
	if asked {
		return true, pause(ctx, handPoll)
	}
	return true, pause(ctx, launchPoll)
}

// hand puts the titles into the ledger's inbox, once: a run takes them from there. It takes titles as wholes, so that they
// are handed over only when all that is left of them is due.
func (r *launcher) hand(ctx context.Context, held *ledger.HeldError) error {
	if err := r.peek(ctx); err != nil || !r.handing.asked.IsZero() {
		return err
	}
	if err := r.plan(ctx, nil); err != nil {
		return err
	}
	unsent := r.unsent()
	if len(unsent) == 0 || len(r.due(time.Now())) < len(unsent) {
		return nil
	}
	l, err := ledger.OpenShared(ctx, r.Config.State, r.LedgerOptions(ctx))
	if err != nil {
		return err
	}
	var events []ledger.Event
	for _, title := range unsent {
		if !slices.ContainsFunc(events, func(e ledger.Event) bool { return e.URL == title }) {
			events = append(events, ledger.Event{URL: title, Weight: 1})
		}
	}
	_, err = l.Receive(ctx, events)
	if err = errors.Join(err, l.Close()); err == nil {
		r.handing.asked = time.Now()
		r.Watch.note(fmt.Sprintf("%s: it is asked to send what is launched before all else", held.Error()))
	}
	return err
}

// unsent are the titles of what is still to be sent, one for each target.
func (r *launcher) unsent() (titles []string) {
	for _, t := range r.targets {
		if !r.toSend(t.URL) {
			continue
		}
		title := t.title
		if title == "" {
			title = t.URL
		}
		titles = append(titles, title)
	}
	return titles
}

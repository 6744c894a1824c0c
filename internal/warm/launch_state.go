package warm

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// standing is how far a target of a launch is.
type standing int

const (
	toSend    standing = iota // not sent, or to be sent again
	isWaiting                 // sent, and not warm yet
	isReady                   // warm, and still so at the release
	isFailed                  // it failed, and is not sent again
)

// read reads what the ledger knows of the launch's targets.
func (r *launcher) read(ctx context.Context, l *ledger.Ledger) error {
	r.states = map[string]ledger.Target{}
	for t, err := range l.Targets(ctx, 0) {
		if err != nil {
			return err
		}
		if _, ok := r.items[t.URL]; ok {
			r.states[t.URL] = t
		}
	}
	return nil
}

// peek is read of a ledger that is only looked at, if there is one.
func (r *launcher) peek(ctx context.Context) error {
	l, err := ledger.OpenReadOnly(ctx, r.Config.State, r.LedgerOptions(ctx))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(r.read(ctx, l), l.Close())
}

func (r *launcher) toSend(url string) bool { return r.standing(url) == toSend }

// standing tells from the ledger how far a target is.
func (r *launcher) standing(url string) standing {
	t := r.states[url]
	switch t.State {
	case submitter.Success:
		if r.lasts(t.Warm) || r.lasts(t.Accepted) {
			return isReady
		}
	case submitter.Accepted:
		if r.lasts(t.Accepted) {
			return isWaiting
		}
	case submitter.Intent, submitter.Unknown:
		return isWaiting
	case submitter.Failed, submitter.Timeout, submitter.Canceled, submitter.Invalid, submitter.Refused:
		if r.tries[url] >= launchTries {
			return isFailed
		}
	}
	return toSend
}

// lasts is whether what was warmed then is still warm at the release.
func (r *launcher) lasts(then time.Time) bool {
	at := r.o.At
	if at.IsZero() {
		at = time.Now()
	}
	return r.Config.Plan.TTL <= 0 || then.Add(r.Config.Plan.TTL).After(at)
}

// ready is whether everything is warm.
func (r *launcher) ready() bool {
	for _, t := range r.targets {
		if r.standing(t.URL) != isReady {
			return false
		}
	}
	return true
}

// open is whether something is sent and not warm yet.
func (r *launcher) open() bool {
	for _, t := range r.targets {
		if r.standing(t.URL) == isWaiting {
			return true
		}
	}
	return false
}

package warm

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/edgewarm/edgewarm/internal/fleet"
	"github.com/edgewarm/edgewarm/internal/ledger"
)

// LedgerOptions are those that every opening of the ledger has.
func (w *Warmer) LedgerOptions(ctx context.Context) ledger.Options {
	r := w.Reset(ctx)
	o := ledger.Options{Command: w.Command, ResetHour: r.Hour, Location: r.Zone, Lease: w.lease, MaxHeld: w.bounds.held}
	if w.Config.Submit.Mode == edgeMode {
		o.Books = edgeMode
	}
	return o
}

// openLedger holds the config's ledger, and says so when it waits for one whose holder may have been killed.
func (w *Warmer) openLedger(ctx context.Context) (*ledger.Ledger, error) {
	o := w.LedgerOptions(ctx)
	o.Waiting = func(h ledger.Holder, rest time.Duration) {
		w.Watch.note(fmt.Sprintf("the ledger is held by another edgewarm (%s): looking for at most %s whether that still runs",
			h, max(rest, time.Second).Round(time.Second)))
	}
	return ledger.Open(ctx, w.Config.State, o)
}

// LookIntoLedger opens a ledger that is there, to look at it.
func (w *Warmer) LookIntoLedger(ctx context.Context) (*ledger.Ledger, error) {
	l, err := ledger.OpenReadOnly(ctx, w.Config.State, w.LedgerOptions(ctx))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &HintError{unsupportedError(fmt.Sprintf("there is no ledger %s yet", ledger.Name(w.Config.State))),
			"edgewarm run makes it; state in the config says where it is"}
	}
	return l, err
}

// booked is what is kept of each zone's quota today for launches other than this one, by the ledger if there is one.
func (w *Warmer) booked(ctx context.Context) (map[string]int, error) {
	if w.held != nil {
		return w.held.BookedToday(ctx, w.Launch)
	}
	l, err := ledger.OpenReadOnly(ctx, w.Config.State, w.LedgerOptions(ctx))
	var old *ledger.VersionError
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.As(err, &old) && old.Found < old.Known:
		return nil, nil // older ones know no bookings, or none that this version made
	case err != nil:
		return nil, err
	}
	defer l.Close()
	return l.BookedToday(ctx, w.Launch)
}

// Prune lets go of what the ledger has from before then, and gives the room back; with dry it only counts.
func (w *Warmer) Prune(ctx context.Context, before time.Time, dry bool) (pruned ledger.Pruned, err error) {
	l, err := w.openLedger(ctx)
	if err != nil {
		return pruned, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	pruned, err = l.Prune(ctx, before, dry)
	if err != nil || dry {
		return pruned, err
	}
	if onServer(w.Config.State) {
		if err := fleet.Prune(ctx, w.Config.State); err != nil {
			return pruned, err
		}
	}
	// A disk without room to shrink on has let go all the same, and the room is used again.
	if err := l.Shrink(ctx); err != nil {
		w.Watch.note(err.Error())
	}
	return pruned, nil
}

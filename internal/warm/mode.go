package warm

import (
	"context"
	"errors"
	"io/fs"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// edgeMode is the config's word for warming the edge too, which has a quota and books of its own.
const edgeMode = "edge"

// ownBooks is whether only the ledger knows what a day has spent, of a zone.
func (w *Warmer) ownBooks(zone string) bool {
	return w.Config.Submit.Mode == edgeMode || w.byGet() || zone == everyZone
}

// quota reads a zone's. Where the service does not tell, as of the mode edge, only our own books know what is left.
func (w *Warmer) quota(ctx context.Context, zone string) (submitter.Quota, error) {
	q, err := w.submitter().Quota(ctx, zone)
	if err != nil || !w.ownBooks(zone) {
		return q, err
	}
	used, err := w.usedToday(ctx, zone)
	q.Available = max(q.Available-used, 0)
	return q, err
}

// usedToday is what the ledger says of a zone: the one that is held, or one that is only looked at.
func (w *Warmer) usedToday(ctx context.Context, zone string) (int, error) {
	if w.held != nil {
		return w.held.UsedToday(ctx, zone)
	}
	l, err := ledger.OpenReadOnly(ctx, w.Config.State, w.LedgerOptions(ctx))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.UsedToday(ctx, zone)
}

package warm

import (
	"context"
	"errors"

	"github.com/edgewarm/edgewarm/internal/ledger"
)

// apiRate is the requests a second that EdgeOne lets through, of all processes of the account together.
const apiRate = 20

// share makes this process share the pace of all that use the same ledger. A ledger that is no file, or whose folder
// cannot be written, has none: each process then keeps a pace of its own.
func (w *Warmer) share() {
	pace, err := ledger.OpenPace(w.Config.State, apiRate)
	if err != nil {
		if !errors.Is(err, ledger.ErrNoPace) {
			w.Watch.detail("the pace is not shared with other processes: " + err.Error())
		}
		return
	}
	w.pace = pace
	w.edge.Gate = func(ctx context.Context) (func(), error) { return pace.Enter(ctx) }
}

package warm

import (
	"context"

	"github.com/edgewarm/edgewarm/internal/ledger"
)

// apiRate is the requests a second that EdgeOne lets through, of all processes of the account together.
const apiRate = 20

// share makes this process share the pace of all that use the same ledger. Where none can be kept, as in a folder that
// cannot be written, each process has a pace of its own.
func (w *Warmer) share(ctx context.Context) {
	paces, err := ledger.OpenPaces(ctx, w.Config.State)
	if err != nil {
		w.Watch.detail("the pace is not shared with other processes: " + err.Error())
		return
	}
	w.paces = paces
	w.edge.Gate = paces.Of(ledger.Account, ledger.Limit{Rate: apiRate, Strict: true}).Enter
}

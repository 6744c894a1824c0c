package warm

import (
	"context"
	"sync"

	"github.com/edgewarm/edgewarm/internal/ledger"
)

// hostMargin is how much of a host's rate processes that share it make use of. Their requests are let go evenly, and some
// are shorter on their way than those before: this is for 50 ms of that.
const hostMargin = 0.95

// hostPaces are the paces of hosts, which all processes with one ledger keep together.
type hostPaces struct {
	paces *ledger.Paces
	mu    sync.Mutex
	of    map[hostRate]*ledger.Pace
}

type hostRate struct {
	host      string
	perSecond float64
}

// openHostPaces opens the paces of hosts beside the ledger.
func (w *Warmer) openHostPaces(ctx context.Context) (*hostPaces, error) {
	paces, err := ledger.OpenPaces(ctx, w.Config.State)
	if err != nil {
		return nil, err
	}
	return &hostPaces{paces: paces, of: map[hostRate]*ledger.Pace{}}, nil
}

func (h *hostPaces) close() { _ = h.paces.Close() } // nothing is lost with them

// wait is a crawler.Crawler's Pace.
func (h *hostPaces) wait(ctx context.Context, host string, perSecond float64) error {
	_, err := h.pace(host, perSecond).Enter(ctx) // only strict paces want to know when a call was answered
	return err
}

func (h *hostPaces) pace(host string, perSecond float64) *ledger.Pace {
	h.mu.Lock()
	defer h.mu.Unlock()
	key := hostRate{host, perSecond}
	if h.of[key] == nil {
		h.of[key] = h.paces.Of("host "+host, ledger.Limit{Rate: hostMargin * perSecond})
	}
	return h.of[key]
}

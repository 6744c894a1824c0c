package warm

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
)

const (
	// hostMargin is how much of a host's rate processes that share it make use of. Their requests are let go evenly, and some
	// are shorter on their way than those before: this is for 50 ms of that, or for the blocks of five processes.
	hostMargin = 0.95
	// hostBlocks is how often a second the database is asked at most: for one request, or for a block of them at once where
	// the rate is higher.
	hostBlocks = 100
	// blockKept is how long what is left of a block may be used.
	blockKept = time.Second
	// hostKept is how long a pace that nobody uses is known here: by then nothing is left of its block, and what is to be kept
	// of it is in the database.
	hostKept = time.Minute
)

// hostPaces are the paces of hosts, which all processes with one ledger keep together. A host has one for each rate that it
// had of late, which changes with how well it answers; all of them go by what the database has of the host.
type hostPaces struct {
	paces *ledger.Paces
	mu    sync.Mutex
	of    map[hostRate]*hostPace
	swept time.Time
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
	return &hostPaces{paces: paces, of: map[hostRate]*hostPace{}}, nil
}

func (h *hostPaces) close() { _ = h.paces.Close() } // nothing is lost with them

// wait is a crawler.Crawler's Pace.
func (h *hostPaces) wait(ctx context.Context, host string, perSecond float64) error {
	p := h.take(hostRate{host, perSecond})
	defer h.leave(p)
	return p.wait(ctx)
}

// take returns the pace, which is not forgotten until leave.
func (h *hostPaces) take(key hostRate) *hostPace {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := h.of[key]
	if p == nil {
		if now := time.Now(); now.Sub(h.swept) >= hostKept {
			h.swept = now
			h.forget(now.Add(-hostKept))
		}
		block := max(int(key.perSecond/hostBlocks), 1)
		limit := ledger.Limit{Rate: hostMargin * key.perSecond / float64(block)}
		p = &hostPace{shared: h.paces.Of("host "+key.host, limit), block: block, turn: make(chan struct{}, 1)}
		h.of[key] = p
	}
	p.users++
	return p
}

func (h *hostPaces) leave(p *hostPace) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p.users--
	p.used = time.Now()
}

// forget lets go of the paces that nobody uses, nor has since then. The lock is held.
func (h *hostPaces) forget(since time.Time) {
	maps.DeleteFunc(h.of, func(_ hostRate, p *hostPace) bool { return p.users == 0 && !p.used.After(since) })
}

// hostPace lets the requests to a host go, a block of them at once.
type hostPace struct {
	shared *ledger.Pace
	block  int
	// turn is held by the one that looks at what is left, or gets more.
	turn  chan struct{}
	left  int
	until time.Time
	// users are at it now, used is when the last left: both are of the hostPaces.
	users int
	used  time.Time
}

func (p *hostPace) wait(ctx context.Context) error {
	if p.block == 1 {
		_, err := p.shared.Enter(ctx) // only strict paces want to know when a call was answered
		return err
	}
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-p.turn }()
	if p.left == 0 || time.Now().After(p.until) {
		if _, err := p.shared.Enter(ctx); err != nil {
			return err
		}
		p.left, p.until = p.block, time.Now().Add(blockKept)
	}
	p.left--
	return nil
}

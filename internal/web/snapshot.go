package web

import (
	"context"
	"sync"
	"time"

	"github.com/edgewarm/edgewarm/internal/report"
)

// A snapshot serves every page for a while, as it reads all of the ledger: at least freshFor, and so long that reading
// takes a tenth of the time at most.
const (
	freshFor = time.Second
	restFor  = 10
	// readTime bounds the reading of one: a ledger of 10 million targets takes some 20 seconds.
	readTime = 2 * time.Minute
)

// snapshots keeps the last report that was read.
type snapshots struct {
	mu    sync.Mutex
	last  *report.Report
	stale time.Time
}

// snapshot is a report that is not old. One reads it, whoever else asks meanwhile waits for that.
func (s *Server) snapshot(ctx context.Context) (*report.Report, error) {
	k := &s.snapshots
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.last != nil && time.Now().Before(k.stale) {
		return k.last, nil
	}
	// It is read to its end even if who asked first has gone: others wait for it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readTime)
	defer cancel()
	begun := time.Now()
	read, err := report.Read(ctx, s.Ledger, report.Options{TTL: s.TTL()})
	if err != nil {
		return nil, err
	}
	took := time.Since(begun)
	k.last, k.stale = read, time.Now().Add(max(freshFor, restFor*took))
	return read, nil
}

package warm

import (
	"context"
	"time"

	"github.com/edgewarm/edgewarm/internal/fetch"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// byGet is whether targets are warmed by GET, through a cache that has no prefetch API.
func (w *Warmer) byGet() bool { return w.Config.Account.API == "http" }

const (
	// maxTarget bounds what is read of one target: a film of two hours at 100 Mbit/s has 90 GB, and nothing of it is kept.
	maxTarget = 128 << 30
	// getTimeout bounds one target, and getBatch the whole of a batch.
	getTimeout = 30 * time.Minute
	getBatch   = 12 * time.Hour
	// getPropagation is no time at all: what was fetched is known at once.
	getPropagation = time.Millisecond
)

// connectHTTP makes the client that warms by GET. It reaches what the crawler may reach.
func (w *Warmer) connectHTTP() error {
	c := w.Config
	client := &fetch.Client{
		Rate: c.Submit.Rate, Timeout: getTimeout, MaxBody: maxTarget, PrivateNetworks: c.Crawl.PrivateNetworks,
	}
	w.api = &submitter.HTTP{
		Transport: client.Transport(), Headers: c.Submit.Headers, Limiter: submitter.NewLimiter(c.Submit.Rate),
		Timeout: getTimeout, Daily: max(c.Plan.Quota, 0),
	}
	return nil
}

// noEnd is whether nothing bounds what a day may have.
func (w *Warmer) noEnd() bool { return w.byGet() && w.Config.Plan.Quota < 0 }

// settleHTTP takes down that what was fetched is warm: there is no job to wait for.
func (w *Warmer) settleHTTP(ctx context.Context, l *ledger.Ledger, s *Summary) error {
	if !w.byGet() || s.Accepted == 0 {
		return nil
	}
	ctx = context.WithoutCancel(ctx) // it asks nobody but the ledger
	jobs, err := l.OpenJobs(ctx, s.Started)
	if err != nil {
		return err
	}
	return w.poll(ctx, l, jobs)
}

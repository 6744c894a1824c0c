package warm

import (
	"context"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/ledger"
)

// remember gives the crawler the ledger's memory, so that it fetches what has changed only. end is to be called after the
// crawl, with whether it came to its end. Without a ledger nothing is remembered, and the memory is nil.
func (w *Warmer) remember(ctx context.Context, c *crawler.Crawler, l *ledger.Ledger) (memory *ledger.Memory, end func(ended bool), err error) {
	if l == nil {
		return nil, func(bool) {}, nil
	}
	if memory, err = l.Memory(ctx); err != nil {
		return nil, nil, err
	}
	c.Memory = memory
	return memory, func(ended bool) {
		// What was not remembered is fetched again, which is no fault of this run.
		if err := memory.Close(ctx, ended); err != nil {
			w.Watch.note(err.Error())
		}
	}, nil
}

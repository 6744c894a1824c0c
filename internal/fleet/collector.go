package fleet

import (
	"context"
	"sync"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/ledger"
)

// memory is the crawler.Memory of a worker: it recalls from the ledger, and has a job collect what is to be remembered.
type memory struct{ *ledger.ServerMemory }

var _ crawler.Memory = memory{}

// Remember gives the memo to the job that opens the document.
func (memory) Remember(ctx context.Context, url string, m crawler.Memo) {
	if c, ok := ctx.Value(collectorKey{}).(*collector); ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.memos = append(c.memos, ledger.Noted{URL: url, Memo: m})
	}
}

type collectorKey struct{}

// collector has what is to be remembered of one document.
type collector struct {
	mu    sync.Mutex
	memos []ledger.Noted
}

func (c *collector) with(ctx context.Context) context.Context {
	return context.WithValue(ctx, collectorKey{}, c)
}

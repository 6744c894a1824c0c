package warm

import (
	"context"
	"hash/maphash"
	"iter"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/ledger"
)

// changes knows which resources were published anew since they were warmed last: their lastmod is later. It watches the
// resources of a crawl on their way to the planner. Of each warmed URL it holds a hash and a time.
type changes struct {
	seed maphash.Seed
	// warmed is when each URL was last accepted, in milliseconds since 1970.
	warmed  map[uint64]int64
	changed map[uint64]struct{}
}

// watchChanges reads from the ledger when what was warmed.
func watchChanges(ctx context.Context, l *ledger.Ledger) (*changes, error) {
	c := &changes{seed: maphash.MakeSeed(), warmed: map[uint64]int64{}, changed: map[uint64]struct{}{}}
	for t, err := range l.Targets(ctx, 0) {
		if err != nil {
			return nil, err
		}
		if !t.Accepted.IsZero() {
			c.warmed[c.hash(t.URL)] = t.Accepted.UnixMilli()
		}
	}
	return c, nil
}

func (c *changes) hash(url string) uint64 { return maphash.String(c.seed, url) }

// watch passes the resources on and takes down which have changed.
func (c *changes) watch(resources iter.Seq2[crawler.Resource, error]) iter.Seq2[crawler.Resource, error] {
	return func(yield func(crawler.Resource, error) bool) {
		for r, err := range resources {
			if err == nil && !r.LastMod.IsZero() {
				hash := c.hash(r.URL)
				if at, ok := c.warmed[hash]; ok && r.LastMod.UnixMilli() > at {
					c.changed[hash] = struct{}{}
				}
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// has is whether the URL has changed since it was warmed. On nil none has.
func (c *changes) has(url string) bool {
	if c == nil {
		return false
	}
	_, ok := c.changed[c.hash(url)]
	return ok
}

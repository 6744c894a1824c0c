package warm

import (
	"context"
	"fmt"
	"hash/maphash"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/ledger"
)

const (
	// askAhead is how many resources may wait for the origin's word on one of them.
	askAhead = 256
	// askConcurrency is how many are asked about side by side.
	askConcurrency = 8
	// maxAsked bounds what the origin is asked in one run: some minutes at the default rate.
	maxAsked = 10_000
)

// changes knows which resources are not any more what they were when they were warmed last: their lastmod is later, or
// their validator (RFC 9110 section 8.8) is another. It watches the resources of a crawl on their way to the planner. Of
// what the crawl itself opened it knows the validator; the origin is asked about the rest, and about that only what was
// warmed. Of each warmed URL it holds a hash and a time.
type changes struct {
	ledger *ledger.Ledger
	origin originAsker // nil asks nobody
	seed   maphash.Seed
	// warmed is when each URL was last accepted, in milliseconds since 1970; nil where nobody asks what has changed.
	warmed map[uint64]int64
	// purged is when each URL was removed from the caches that was not warmed again since.
	purged map[uint64]int64
	// cold are those URLs, the oldest first.
	cold []string
	// unsure is set where an earlier run got no answer to a purge, which is made again.
	unsure bool

	mu      sync.Mutex
	changed map[uint64]struct{}
	// validators are those of now: of what was opened, has changed or was never asked about before.
	validators map[uint64]string
	// suspected counts those of changed of which only their date says that they may have.
	suspected int
	// same are those that the origin says are what they were.
	same                   map[uint64]struct{}
	asked, failed, unasked atomic.Int64
	err                    error // the first of the ledger
}

// watchChanges reads from the ledger what an earlier run removed and did not warm again and, when it is to be known what
// has changed, when each URL was warmed.
func (w *Warmer) watchChanges(ctx context.Context, l *ledger.Ledger, ask bool) (*changes, error) {
	c := &changes{
		ledger: l, seed: maphash.MakeSeed(), purged: map[uint64]int64{},
		changed: map[uint64]struct{}{}, validators: map[uint64]string{}, same: map[uint64]struct{}{},
	}
	open, err := l.OpenPurges(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range open {
		if p.Sure {
			c.purged[c.hash(p.URL)] = p.At.UnixMilli()
			c.cold = append(c.cold, p.URL)
		} else {
			c.changed[c.hash(p.URL)] = struct{}{}
			c.unsure = true
		}
	}
	if n := len(c.cold); n > 0 {
		w.Watch.note(fmt.Sprintf("an earlier run removed %s from the caches and did not come to warm %s again: that comes first",
			counted(n, "target"), itOrThem(n)))
	}
	if !ask {
		return c, nil
	}
	c.origin, c.warmed = w.newOrigin(), map[uint64]int64{}
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

func itOrThem(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// close gives up the connections to the origin, and tells what became of asking it.
func (c *changes) close(w *Warmer) {
	if c == nil || c.origin == nil {
		return
	}
	c.origin.close()
	if c.err != nil {
		w.Watch.note(c.err.Error())
	}
	asked, failed, unasked := c.asked.Load(), c.failed.Load(), c.unasked.Load()
	if asked > 0 {
		w.Watch.detail(fmt.Sprintf("the origin was asked about %s whether they have changed", counted(int(asked), "target")))
	}
	if failed > 0 {
		w.Watch.note(fmt.Sprintf("of %s the origin does not say whether they have changed: only a later lastmod tells", counted(int(failed), "target")))
	}
	if unasked > 0 {
		w.Watch.note(fmt.Sprintf("the origin was not asked about %s more, as it is about %d in one run at most: only a later lastmod tells whether they have changed",
			counted(int(unasked), "target"), maxAsked))
	}
	if c.suspected > 0 {
		w.Watch.note(fmt.Sprintf("%s may have changed again on the date of their lastmod, after they were warmed on it, and the origin does not say: taken for changed, once",
			counted(c.suspected, "target")))
	}
}

func (c *changes) hash(url string) uint64 { return maphash.String(c.seed, url) }

// looked is a resource that waits for its turn while it is looked at.
type looked struct {
	crawler.Resource
	err  error
	done chan struct{} // closed when it was; nil when there is nothing to look at
}

// watch passes the resources on, in their order, once it is known of each whether it has changed. It is nothing of which
// nobody asks.
func (c *changes) watch(ctx context.Context, resources iter.Seq2[crawler.Resource, error]) iter.Seq2[crawler.Resource, error] {
	return func(yield func(crawler.Resource, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var looking sync.WaitGroup
		defer looking.Wait()
		defer cancel()
		var waiting []looked
		room := make(chan struct{}, askConcurrency)
		next := func() bool {
			first := waiting[0]
			waiting = waiting[1:]
			if first.done != nil {
				<-first.done
			}
			return yield(first.Resource, first.err)
		}
		for r, err := range resources {
			l := looked{Resource: r, err: err}
			if err == nil && c.take(&r) {
				l.done = make(chan struct{})
				looking.Go(func() {
					defer close(l.done)
					room <- struct{}{}
					defer func() { <-room }()
					c.look(ctx, &r)
				})
			}
			waiting = append(waiting, l)
			if (len(waiting) > askAhead || c.warmed == nil) && !next() {
				return
			}
		}
		for len(waiting) > 0 {
			if !next() {
				return
			}
		}
	}
}

// take notes what is known of a resource without asking, and reports whether that is not enough.
func (c *changes) take(r *crawler.Resource) (look bool) {
	hash := c.hash(r.URL)
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.Validator != "" {
		c.validators[hash] = r.Validator
	}
	since, ok := c.warmed[hash]
	if at, cold := c.purged[hash]; cold {
		since, ok = at, c.warmed != nil
	}
	if !ok {
		return false
	}
	// One that lies ahead is believed when its time has come: else it would be news each time.
	if !r.LastMod.IsZero() && r.LastMod.UnixMilli() > since && !r.LastMod.After(time.Now()) {
		c.changed[hash] = struct{}{}
		delete(c.purged, hash) // what was removed is in the caches again, as a viewer may have asked for it since
		return false
	}
	_, cold := c.purged[hash]
	_, changed := c.changed[hash]
	return !cold && !changed
}

// has is whether the URL has changed since it was warmed. On nil none has.
func (c *changes) has(url string) bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.changed[c.hash(url)]
	return ok
}

// first are the URLs that come before all others, as they were removed from the caches.
func (c *changes) first() []string {
	if c == nil {
		return nil
	}
	return c.cold
}

// isCold is whether the URL was removed from the caches by an earlier run, and nothing came of warming it.
func (c *changes) isCold(url string) bool {
	_, ok := c.purged[c.hash(url)]
	return ok
}

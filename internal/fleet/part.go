package fleet

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/postgres"
)

// errEnded is why a job of a crawl that is over has nothing to do.
var errEnded = errors.New("the crawl has ended")

// part is this worker's part of a crawl.
type part struct {
	crawl    int64
	share    *crawler.Share
	frontier *frontier
	log      *slog.Logger
	users    int
}

// parts holds the part of the crawl that goes on, and those before it that jobs are still at.
type parts struct {
	mu     sync.Mutex
	open   func(ctx context.Context, crawl int64) (*part, error)
	all    map[int64]*part
	newest int64
}

// take returns the worker's part of the crawl until release.
func (p *parts) take(ctx context.Context, crawl int64) (taken *part, release func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	taken = p.all[crawl]
	if taken == nil {
		if taken, err = p.open(ctx, crawl); err != nil {
			return nil, nil, err
		}
		p.all[crawl] = taken
		p.newest = max(p.newest, crawl)
		p.sweep()
	}
	taken.users++
	return taken, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		taken.users--
		p.sweep()
	}, nil
}

// sweep closes what nobody is at and no further job is expected for. The lock is held.
func (p *parts) sweep() {
	for crawl, part := range p.all {
		if part.users == 0 && crawl != p.newest {
			part.share.Close()
			delete(p.all, crawl)
		}
	}
}

// forget closes the part of a crawl that has ended, if nobody is at it.
func (p *parts) forget(goingOn map[int64]time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for crawl, part := range p.all {
		if began, ok := goingOn[crawl]; part.users == 0 && (!ok || !began.Equal(part.frontier.began)) {
			part.share.Close()
			delete(p.all, crawl)
		}
	}
}

func (p *parts) closeAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, part := range p.all {
		part.share.Close()
	}
	clear(p.all)
}

const readCrawl = `SELECT queue, origins, hosts, began FROM fleet_crawls WHERE id = $1`

// openPart makes a worker's part of a crawl from its row.
func (m *member) openPart(ctx context.Context, crawl int64) (*part, error) {
	c := Crawl{ID: crawl}
	var queue string
	err := m.pool.QueryRow(ctx, readCrawl, crawl).Scan(&queue, &c.Origins, &c.Hosts, &c.Began)
	if errors.Is(err, postgres.ErrNoRows) {
		return nil, errEnded
	}
	if err != nil {
		return nil, err
	}
	crawls := m.Crawler(c)
	crawls.Memory = memory{&ledger.ServerMemory{Pool: m.pool, Crawl: crawl, Began: c.Began}}
	share := crawls.Share(c.Origins...)
	m.Log.Info("takes part in a crawl", "crawl", crawl)
	return &part{
		crawl: crawl, share: share, log: m.Log,
		frontier: &frontier{client: m.client, crawl: crawl, queue: queue, began: c.Began, sizes: m.Sizes},
	}, nil
}

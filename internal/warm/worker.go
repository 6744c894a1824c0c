package warm

import (
	"context"
	"log/slog"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/fleet"
)

// WorkOptions are those of a worker.
type WorkOptions struct {
	// Name is what people call it; empty is its host and pid.
	Name string
	// Jobs is how many it does at once, Batch how many documents those have that it makes of what it finds; 0 is a number
	// of its own.
	Jobs, Batch int
	Log         *slog.Logger
}

// Work opens documents and reads logs for the runs of other processes, until ctx ends. It wants no credentials, and asks EdgeOne nothing.
func (w *Warmer) Work(ctx context.Context, o WorkOptions) error {
	if !onServer(w.Config.State) {
		return ErrNoServer
	}
	hosts, err := w.openHostPaces(ctx)
	if err != nil {
		return err
	}
	defer hosts.close()
	worker := &fleet.Worker{
		DSN: w.Config.State, Name: o.Name, Version: w.Version, Settings: w.sharedSettings(), Jobs: o.Jobs,
		Concurrency: w.Config.Crawl.Concurrency, Fetch: w.Config.Crawl.Timeout,
		Sizes:   fleet.Sizes{Pages: o.Batch, Playlists: o.Batch},
		Crawler: func(c fleet.Crawl) *crawler.Crawler { return w.crawlerOf(c, hosts) },
		ReadLog: w.readLog,
		Log:     o.Log,
	}
	return worker.Run(ctx)
}

// crawlerOf is the crawler for a shared crawl, whose hosts the coordinator may have asked the service for.
func (w *Warmer) crawlerOf(shared fleet.Crawl, hosts *hostPaces) *crawler.Crawler {
	c := w.crawlerFor(nil, nil)
	c.Hosts, c.Pace = shared.Hosts, hosts.wait
	return c
}

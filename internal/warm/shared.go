package warm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/fleet"
	"github.com/edgewarm/edgewarm/internal/ledger"
)

const (
	// aloneAfter is how long a crawl waits for a worker before it goes on by itself: as long as one may take to be started
	// anew.
	aloneAfter = 30 * time.Second
	// sharedPoll is how often it is looked how far the workers are, sharedRescue for those that are dead.
	sharedPoll   = 200 * time.Millisecond
	sharedRescue = time.Second
	// mostShared bounds the documents that workers open, as the crawler does by itself.
	mostShared = 1_000_000
	// toldFailures is how many jobs that failed are told one by one.
	toldFailures = 3
)

// shareOut has workers open the documents of the crawl, so that the crawl itself finds in memory what they list. ended is to
// be called when it is over, with whether it came to its end. What goes wrong with the workers costs time and nothing else:
// the error is the context's.
func (w *Warmer) shareOut(ctx context.Context, c *crawler.Crawler, memory *ledger.Memory, seeds []string) (ended func(bool), err error) {
	if memory == nil {
		w.noteAlone()
	}
	if !w.Config.Crawl.Workers || memory == nil {
		return func(bool) {}, nil
	}
	s := &sharing{Warmer: w, crawl: memory.Crawl()}
	if s.hosts, err = w.openHostPaces(ctx); err != nil {
		return s.alone(ctx, err)
	}
	defer memory.Recount(ctx) // it knows of what it remembered itself
	c.Pace = s.hosts.wait     // it may be that workers are still at it when it goes on alone
	if err := s.begin(ctx, c, memory, seeds); err != nil {
		return s.alone(ctx, err)
	}
	if err := s.await(ctx); err != nil {
		return s.alone(ctx, err)
	}
	s.tellFailures(ctx)
	return func(ok bool) {
		defer s.Close()
		if ok {
			s.end(ctx)
		}
	}, nil
}

// noteAlone says of a crawl without a ledger of its own why workers take no part in it, where the config wants them to. What
// they open they write into the ledger, as the crawl of a run that holds it: beside that, there can be no other.
func (w *Warmer) noteAlone() {
	if w.Config.Crawl.Workers {
		w.Watch.note("crawling alone: what workers open they write into the ledger, and only a run that submits holds it")
	}
}

// sharing is one crawl that workers take part in.
type sharing struct {
	*Warmer
	*fleet.Coordinator
	crawl int64
	hosts *hostPaces
}

// Close ends the connections to the workers' database, not the Warmer's own.
func (s *sharing) Close() {
	if s.Coordinator != nil {
		s.Coordinator.Close()
	}
	if s.hosts != nil {
		s.hosts.close()
	}
}

// begin writes down the crawl and what it begins with.
func (s *sharing) begin(ctx context.Context, c *crawler.Crawler, memory *ledger.Memory, seeds []string) (err error) {
	if s.Coordinator, err = fleet.Coordinate(ctx, s.Config.State); err != nil {
		return err
	}
	share := c.Share(seeds...)
	defer share.Close()
	began, err := s.Begin(ctx, fleet.Crawl{
		ID: s.crawl, Version: s.Version, Settings: s.sharedSettings(), Origins: share.Origins(), Hosts: c.Hosts,
		Most: int64(cmp.Or(c.MaxDocuments, mostShared)), Room: memory.Room(),
	}, share.Seeds())
	if err == nil {
		memory.Since(began)
	}
	return err
}

// await returns when the workers have nothing left to do.
func (s *sharing) await(ctx context.Context) error {
	crew := newCrew(s.Coordinator)
	for {
		p, err := s.Progress(ctx, s.crawl)
		if err != nil {
			return err
		}
		s.Watch.progress(sharedStage(StageShared, p.Workers), int(p.Opened), int(p.Found))
		if p.Jobs == 0 {
			return nil
		}
		if err := crew.wait(ctx, p.Turnout); err != nil {
			return err
		}
	}
}

// alone goes on without workers, once they are told that they need not.
func (s *sharing) alone(ctx context.Context, err error) (func(bool), error) {
	if ctx.Err() != nil {
		s.Close()
		return nil, context.Cause(ctx)
	}
	s.Watch.note(hinted(err) + ": crawling alone")
	if s.Coordinator != nil {
		s.end(ctx)
	}
	return func(bool) { s.Close() }, nil
}

// hinted is an error with what to do about it.
func hinted(err error) string {
	if hint := hintOf(err, ""); hint != "" {
		return err.Error() + " (" + hint + ")"
	}
	return err.Error()
}

func (s *sharing) end(ctx context.Context) {
	if err := s.End(context.WithoutCancel(ctx), s.crawl); err != nil {
		s.Watch.note(err.Error()) // the next crawl ends it
	}
}

// tellFailures says what the workers did not do.
func (s *sharing) tellFailures(ctx context.Context) {
	failed, err := s.Failures(ctx, s.crawl, toldFailures)
	if err != nil {
		s.Watch.note(err.Error())
	}
	for _, f := range failed {
		s.Watch.note(fmt.Sprintf("a job of the workers was given up (%s): %s are read here instead", f.Reason, counted(f.Documents, "document")))
	}
}

// sharedSettings are those of the config that decide on what a crawl opens and lists, how it behaves to a host, and how
// logs are read.
func (w *Warmer) sharedSettings() fleet.Settings {
	c, p := &w.Config.Crawl, &w.Config.Playlists
	s := fleet.Settings{}
	for key, value := range map[string]any{
		"crawl.include": c.Include, "crawl.exclude": c.Exclude, "crawl.rewrite": c.Rewrite, "crawl.page_depth": c.PageDepth,
		"crawl.playlist_depth": c.PlaylistDepth, "crawl.rate": c.Rate, "crawl.robots": c.Robots,
		"crawl.private_networks": c.PrivateNetworks, "crawl.headers": c.Headers, "playlists.start": p.Start,
		"playlists.from": p.From, "playlists.renditions": p.Renditions, "playlists.live": p.Live,
		"playlists.live_last": p.LiveLast, "playlists.query": p.Query, "popularity.format": w.Config.Popularity.Format,
	} {
		s.Set(key, value)
	}
	return s
}

// onServer reports whether the ledger is a database on a server.
func onServer(state string) bool { return strings.Contains(state, "://") }

// ErrNoServer is returned by Work where the ledger is a file.
var ErrNoServer = errors.New("workers share a ledger on PostgreSQL, and state names a file")

package warm

import (
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/config"
)

// Crawler returns the crawler that the config describes. What fails in a document is told to Watch, and counted in
// faults, which may be nil.
func (w *Warmer) Crawler(faults *int) *crawler.Crawler {
	c := w.Config
	r := c.Playlists.Renditions
	return &crawler.Crawler{
		Include: c.Crawl.Include,
		Exclude: c.Crawl.Exclude,
		Rewrite: rewrites(c.Crawl.Rewrite),
		Hosts:   slices.Concat(slices.Collect(maps.Values(c.Account.Zones))...),

		PageDepth:     orNone(c.Crawl.PageDepth),
		PlaylistDepth: orNone(c.Crawl.PlaylistDepth),
		Start:         c.Playlists.Start,
		From:          c.Playlists.From,
		LiveSegments:  liveSegments(c.Playlists),
		Query:         query(c.Playlists.Query),
		Renditions: crawler.Renditions{
			MinHeight: r.MinHeight, MaxHeight: r.MaxHeight,
			MinBandwidth: r.MinBandwidth, MaxBandwidth: r.MaxBandwidth,
			Codecs: r.Codecs, Languages: r.Languages,
			Best: r.Best, Worst: r.Worst, Default: r.Default, NoIFrames: !r.IFrames,
		},

		Concurrency:     c.Crawl.Concurrency,
		Rate:            c.Crawl.Rate,
		Timeout:         c.Crawl.Timeout,
		Header:          header(c.Crawl.Headers),
		IgnoreRobots:    c.Crawl.Robots == "ignore",
		PrivateNetworks: c.Crawl.PrivateNetworks,
		OnDocument:      func(d crawler.Document) { w.tell(d, faults) },
	}
}

// tell says what was wrong with a document. One that robots.txt closes is no fault of anybody.
func (w *Warmer) tell(d crawler.Document, faults *int) {
	for _, warning := range d.Warnings {
		w.Watch.detail(d.URL + ": " + place(warning) + warning.Text)
	}
	switch {
	case d.Err == nil:
	case errors.Is(d.Err, crawler.ErrDisallowed):
		w.Watch.detail(d.Err.Error())
	default:
		if faults != nil {
			*faults++
		}
		w.Watch.fault(d.Err, crawlHint(d.Err))
	}
}

// orNone turns the config's 0, which means none, into the crawler's, whose 0 is the default.
func orNone(depth int) int {
	if depth == 0 {
		return -1
	}
	return depth
}

// liveSegments turns the config's words into the crawler's number.
func liveSegments(p config.Playlists) int {
	if p.Live == "skip" {
		return -1
	}
	return p.LiveLast
}

func query(name string) crawler.Query {
	if name == "none" {
		return crawler.QueryNone
	}
	return crawler.Query(name)
}

func rewrites(in []config.Rewrite) []crawler.Rewrite {
	out := make([]crawler.Rewrite, len(in))
	for i, r := range in {
		out[i] = crawler.Rewrite(r)
	}
	return out
}

func header(in map[string]string) http.Header {
	out := http.Header{}
	for name, value := range in {
		out.Set(name, value)
	}
	return out
}

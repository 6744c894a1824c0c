package warm

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// Crawler returns the crawler that the config describes. What fails in a document is told to Watch, and counted in
// faults, which may be nil.
func (w *Warmer) Crawler(faults *int) *crawler.Crawler {
	return w.crawlerFor(w.Config.Account.Zones, faults)
}

// crawlerFor is Crawler for zones that may be the service's: pages of their hosts are opened.
func (w *Warmer) crawlerFor(zones map[string][]string, faults *int) *crawler.Crawler {
	c := w.Config
	r := c.Playlists.Renditions
	return &crawler.Crawler{
		Include: c.Crawl.Include,
		Exclude: c.Crawl.Exclude,
		Rewrite: rewrites(c.Crawl.Rewrite),
		Hosts:   slices.Concat(slices.Collect(maps.Values(zones))...),

		PageDepth:     orNone(c.Crawl.PageDepth),
		PlaylistDepth: orNone(c.Crawl.PlaylistDepth),
		MaxDocuments:  w.bounds.documents,
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
	w.warn(d)
	switch {
	case d.Err == nil:
	case errors.Is(d.Err, crawler.ErrDisallowed):
		w.Watch.detail(d.Err.Error())
	default:
		if faults != nil {
			*faults++
		}
		hint := crawlHint(d.Err)
		if isGone(d.Err) && slices.ContainsFunc(w.Config.Sources, func(s config.Source) bool { return s.URL == d.URL }) {
			hint = goneSource
		}
		w.Watch.fault(d.Err, hint)
	}
}

// warn says what was wrong in a document that could be read all the same. Of a sitemap everybody is told the first: what
// it lost may be many URLs, and no site has so many sitemaps that the lines were too many.
func (w *Warmer) warn(d crawler.Document) {
	name := urlkey.Redact(d.URL) + ": "
	for i, warning := range d.Warnings {
		text := name + place(warning) + warning.Text
		switch more := len(d.Warnings) - 1; {
		case i > 0 || d.Kind != string(crawler.Sitemap) || d.Err != nil:
			w.Watch.detail(text)
		case more > 0:
			w.Watch.note(fmt.Sprintf("%s (and %d more, which -v shows)", text, more))
		default:
			w.Watch.note(text)
		}
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

package planner

import (
	"math"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
)

// What a player or browser needs first comes first: without its playlist and init section a segment is worth nothing.
const (
	priorPlaylist = 0.009
	priorInit     = 0.008
	priorSegment  = 0.007
	priorPage     = 0.006
	priorFile     = 0.003
)

// maxPrior is more than any prior.
const maxPrior = 0.01

// sitemapPriority is what sitemaps.org takes for the priority of an entry that states none.
const sitemapPriority = 0.5

// hints are what a sitemap says of an entry; what a title lists has those of its title.
type hints struct {
	priority float64
	// date is when it came out, or else last changed.
	date  time.Time
	views int64
	// aside is what players only need when people look for something: I-frames and thumbnails.
	aside bool
}

func hintsOf(r *crawler.Resource) hints {
	return hints{priority: r.Priority, date: dateOf(r), views: r.Views}
}

// dateOf is when a resource came out, as far as a sitemap tells: what changes may be old.
func dateOf(r *crawler.Resource) time.Time {
	if r.Published.IsZero() {
		return r.LastMod
	}
	return r.Published
}

// prior is in [0, 0.01): a half is the kind's own, the other what the sitemap and the rendition say.
func (p *Planner) prior(r *crawler.Resource, h *hints) float64 {
	said := 0.5 + 0.25*interest(h) + 0.25*p.recency(h.date)
	if h.aside {
		said /= 4
	}
	switch r.Kind {
	case crawler.Playlist:
		return priorPlaylist * said
	case crawler.Init:
		return priorInit * said
	case crawler.Segment:
		return priorSegment * said * early(r.Start)
	case crawler.Site, crawler.Page:
		return priorPage * said
	}
	return priorFile * said
}

// interest is what the site expects of an entry, from 0 to 1: its priority, and halfway to how much it was watched where
// that is told.
func interest(h *hints) float64 {
	if h.views <= 0 {
		return stated(h.priority)
	}
	return (stated(h.priority) + watched(h.views)) / 2
}

// watched rises with each tenfold of the views, from 0 over a half at a thousand towards 1.
func watched(views int64) float64 {
	tenfolds := math.Log10(1 + float64(views))
	return tenfolds / (3 + tenfolds)
}

func stated(priority float64) float64 {
	if priority == 0 {
		return sitemapPriority
	}
	return min(max(priority, 0), 1)
}

// fresh is the age at which news is worth half.
const fresh = 7 * 24 * time.Hour

// recency is 1 for what has just come out and falls with its age; a half where either time is not known.
func (p *Planner) recency(date time.Time) float64 {
	if date.IsZero() || p.At.IsZero() {
		return 0.5
	}
	return 1 / (1 + max(p.At.Sub(date), 0).Hours()/fresh.Hours())
}

// early falls from 1 at the start to a half after a minute: most viewings end early.
func early(start time.Duration) float64 { return 1 / (1 + max(start, 0).Minutes()) }

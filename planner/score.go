package planner

import (
	"math"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
)

// Why is what a score is made of: (Requests + Prior) × Weight, and Weight − 1 on top where that is more than 0.
type Why struct {
	// Requests and Misses are the demand that the logs tell of.
	Requests float64 `json:"requests"`
	Misses   float64 `json:"misses"`
	// Prior is what the kind, the sitemap and the place in the playlist make of a URL that nobody has asked for yet:
	// less than a hundredth, so that a real request is worth more even when it is six half-lives old.
	Prior float64 `json:"prior"`
	// Weight is that of the source. More than 1 also stands for requests that are expected and not in any log yet.
	Weight float64 `json:"weight"`
}

func (w Why) score() float64 {
	return rounded((w.Requests+w.Prior)*w.Weight + max(w.Weight-1, 0))
}

func explain(r *crawler.Resource, d Demand, weight float64) Why {
	return Why{Requests: rounded(d.Requests), Misses: rounded(d.Misses), Prior: rounded(prior(r)), Weight: weight}
}

// rounded keeps nine places: enough for any order, and the same digits on every processor.
func rounded(f float64) float64 { return math.Round(f*1e9) / 1e9 }

// What a player or browser needs first comes first: without its playlist and init section a segment is worth nothing.
const (
	priorPlaylist = 0.009
	priorInit     = 0.008
	priorSegment  = 0.007
	priorPage     = 0.006
	priorFile     = 0.003
)

// sitemapPriority is what sitemaps.org takes for the priority of an entry that states none.
const sitemapPriority = 0.5

// prior is in [0, 0.01).
func prior(r *crawler.Resource) float64 {
	switch r.Kind {
	case crawler.Playlist:
		return priorPlaylist
	case crawler.Init:
		return priorInit
	case crawler.Segment:
		return priorSegment * early(r.Start)
	case crawler.Site, crawler.Page:
		return priorPage * (0.5 + 0.5*stated(r.Priority))
	}
	return priorFile * (0.5 + 0.5*stated(r.Priority))
}

func stated(priority float64) float64 {
	if priority == 0 {
		return sitemapPriority
	}
	return min(max(priority, 0), 1)
}

// early falls from 1 at the start to a half after a minute: most viewings end early.
func early(start time.Duration) float64 { return 1 / (1 + max(start, 0).Minutes()) }

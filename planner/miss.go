package planner

import (
	"time"

	"github.com/edgewarm/edgewarm/crawler"
)

// MissCost is what a miss costs beside 1: the round trip to the origin, which every miss takes. Its zero value counts
// misses.
type MissCost struct {
	// Start is added, in full, for what a viewer waits for before the first frame: playlists, init sections, the first
	// segment, and pages. For later segments it falls, to a half at 10 seconds: a player has them ahead of time.
	Start float64
	// MiB is added for each MiB that comes from the origin.
	MiB float64
}

// ahead is how far into a rendition a player's buffer makes up for half of a miss.
const ahead = 10 * time.Second

const mib = 1 << 20

func (c MissCost) of(r *crawler.Resource, d Demand) float64 {
	if c == (MissCost{}) {
		return 1
	}
	bytes := float64(r.Bytes)
	if d.Requests > 0 && d.Bytes > 0 {
		bytes = d.Bytes / d.Requests
	}
	return rounded(1 + c.Start*urgency(r) + c.MiB*bytes/mib)
}

// urgency is 1 for what is waited for, and 0 for what is not.
func urgency(r *crawler.Resource) float64 {
	switch r.Kind {
	case crawler.Site, crawler.Page, crawler.Playlist, crawler.Init:
		return 1
	case crawler.Segment:
		return 1 / (1 + max(r.Start, 0).Seconds()/ahead.Seconds())
	}
	return 0
}

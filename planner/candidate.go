package planner

import (
	"cmp"
	"math"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
)

// candidate is a resource that could be a target.
type candidate struct {
	Target
	// parent is the playlist without which it cannot be played; empty for none.
	parent  string
	zone    *zone
	lastMod time.Time
	start   time.Duration
	// level puts what is needed before what needs it.
	level int
	merit
	// lifted is the highest score of what has needed it so far, liftedByPins that of what is pinned, liftedByFloors that of
	// what is under a floor.
	lifted, liftedByPins, liftedByFloors float64
	// drawn is whether it is held out if it comes to be chosen, heldOut whether the last fit would have chosen it.
	drawn, heldOut bool
	// taken is whether the last fit chose it, and by which rule.
	taken bool
	rule  string
	// sent is whether Certain returned it, so that it is in the plan.
	sent bool
}

// merit is what speaks for a candidate by itself.
type merit struct {
	// own is its score without what needs it; that of the Target is with it.
	own float64
	// floor and cap are the numbers of its bounds, plus 1.
	floor, cap int
	// pinned comes before all that is not.
	pinned bool
	// hot is a playlist that the cache has anyway: what needs it can do without a target for it.
	hot bool
	// needed is true of playlists and init sections, which more may come to need.
	needed bool
}

// hotEnough is the probability of being cold below which a playlist need not be warmed for what it lists.
const hotEnough = 0.1

// levels of what playlists list; those of playlists are their depth.
const (
	levelInit = math.MaxInt - 1
	levelRest = math.MaxInt
)

func levelOf(r *crawler.Resource) int {
	switch r.Kind {
	case crawler.Playlist:
		return r.Depth
	case crawler.Init:
		return levelInit
	}
	return levelRest
}

// parentOf is the playlist that a part of a title needs; empty for the title itself and for what is part of none.
func parentOf(r *crawler.Resource) string {
	if r.Title == "" || r.Title == r.URL {
		return ""
	}
	return r.Parent
}

// isNeeded is true of what others may need.
func isNeeded(r *crawler.Resource) bool {
	return r.Title != "" && (r.Kind == crawler.Playlist || r.Kind == crawler.Init)
}

// compare is the order of the plan: pinned ones, the higher score, what is needed, what a player needs sooner, the newer,
// and at last the URL, so that no two are equal.
func (c *candidate) compare(o *candidate) int {
	return c.compareBy(o, c.Score, o.Score)
}

// compareBy is compare by other scores of the two.
func (c *candidate) compareBy(o *candidate, score, others float64) int {
	switch {
	case c.pinned != o.pinned:
		if c.pinned {
			return -1
		}
		return 1
	case score != others:
		return cmp.Compare(others, score)
	case c.level != o.level:
		return cmp.Compare(c.level, o.level)
	case c.start != o.start:
		return cmp.Compare(c.start, o.start)
	case !c.lastMod.Equal(o.lastMod):
		return o.lastMod.Compare(c.lastMod)
	}
	return strings.Compare(c.URL, o.URL)
}

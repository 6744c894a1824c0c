package warm

import (
	"hash/maphash"
	"iter"
	"maps"
	"net/url"
	"path"
	"strings"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/planner"
)

// levels is how many levels of playlists below the one that is submitted the service resolves.
const levels = 3

// titles knows what the service finds by itself in each title's playlist, when it is asked to resolve it
// (PrefetchMediaSegments): the playlists below it and the TS segments that they list. All else is not promised.
//
// It watches the resources of a crawl on their way to the planner. Of each part it holds a 64-bit hash.
type titles struct {
	seed maphash.Seed
	all  []title
	// whole has the place in all of the title with a URL, part that of the title in which a URL is found.
	whole map[string]int
	part  map[uint64]int
}

// title is the playlist that stands for a whole, and how many URLs the service finds in it.
type title struct {
	url   string
	depth int
	parts int
	// overQuota counts the parts that the quota does not reach for.
	overQuota int
}

func newTitles() *titles {
	return &titles{seed: maphash.MakeSeed(), whole: map[string]int{}, part: map[uint64]int{}}
}

// watch passes the resources on and takes down what they are part of.
func (t *titles) watch(resources iter.Seq2[crawler.Resource, error]) iter.Seq2[crawler.Resource, error] {
	return func(yield func(crawler.Resource, error) bool) {
		for r, err := range resources {
			if err == nil {
				t.add(r)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func (t *titles) add(r crawler.Resource) {
	if r.Title == r.URL && hasSuffix(r.URL, ".m3u8") {
		t.whole[r.URL] = len(t.all)
		t.all = append(t.all, title{url: r.URL, depth: r.Depth})
		return
	}
	i, ok := t.whole[r.Title]
	if !ok || !promised(r) || r.Depth-t.all[i].depth > levels {
		return
	}
	t.all[i].parts++
	t.part[maphash.String(t.seed, r.URL)] = i
}

// promised is whether the service says that it finds such a resource.
func promised(r crawler.Resource) bool {
	switch r.Kind {
	case crawler.Playlist:
		return hasSuffix(r.URL, ".m3u8")
	case crawler.Segment:
		return hasSuffix(r.URL, ".ts")
	}
	return false
}

func hasSuffix(raw, suffix string) bool {
	u, err := url.Parse(raw)
	return err == nil && strings.EqualFold(path.Ext(u.Path), suffix)
}

// of is the title that the service finds a URL in.
func (t *titles) of(url string) (int, bool) {
	i, ok := t.part[maphash.String(t.seed, url)]
	return i, ok
}

// warm is whether the service found the URL in a title that it resolved lately.
func (t *titles) warm(url string, known *ledger.Warm) bool {
	i, ok := t.of(url)
	return ok && known.Resolved(t.all[i].url)
}

// leftOut takes down which parts the quota did not reach for.
func (t *titles) leftOut(l planner.LeftOut) {
	if i, ok := t.of(l.URL); ok && l.Reason == planner.OverQuota {
		t.all[i].overQuota++
	}
}

// join makes one target of each title all of whose parts are in the plan, at the place of the first of them. It costs what
// they cost, so that the plan costs what it did. The others stay as they are: of a title that the quota does not reach
// for, the service would drop whichever segments it likes.
func (t *titles) join(plan *planner.Plan) *planner.Plan {
	whole := t.wholeIn(plan)
	out := *plan
	out.LeftOut, out.Targets = maps.Clone(plan.LeftOut), nil
	joined := map[int]bool{}
	for _, target := range plan.Targets {
		i, ok := t.titleOf(target.URL)
		if playlist := whole[i]; ok && playlist != nil {
			if joined[i] {
				out.LeftOut[planner.Covered]++
				continue
			}
			joined[i], target = true, *playlist
		}
		target.Rank = len(out.Targets) + 1
		out.Targets = append(out.Targets, target)
	}
	return &out
}

// titleOf is the title that a URL stands for or is found in.
func (t *titles) titleOf(url string) (int, bool) {
	if i, ok := t.whole[url]; ok {
		return i, true
	}
	return t.of(url)
}

// wholeIn are the playlists of the titles that are wholly in the plan and in one zone, each with the cost of all of it.
func (t *titles) wholeIn(plan *planner.Plan) map[int]*planner.Target {
	whole, found := map[int]*planner.Target{}, map[int]int{}
	for _, target := range plan.Targets {
		if i, ok := t.whole[target.URL]; ok {
			whole[i] = &target
		}
	}
	for _, target := range plan.Targets {
		if i, ok := t.of(target.URL); ok && whole[i] != nil && whole[i].Zone == target.Zone {
			found[i]++
			whole[i].Cost += target.Cost
		}
	}
	for i := range whole {
		if found[i] == 0 || found[i] < t.all[i].parts {
			delete(whole, i)
		}
	}
	return whole
}

// forecast is how many titles the quota reaches for in part, and how many of their segments and playlists the service
// would drop without a word if it were to resolve them.
func (t *titles) forecast() (titles, dropped int) {
	for _, title := range t.all {
		if title.overQuota > 0 {
			titles++
			dropped += title.overQuota
		}
	}
	return titles, dropped
}

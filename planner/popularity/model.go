package popularity

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
)

// Model is what can be learned from counts about what people will ask for: how much a title is watched, by its playlists
// and its segments; which share of the viewings plays each rendition; how far they get; how much is asked of what is new;
// how likely the cache lacks what is asked for; and how busy each hour of the week is. It learns when it is first asked,
// from the names of the URLs alone: folders, and numbers in the names of segments. It is a planner.Forecaster.
//
// It may be used by any number of goroutines, once reading is done.
type Model struct {
	// Counter has the counts. It must not read any more.
	Counter *Counter
	// At is the beginning of the hours that the forecast is for. Zero: the time of the newest request.
	At time.Time
	// For is how long they are. 0: 24 hours.
	For time.Duration

	once   sync.Once
	seed   maphash.Seed
	scale  float64 // of the counts of the store
	titles map[uint64]*title
	tracks map[uint64]*track
	depths map[uint64]*depth
	shares map[uint64]*ratio
	// newTitles and newFiles are what is asked of titles, and of files that are part of none.
	newTitles, newFiles newcomers
	misses              misses
	clock               clock
	sieve               sieve
	rank                sync.Once
	ranks               ranks
	// memo is what was found out about the playlist whose parts were asked about last: they come one after the other.
	memo atomic.Pointer[part]
}

// Demand returns what was counted.
func (m *Model) Demand(url string) planner.Demand {
	m.once.Do(m.learn)
	if m.Counter.state == nil {
		return planner.Demand{}
	}
	s := &m.Counter.state.store
	class, key := split(m.Counter.Policy.Key(url))
	if class == pathOnly || m.sieve.lacks(s, key) {
		return planner.Demand{}
	}
	return s.demand(class, key)
}

// evidence is how many requests, counted and modelled together, put half of the weight on the count.
const evidence = 4

// blend is what to expect where n were counted and a model says m.
func blend(n, m float64) float64 {
	own := (n + m) / (n + m + evidence)
	return own*n + (1-own)*m
}

// Forecast returns what is to be expected of a resource. Expected is the count of its URL and what the model says of it,
// weighed by how much evidence there is.
func (m *Model) Forecast(r *crawler.Resource, counted planner.Demand) planner.Forecast {
	m.once.Do(m.learn)
	f := planner.Forecast{Demand: counted, Cold: 1}
	key, young := m.key(r.URL), false
	if r.Title == "" {
		f.Expected, young = m.newFiles.expect(m, key, f.Requests, r.LastMod, m.first(r))
	} else {
		young = m.ofTitle(&f, r, key)
	}
	if m.misses.told {
		f.Cold = m.misses.cold(suffix(key), &f, young)
	}
	if factor := m.clock.factor(key); factor > 0 {
		f.Hours = factor
		f.Expected *= factor
	}
	return f
}

// ofTitle is the forecast for a part of a title. It reports whether the title is new.
func (m *Model) ofTitle(f *planner.Forecast, r *crawler.Resource, key string) (young bool) {
	p := m.part(r)
	f.Views, f.Share, f.Depth = p.views, 1, 1
	if r.Title == r.URL {
		f.Expected = p.views // in which what was counted for it is
		return p.young
	}
	var t *track
	switch r.Kind {
	case crawler.Playlist:
		f.Share, t = m.shareOf(p, directory(key))
	case crawler.Segment:
		f.Share, t = p.share, p.track(m, key)
		f.Depth = p.depth.at(segmentIndex(r))
		if t != nil {
			f.Share = blendShare(t.starts, p.views, p.share)
		}
	default:
		f.Share, t = p.share, p.rendition
	}
	f.Expected = f.Views * f.Share * f.Depth
	if f.Requests > 0 || t != nil { // else the log has nothing of the rendition, which its share says already
		f.Expected = blend(f.Requests, f.Expected)
	}
	return p.young
}

// shareOf is the share of the rendition in a folder. That the log has others of a title and not this one says something
// of it; that it has none says nothing.
func (m *Model) shareOf(p *part, dir string) (float64, *track) {
	share := m.share(p.titleKey, dir)
	t := m.tracks[m.hashTrack(numbered{before: dir})]
	switch {
	case t != nil:
		return blendShare(t.starts, p.views, share), t
	case p.known:
		return blendShare(0, p.views, share), nil
	}
	return share, nil
}

// segmentIndex counts the segments of a rendition from 0, by where they are in it.
func segmentIndex(r *crawler.Resource) int {
	if r.Duration <= 0 {
		return r.Index
	}
	return int((r.Start + r.Duration/2) / r.Duration)
}

// part is what the parts of one playlist have in common.
type part struct {
	// parent and title are the URLs that it is for, lastMod the date of the title.
	parent, title string
	lastMod       time.Time
	// titleKey is the folder of the title.
	titleKey string
	views    float64
	share    float64
	depth    depthCurve
	young    bool
	// known tells that the log has renditions of the title, rendition is what it has of this one's playlist.
	known     bool
	rendition *track
	// last is the track that was asked for last, nil inside for one that the log does not have.
	last atomic.Pointer[named]
}

type named struct {
	numbered
	track *track
}

func (m *Model) part(r *crawler.Resource) *part {
	if p := m.memo.Load(); p != nil && p.parent == r.Parent && p.title == r.Title && p.lastMod.Equal(r.LastMod) {
		return p
	}
	p := &part{parent: r.Parent, title: r.Title, lastMod: r.LastMod, titleKey: directory(m.key(r.Title))}
	counted := m.titles[m.hash(tagTitle, p.titleKey)]
	n, first := m.Counter.Demand(r.Title).Requests, uint32(0)
	if counted != nil {
		n, first = max(n, counted.views), counted.first
	}
	p.views, p.young = m.newTitles.expect(m, p.titleKey, n, r.LastMod, first)
	p.known = counted != nil && counted.renditions > 0
	p.share, p.rendition = m.shareOf(p, directory(m.key(r.Parent)))
	p.depth = m.depthOf(p.titleKey)
	m.memo.Store(p)
	return p
}

// track finds the counts of the rendition that a segment is of; nil when the log has none.
func (p *part) track(m *Model, key string) *track {
	if last := p.last.Load(); last != nil && last.isOf(key) {
		return last.track
	}
	n, ok := countedName(key)
	if !ok {
		return nil
	}
	t := m.tracks[m.hashTrack(n)]
	p.last.Store(&named{n, t})
	return t
}

// The tags keep apart what is learned of the same text.
const (
	tagTitle = 't'
	tagDepth = 'd'
	tagShare = 's'
	tagClass = 'c'
	tagTrack = '#'
)

func (m *Model) hash(tag byte, texts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(m.seed)
	h.WriteByte(tag)
	for _, text := range texts {
		h.WriteString(text)
		h.WriteByte(0)
	}
	return h.Sum64()
}

func (m *Model) hashTrack(n numbered) uint64 { return m.hash(tagTrack, n.before, n.after) }

// first is when a URL was first asked for; 0 when that is not known, or does not matter.
func (m *Model) first(r *crawler.Resource) uint32 {
	s := m.Counter.state
	if s == nil || r.LastMod.IsZero() || r.LastMod.Unix() < m.clock.first {
		return 0
	}
	key := m.key(r.URL)
	hash := maphash.String(s.seed, key)
	for c := range classes {
		if i, ok := s.table.find(hash ^ tags[c]); ok {
			return s.entry(i).first
		}
	}
	return 0
}

// key is a URL as the log has it: without its scheme, and without its host where the log has none.
func (m *Model) key(url string) string {
	if m.Counter.state == nil {
		return url
	}
	_, key := split(m.Counter.Policy.Key(url))
	if p := &m.Counter.state.present; p[pathOnly] > 0 && p[anyScheme]+p[secure]+p[plain] == 0 {
		for i := range len(key) {
			if key[i] == '/' {
				return key[i:]
			}
		}
	}
	return key
}

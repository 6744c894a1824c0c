package popularity

import (
	"hash/maphash"
	"strings"
	"unsafe"
)

// learn goes over the counts once, and over what it found in them.
func (m *Model) learn() {
	m.seed = maphash.MakeSeed()
	m.titles, m.tracks = map[uint64]*title{}, map[uint64]*track{}
	m.newTitles.tag, m.newFiles.tag = "title", "file"
	m.depths, m.shares = map[uint64]*depth{}, map[uint64]*ratio{}
	if m.Counter == nil {
		m.Counter = &Counter{}
	}
	s := m.Counter.state
	if s == nil {
		return
	}
	m.scale = s.scale
	m.sieve = newSieve(&s.store)
	m.clock.learn(m, s)
	m.misses.told = s.told > 0
	playlists := map[uint64]struct{}{} // the folders that have one
	for i := range uint32(s.size) {
		if key := s.text(s.entry(i)); isPlaylist(suffix(key)) {
			playlists[m.hash(tagTitle, directory(key))] = struct{}{}
		}
	}
	l := &learner{Model: m, playlists: playlists}
	for i := range uint32(s.size) {
		l.entry(s.entry(i), s.text(s.entry(i)))
	}
	l.finish()
}

// text is the key of an entry, without a copy: entries do not change while a model learns.
func (s *store) text(e *entry) string {
	key := s.key(e)
	return unsafe.String(unsafe.SliceData(key), len(key))
}

// learner holds what is only needed while learning.
type learner struct {
	*Model
	playlists map[uint64]struct{}
	// order has the tracks and titles in the order of the log, so that sums come out the same every time.
	tracks []*track
	titles []*title
}

// entry takes in one URL.
func (l *learner) entry(e *entry, key string) {
	n := e.requests * l.scale
	kind := suffix(key)
	l.misses.learn(kind, n, e.misses*l.scale, l.clock.isYoung(int64(e.first)))
	switch {
	case isPlaylist(kind):
		// Of a folder's playlists that of the title is asked for most. Renditions in folders of their own are no titles.
		if dir := directory(key); dir == l.titleOf(dir) {
			t := l.title(dir)
			t.views = max(t.views, n)
			t.seen(e.first)
		} else {
			t := l.rendition(dir)
			t.playlist = max(t.playlist, n)
		}
	case isSegment(kind):
		if name, ok := countedName(key); ok {
			l.segment(name, n, e.first)
		}
	default:
		l.newFiles.learn(l.Model, key, n, e.first)
	}
}

// titleOf is the folder of the title whose parts are in a folder: the one above, if it has a playlist or this one has none.
func (l *learner) titleOf(dir string) string {
	above := folder(dir)
	if strings.Count(above, "/") < 2 { // a host's own root is no title
		return dir
	}
	if _, ok := l.playlists[l.hash(tagTitle, above)]; ok {
		return above
	}
	if _, ok := l.playlists[l.hash(tagTitle, dir)]; ok {
		return dir
	}
	return above
}

func (l *learner) title(dir string) *title {
	hash := l.hash(tagTitle, dir)
	t := l.Model.titles[hash]
	if t == nil {
		t = &title{dir: strings.Clone(dir)}
		l.Model.titles[hash] = t
		l.titles = append(l.titles, t)
	}
	return t
}

// rendition is what stands for a folder that is that of a rendition.
func (l *learner) rendition(dir string) *track {
	return l.track(numbered{before: dir})
}

func (l *learner) track(name numbered) *track {
	hash := l.hashTrack(name)
	t := l.Model.tracks[hash]
	if t == nil {
		t = &track{dir: strings.Clone(directory(name.before))}
		l.Model.tracks[hash] = t
		l.tracks = append(l.tracks, t)
	}
	return t
}

func (l *learner) segment(name numbered, n float64, first uint32) {
	t := l.track(name)
	t.counts = append(t.counts, segmentCount{name.number, n})
	if first > 0 && (t.first == 0 || first < t.first) {
		t.first = first
	}
}

// finish makes of the tracks what there is to know of titles, renditions and depths.
func (l *learner) finish() {
	for _, t := range l.tracks {
		t.settle()
		whole := l.title(l.titleOf(t.dir))
		whole.views = max(whole.views, t.starts)
		whole.seen(t.first)
		whole.renditions++
	}
	l.misses.settle()
	for _, t := range l.tracks {
		whole := l.title(l.titleOf(t.dir))
		l.learnDepth(whole.dir, t)
		l.learnShare(whole, t)
		t.counts = nil
	}
	for _, t := range l.titles {
		l.newTitles.learn(l.Model, t.dir, t.views, t.first)
	}
}

// title is what the log tells of a title.
type title struct {
	dir string
	// views is how often it was watched: by its playlist, or the most requested start of a rendition.
	views float64
	// first is when it was first asked for; 0 for not known.
	first uint32
	// renditions is how many of its renditions were asked for.
	renditions int
}

func (t *title) seen(first uint32) {
	if first > 0 && (t.first == 0 || first < t.first) {
		t.first = first
	}
}

package popularity

import (
	"cmp"
	"slices"
)

// track is the segments of one rendition, as far as they were asked for.
type track struct {
	dir string
	// starts is how often its beginning was asked for, playlist its playlist.
	starts, playlist float64
	// low is the lowest number of a segment.
	low    uint64
	first  uint32
	counts []segmentCount
}

type segmentCount struct {
	number   uint64
	requests float64
}

// opening is how many of the first segments the starts of a track are taken from: players ask for as many before they
// play, and a viewing that goes on somewhere else asks for none of them.
const opening = 3

// settle finds the beginning.
func (t *track) settle() {
	t.starts = t.playlist
	if len(t.counts) == 0 {
		return
	}
	slices.SortFunc(t.counts, func(a, b segmentCount) int { return cmp.Compare(a.number, b.number) })
	t.low = t.counts[0].number
	for _, c := range t.counts {
		if c.number-t.low >= opening {
			break
		}
		t.starts = max(t.starts, c.requests)
	}
}

// ratio is a share that is learned: part of whole.
type ratio struct{ part, whole float64 }

// usualShare is the share of a rendition of which nothing is known: one of three or four. It counts as much as
// shareEvidence viewings.
const (
	usualShare    = 0.3
	shareEvidence = 5
)

func (r *ratio) shrunk(towards float64) float64 {
	if r == nil {
		return towards
	}
	return min(shrink(*r, towards, shareEvidence), 1)
}

// blendShare is the share of a rendition of one title, where starts of its views were counted.
func blendShare(starts, views, usual float64) float64 {
	return (&ratio{starts, views}).shrunk(usual)
}

// learnShare takes in which share of a title's views a track has, under the name of its folder below the title's.
func (l *learner) learnShare(whole *title, t *track) {
	if whole.views <= 0 || len(t.dir) <= len(whole.dir) {
		return
	}
	name := t.dir[len(whole.dir):]
	for _, class := range [2]string{section(whole.dir), ""} {
		hash := l.hash(tagShare, class, name)
		r := l.shares[hash]
		if r == nil {
			r = &ratio{}
			l.shares[hash] = r
		}
		r.part += min(t.starts, whole.views)
		r.whole += whole.views
	}
}

// share is that of a rendition in a folder, of titles like this one.
func (m *Model) share(titleDir, dir string) float64 {
	if len(dir) <= len(titleDir) {
		return usualShare
	}
	name := dir[len(titleDir):]
	all := m.shares[m.hash(tagShare, "", name)].shrunk(usualShare)
	return m.shares[m.hash(tagShare, section(titleDir), name)].shrunk(all)
}

package crawler

import (
	"hash/maphash"

	"github.com/edgewarm/edgewarm/internal/hashset"
)

// seen is the set of the URLs that a crawl has yielded. It holds no URL itself.
//
// What counts up, as the segments of a playlist do, is held as runs of numbers: a playlist of thousands of segments takes
// 16 bytes. Any other URL is held as a hash of 64 bits, in a part of the set that its folder chooses: what a playlist or a
// sitemap lists one after the other is mostly in one folder, and so in memory that is at hand.
type seen struct {
	seed   maphash.Seed
	hashes hashset.Set
	runs   [1 << 16]*runs // by the folder; nil for none
	counts int            // runs in them
}

// maxRuns bounds the runs in memory, to some 40 MB. What counts up beyond them is held as hashes, which may go to a file.
const maxRuns = 1 << 21

// newSeen returns an empty set. full is told why hashes that are more than memory is meant to hold stay there.
func newSeen(full func(error)) *seen {
	return &seen{seed: maphash.MakeSeed(), hashes: hashset.Set{Full: full}}
}

// add reports whether the URL, whose hash is h, was not there before, and holds it from now on.
func (s *seen) add(h *hashed, url string) bool {
	r := s.runs[h.folder]
	if r != nil && s.isCounted(r, h, url) {
		return false
	}
	slot, found := s.hashes.Find(h.folder, h.sum)
	if found {
		return false
	}
	if !h.next || !s.count(h) {
		s.hashes.Insert(slot)
	}
	return true
}

// isCounted reports whether the URL is in one of the runs.
func (s *seen) isCounted(r *runs, h *hashed, url string) bool {
	if h.next {
		return r.has(h.class, h.number)
	}
	for class, number := range countings(s.seed, url) {
		if r.has(class, number) {
			return true
		}
	}
	return false
}

// count holds a URL that counts up as part of a run; false when there are too many.
func (s *seen) count(h *hashed) bool {
	r := s.runs[h.folder]
	if r == nil {
		r = new(runs)
		s.runs[h.folder] = r
	}
	before := len(r.list)
	ok := r.add(h.class, h.number, s.counts < maxRuns)
	s.counts += len(r.list) - before
	return ok
}

// err is why nobody knows any more what the set has.
func (s *seen) err() error { return s.hashes.Err() }

// close ends the use of the set.
func (s *seen) close() { s.hashes.Close() }

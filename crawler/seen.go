package crawler

import (
	"encoding/binary"
	"hash/maphash"
)

// seen is the set of the URLs that a crawl has yielded. It holds no URL itself.
//
// What counts up, as the segments of a playlist do, is held as runs of numbers: a playlist of thousands of segments takes
// 16 bytes. Any other URL is held as a hash of 56 bits. By the birthday bound, one of 10 million is taken for another with
// a chance of 1 in 1,400.
//
// A crawl of millions of URLs may be mostly this set, so that it is as dense as can be and kind to the processor's caches.
// It is 65,536 parts, each a sorted array of entries of 40 bits and the runs. The folder of a URL chooses the part: what a
// playlist or a sitemap lists one after the other is mostly in one folder, and so in memory that is at hand. Once a part is
// full (a folder of many files, most often), its further entries go to parts that their own hash chooses.
//
// A hash takes less than 6 bytes, a map's 20 and more, and there is no moment at which all of it is held twice.
type seen struct {
	seed  maphash.Seed
	parts [1 << partBits]part
}

// part is what is chosen by the same 16 bits.
type part struct {
	entries entries
	runs    *runs // nil for none
}

const (
	partBits  = 16
	entryBits = 40
	entryMask = 1<<entryBits - 1
	// entryBytes is what an entry takes. Entries are read eight bytes at a time, so that each part ends with entryPad more.
	entryBytes = entryBits / 8
	entryPad   = 8 - entryBytes
	// fullPart bounds what is moved to make room in a part that a folder chooses, to some 10 KB.
	fullPart = 1 << 12
)

func newSeen() *seen { return &seen{seed: maphash.MakeSeed()} }

// add reports whether the URL, whose hash is h, was not there before, and holds it from now on.
func (s *seen) add(h *hashed, url string) bool {
	p := &s.parts[h.folder]
	if p.runs != nil && s.isCounted(p.runs, h, url) {
		return false
	}
	to, entry := p, h.entry()
	i, found := p.entries.find(entry)
	if !found && p.entries.len() >= fullPart {
		to = &s.parts[h.own()]
		i, found = to.entries.find(entry)
	}
	switch {
	case found:
		return false
	case !h.next || !p.count(h):
		to.entries.insert(i, entry)
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
func (p *part) count(h *hashed) bool {
	if p.runs == nil {
		p.runs = new(runs)
	}
	return p.runs.add(h.class, h.number)
}

// entries is a sorted array of entries, and entryPad bytes where there is one. They are spread evenly, so that the place of
// one is known to within some steps, and making room for it moves some hundred bytes.
type entries []byte

func (e entries) len() int { return max(len(e)-entryPad, 0) / entryBytes }

func (e entries) at(i int) uint64 {
	return binary.BigEndian.Uint64(e[i*entryBytes:]) >> (64 - entryBits)
}

// find returns where the entry is, or belongs. It begins where it would be if all were spread evenly.
func (e entries) find(entry uint64) (i int, found bool) {
	n := e.len()
	if n == 0 {
		return 0, false
	}
	i = int(entry * uint64(n) >> entryBits)
	for i > 0 && e.at(i-1) >= entry {
		i--
	}
	for i < n && e.at(i) < entry {
		i++
	}
	return i, i < n && e.at(i) == entry
}

func (e *entries) insert(i int, entry uint64) {
	n := e.len()
	need := (n+1)*entryBytes + entryPad
	if need > cap(*e) {
		// An eighth more: each entry is moved nine times on average, and a sixteenth of the memory is unused.
		grown := make(entries, need, need+(n/8+3)*entryBytes)
		copy(grown, *e)
		*e = grown
	}
	*e = (*e)[:need]
	from := i * entryBytes
	copy((*e)[from+entryBytes:], (*e)[from:n*entryBytes])
	(*e)[from] = byte(entry >> 32)
	binary.BigEndian.PutUint32((*e)[from+1:], uint32(entry))
}

package crawler

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"strings"
)

// seen is a set of 56-bit hashes: all that a crawl holds of the URLs that it has yielded. By the birthday bound, one of
// 10 million URLs is taken for another with a chance of 1 in 1,400.
//
// A crawl of millions of URLs is mostly this set, so that it is as dense as can be and kind to the processor's caches. It
// is 65,536 parts, each a sorted array of entries of 40 bits. The folder of a URL chooses the part: what a playlist or a
// sitemap lists one after the other is mostly in one folder, and so in memory that is at hand. Entries are spread evenly,
// so that the place of one in its part is known to within some steps, and making room for it moves some hundred bytes.
// Once a part is full (a folder of many files, most often), its further entries go to parts that their own hash chooses.
//
// A URL takes less than 6 bytes, a map's 20 and more, and there is no moment at which all of it is held twice.
type seen struct {
	seed  maphash.Seed
	parts [1 << partBits]part
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

// hashed is a URL as the set sees it.
type hashed struct {
	// folder is the part that its folder chooses, own the part that the whole of it does.
	folder, own uint16
	// entry is what is kept.
	entry uint64
}

// hasher makes hashes for one goroutine. It remembers the last folder, which is mostly that of the next URL too.
type hasher struct {
	seed   maphash.Seed
	folder string
	hashed uint64 // of folder
}

// hash is made of those of the folder and of the name, so that the folder's is made once for many.
func (h *hasher) hash(url string) hashed {
	name := strings.LastIndexByte(url, '/') + 1
	if folder := url[:name]; folder != h.folder {
		h.folder, h.hashed = folder, maphash.String(h.seed, folder)
	}
	hash := maphash.String(h.seed, url[name:]) ^ bits.RotateLeft64(h.hashed, 21)
	return hashed{folder: uint16(h.hashed >> 48), own: uint16(hash >> 48), entry: hash & entryMask}
}

// add reports whether the URL was not there before, and holds it from now on.
func (s *seen) add(h hashed) bool {
	p := &s.parts[h.folder]
	i, found := p.find(h.entry)
	if found {
		return false
	}
	if p.len() >= fullPart {
		p = &s.parts[h.own]
		if i, found = p.find(h.entry); found {
			return false
		}
	}
	p.insert(i, h.entry)
	return true
}

// part is a sorted array of entries, and entryPad bytes where there is one.
type part []byte

func (p part) len() int { return max(len(p)-entryPad, 0) / entryBytes }

func (p part) at(i int) uint64 {
	return binary.BigEndian.Uint64(p[i*entryBytes:]) >> (64 - entryBits)
}

// find returns where the entry is, or belongs. It begins where it would be if all were spread evenly.
func (p part) find(entry uint64) (i int, found bool) {
	n := p.len()
	if n == 0 {
		return 0, false
	}
	i = int(entry * uint64(n) >> entryBits)
	for i > 0 && p.at(i-1) >= entry {
		i--
	}
	for i < n && p.at(i) < entry {
		i++
	}
	return i, i < n && p.at(i) == entry
}

func (p *part) insert(i int, entry uint64) {
	n := p.len()
	need := (n+1)*entryBytes + entryPad
	if need > cap(*p) {
		// An eighth more: each entry is moved nine times on average, and a sixteenth of the memory is unused.
		grown := make(part, need, need+(n/8+3)*entryBytes)
		copy(grown, *p)
		*p = grown
	}
	*p = (*p)[:need]
	from := i * entryBytes
	copy((*p)[from+entryBytes:], (*p)[from:n*entryBytes])
	(*p)[from] = byte(entry >> 32)
	binary.BigEndian.PutUint32((*p)[from+1:], uint32(entry))
}

package crawler

import "hash/maphash"

// seen is a set of 64-bit hashes: all that a crawl holds of the URLs that it has yielded. By the birthday bound, one of
// 10 million URLs is taken for another with a chance of 1 in 370,000.
//
// It is an open-addressing table of bare hashes, a third of the size of a map: a crawl of millions of URLs is mostly
// this. 0 marks an empty slot.
type seen struct {
	slots []uint64
	used  int
	seed  maphash.Seed
}

// firstSlots is the size of a new table, and a power of two as all sizes are.
const firstSlots = 1 << 10

func newSeen() *seen {
	return &seen{slots: make([]uint64, firstSlots), seed: maphash.MakeSeed()}
}

// hash may be called by any goroutine.
func (s *seen) hash(url string) uint64 {
	return max(maphash.String(s.seed, url), 1)
}

// add reports whether the hash was not there before, and holds it from now on.
func (s *seen) add(hash uint64) bool {
	if !insert(s.slots, hash) {
		return false
	}
	s.used++
	// Linear probing slows down steeply past this load.
	if s.used > len(s.slots)/4*3 {
		s.grow()
	}
	return true
}

func (s *seen) grow() {
	slots := make([]uint64, 2*len(s.slots))
	for _, hash := range s.slots {
		if hash != 0 {
			insert(slots, hash)
		}
	}
	s.slots = slots
}

func insert(slots []uint64, hash uint64) bool {
	mask := uint64(len(slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		switch slots[i] {
		case hash:
			return false
		case 0:
			slots[i] = hash
			return true
		}
	}
}

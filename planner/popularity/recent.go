package popularity

import (
	"math/bits"
	"unsafe"
)

// recent remembers the hashes that it was given within a bound. They lie in sets that are one line of a processor's cache
// each, the youngest first; a set that is full forgets its oldest. So a hash is forgotten after about as many others as
// there is room for: one in a thousand after a quarter of that.
type recent struct {
	sets []set
	// shift makes the number of a set from a hash. It takes the upper bits, so that growing reads and writes in order.
	shift uint8
	used  int
	// max is the number of sets, a power of two.
	max int
}

// set holds hashes from its beginning; 0 is none.
type set [8]uint64

const (
	setSize  = int64(unsafe.Sizeof(set{}))
	minSets  = 1 << 9
	setsGrow = 8 // times as many at once: it is done twice before there are a million
)

// newRecent returns one that takes at most the given bytes, with the least that makes sense.
func newRecent(bytes int64) *recent {
	r := &recent{max: minSets}
	for int64(r.max)*2*setSize <= bytes {
		r.max *= 2
	}
	return r
}

// add notes a hash other than 0, and reports whether it was there before.
func (r *recent) add(hash uint64) (before bool) {
	if r.used >= len(r.sets)*len(set{})/2 && len(r.sets) < r.max {
		r.grow()
	}
	s := &r.sets[hash>>r.shift]
	for _, h := range s {
		if h == hash {
			return true
		}
	}
	s.push(hash)
	r.used++
	return false
}

func (s *set) push(hash uint64) {
	copy(s[1:], s[:])
	s[0] = hash
}

// touch loads what add will look at.
func (r *recent) touch(hash uint64) uint64 {
	if len(r.sets) == 0 {
		return 0
	}
	return r.sets[hash>>r.shift][0]
}

func (r *recent) grow() {
	old := r.sets
	r.sets = make([]set, min(max(minSets, setsGrow*len(old)), r.max))
	r.shift = uint8(64 - bits.Len(uint(len(r.sets)-1)))
	for i := range old {
		for j := len(old[i]) - 1; j >= 0; j-- {
			if h := old[i][j]; h != 0 {
				r.sets[h>>r.shift].push(h)
			}
		}
	}
}

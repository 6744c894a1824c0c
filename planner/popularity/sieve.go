package popularity

import (
	"hash/maphash"
	"math/bits"
)

// sieve tells most of what a log does not have, in so little memory that the processor has it at hand: of a site most URLs
// were not asked for, and to look for each of them in the table would wait for memory every time.
type sieve struct {
	// words have a bit set for each hash of the table; nil tells nothing.
	words []uint64
	shift uint8
}

// sieveBits is how many bits there are for each hash at least: one in so many absent ones is looked for in vain at most.
const sieveBits = 16

func newSieve(s *store) sieve {
	if s.present[pathOnly] > 0 || s.table.used == 0 {
		return sieve{} // what has no host is found by another hash, too
	}
	power := max(bits.Len(uint(sieveBits*s.table.used-1)), 6)
	v := sieve{words: make([]uint64, 1<<(power-6)), shift: uint8(64 - power)}
	for _, slot := range s.table.slots {
		if slot.entry != 0 {
			at := slot.hash >> v.shift
			v.words[at>>6] |= 1 << (at & 63)
		}
	}
	return v
}

// lacks is true only of a key that the store has nothing of.
func (v *sieve) lacks(s *store, key string) bool {
	if v.words == nil {
		return false
	}
	hash := maphash.String(s.seed, key)
	for c, n := range s.present {
		at := (hash ^ tags[c]) >> v.shift
		if n > 0 && v.words[at>>6]&(1<<(at&63)) != 0 {
			return false
		}
	}
	return true
}

package hashset

import (
	"encoding/binary"
	"math/bits"
)

// entries is a sorted array of numbers of 48 bits, and entryPad bytes where there is one. They are spread evenly, so that
// the place of one is known to within some steps, and making room for it moves some hundred bytes.
type entries []byte

const (
	entryBits = 48
	entryMask = 1<<entryBits - 1
	// entryBytes is what an entry takes. Entries are read eight bytes at a time, so that each array ends with entryPad more.
	entryBytes = entryBits / 8
	entryPad   = 8 - entryBytes
)

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
	expected, _ := bits.Mul64(entry<<(64-entryBits), uint64(n))
	i = int(expected)
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
	binary.BigEndian.PutUint16((*e)[from:], uint16(entry>>32))
	binary.BigEndian.PutUint32((*e)[from+2:], uint32(entry))
}

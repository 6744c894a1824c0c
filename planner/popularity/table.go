package popularity

import "math/bits"

// table finds the entry of a URL by the 64-bit hash of its key. The hash alone tells: with a million URLs two of them
// share one with a chance of one in 40 million, and its seed is drawn anew in each process, so nobody can make two.
// A raw spelling of a URL may have a slot of its own, an alias, which leads to the same entry.
type table struct {
	slots []slot
	// shift makes a place of a hash. It takes the upper bits, so that growing reads and writes in order.
	shift   uint8
	used    int
	aliases int
}

// slot holds the number of an entry plus one; 0 is an empty slot.
type slot struct {
	hash  uint64
	entry uint32
	alias bool
}

const (
	slotSize = 16
	minSlots = 1 << 10
)

// find returns the number of the entry.
func (t *table) find(hash uint64) (uint32, bool) {
	if len(t.slots) == 0 {
		return 0, false
	}
	mask := uint64(len(t.slots) - 1)
	for i := hash >> t.shift; ; i++ {
		s := &t.slots[i&mask]
		if s.entry == 0 {
			return 0, false
		}
		if s.hash == hash {
			return s.entry - 1, true
		}
	}
}

// touch loads the slot that find will look at first.
func (t *table) touch(hash uint64) uint64 {
	if len(t.slots) == 0 {
		return 0
	}
	return t.slots[hash>>t.shift].hash
}

// full tells that grow must come before the next put.
func (t *table) full() bool { return t.used*4 >= len(t.slots)*3 }

// put adds a hash that is not there.
func (t *table) put(hash uint64, entry uint32, alias bool) {
	t.place(slot{hash, entry + 1, alias})
	t.used++
	if alias {
		t.aliases++
	}
}

func (t *table) place(s slot) {
	mask := uint64(len(t.slots) - 1)
	i := s.hash >> t.shift
	for t.slots[i&mask].entry != 0 {
		i++
	}
	t.slots[i&mask] = s
}

// grown is how many slots there are after the next grow.
func (t *table) grown() int { return max(minSlots, 2*len(t.slots)) }

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, t.grown())
	t.shift = uint8(64 - bits.Len(uint(len(t.slots)-1)))
	for _, s := range old {
		if s.entry != 0 {
			t.place(s)
		}
	}
}

// clear empties the table and keeps its room.
func (t *table) clear() {
	clear(t.slots)
	t.used, t.aliases = 0, 0
}

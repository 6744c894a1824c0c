package popularity

import (
	"hash/maphash"
	"unsafe"
)

// class says what of a URL a key holds: logs differ in what they tell. A request of one class may be for a URL of
// another, see demand.
type class uint8

const (
	anyScheme class = iota // host and path; http and https alike
	secure                 // the same, of https
	plain                  // the same, of http
	pathOnly               // the path, on any host
	classes
)

// tags set the classes apart in a hash; any odd constants do.
var tags = [classes]uint64{0, 0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f, 0x165667b19e3779f9}

// entry is what is counted for one key.
type entry struct {
	requests, misses, bytes float64
	// lost is how much may have been counted and dropped before this entry was made.
	lost float64
	// block, from and size say where the key is.
	block, from uint32
	// first is when it was first asked for, in Unix seconds; 0 when no line told.
	first   uint32
	size    uint16
	class   class
	profile uint8
}

const (
	entrySize = int64(unsafe.Sizeof(entry{}))
	// chunk is how many entries are allocated at a time, and blockSize how many bytes of keys: small against the least
	// memory that a counter has, and large enough to be few.
	chunkShift = 10
	chunk      = 1 << chunkShift
	blockSize  = 128 << 10
)

// store holds the entries of all keys within a budget of bytes. Entries and keys lie in order of arrival and never move
// but when some are dropped.
type store struct {
	budget int64
	// scale is what counts are multiplied with when they are asked for; see rescale.
	scale  float64
	seed   maphash.Seed
	table  table
	chunks []*[chunk]entry
	blocks [][]byte
	// size is the number of entries; block the one that keys are put into.
	size, block int
	// present counts the entries of each class.
	present [classes]int
	// lost is by how much any count may be short: 0 until something is dropped.
	lost float64
	// told is the requests whose line says whether the cache had it.
	told     float64
	profiles profiles
}

func (s *store) entry(i uint32) *entry { return &s.chunks[i>>chunkShift][i&(chunk-1)] }

func (s *store) key(e *entry) []byte {
	return s.blocks[e.block][e.from : e.from+uint32(e.size)]
}

func (s *store) hash(c class, key []byte) uint64 { return maphash.Bytes(s.seed, key) ^ tags[c] }

// bytes is what is held now.
func (s *store) bytes() int64 {
	return int64(len(s.table.slots))*slotSize + int64(len(s.chunks))*chunk*entrySize + int64(len(s.blocks))*blockSize
}

// add makes an entry for a key that has none, and reports whether others were dropped for it: then the numbers of
// entries have changed.
func (s *store) add(hash uint64, c class, key string) (i uint32, dropped bool) {
	if !s.room(len(key)) {
		s.drop()
		dropped = true
	}
	if s.table.full() {
		s.table.grow()
	}
	i = uint32(s.size)
	s.append(entry{lost: s.lost, class: c, size: uint16(len(key)), profile: s.profiles.class(s.seed, key)}, key)
	s.table.put(hash, i, false)
	s.present[c]++
	return i, dropped
}

// room tells whether one more entry is within the budget, whatever must be allocated for it. Aliases go first.
func (s *store) room(key int) bool {
	need := int64(0)
	if s.table.full() {
		if s.table.aliases*2 > s.table.used || s.bytes()+int64(s.table.grown())*slotSize > s.budget {
			s.forgetAliases()
		}
		if s.table.full() {
			need += int64(s.table.grown()) * slotSize
		}
	}
	if s.size == len(s.chunks)*chunk {
		need += chunk * entrySize
	}
	if s.block+1 >= len(s.blocks) && (len(s.blocks) == 0 || len(s.blocks[s.block])+key > blockSize) {
		need += blockSize
	}
	return need == 0 || s.bytes()+need <= s.budget
}

// append puts an entry at the end.
func (s *store) append(e entry, key string) {
	if len(s.blocks) == 0 {
		s.blocks = append(s.blocks, make([]byte, 0, blockSize))
	}
	if len(s.blocks[s.block])+len(key) > blockSize {
		s.block++
		if s.block == len(s.blocks) {
			s.blocks = append(s.blocks, make([]byte, 0, blockSize))
		}
	}
	b := &s.blocks[s.block]
	e.block, e.from = uint32(s.block), uint32(len(*b))
	*b = append(*b, key...)
	if s.size == len(s.chunks)*chunk {
		s.chunks = append(s.chunks, new([chunk]entry))
	}
	*s.entry(uint32(s.size)) = e
	s.size++
}

// alias makes another hash lead to an entry, while there is room: it only spares work.
func (s *store) alias(hash uint64, i uint32) {
	if s.table.full() {
		if s.table.aliases*2 > s.table.used || s.bytes()+int64(s.table.grown())*slotSize > s.budget {
			s.forgetAliases()
		}
		if s.table.full() {
			if s.bytes()+int64(s.table.grown())*slotSize > s.budget {
				return
			}
			s.table.grow()
		}
	}
	s.table.put(hash, i, true)
}

// forgetAliases makes the table anew from the entries.
func (s *store) forgetAliases() {
	if s.table.aliases > 0 {
		s.index()
	}
}

func (s *store) index() {
	s.table.clear()
	for i := range s.size {
		e := s.entry(uint32(i))
		s.table.put(s.hash(e.class, s.key(e)), uint32(i), false)
	}
}

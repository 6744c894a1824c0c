package crawler

import (
	"encoding/binary"
	"hash/maphash"
)

// seen is a set of 56-bit hashes: all that a crawl holds of the URLs that it has yielded. By the birthday bound, one of
// 10 million URLs is taken for another with a chance of 1 in 1,400.
//
// A crawl of millions of URLs is mostly this set, so that it is as dense as can be: the first 16 bits of a hash choose one
// of 65,536 parts, each a sorted array of the 40 bits that are left. Hashes are spread evenly, so that the place of one
// in its part is known to within a step or two, and parts are short, so that making room moves some hundred bytes. A URL
// takes 6 bytes where an open table of whole hashes takes 11 to 21, and a map 20 and more; there is no moment at which a
// table and its double are both held.
type seen struct {
	seed  maphash.Seed
	parts [1 << 16][]byte
	// touched keeps the compiler from leaving out what warmUp reads.
	touched byte
}

// entryBytes is what one URL takes. Entries are read eight bytes at a time, so that each part ends with entryPad bytes.
const (
	entryBytes = 5
	entryPad   = 8 - entryBytes
)

func newSeen() *seen { return &seen{seed: maphash.MakeSeed()} }

// hash may be called by any goroutine.
func (s *seen) hash(url string) uint64 { return maphash.String(s.seed, url) }

// add reports whether the hash was not there before, and holds it from now on.
func (s *seen) add(hash uint64) bool {
	part := &s.parts[hash>>48]
	entry := hash << 16 >> 24
	i, found := find(*part, entry)
	if found {
		return false
	}
	*part = insert(*part, i, entry)
	return true
}

// warmUp reads what add is about to look at, so that the waits for memory of many hashes overlap.
func (s *seen) warmUp(items []item) {
	var sum byte
	for i := range items {
		if part := s.parts[items[i].hash>>48]; len(part) > 0 {
			sum ^= part[guess(part, items[i].hash<<16>>24)*entryBytes]
		}
	}
	s.touched = sum
}

func count(part []byte) int { return max(len(part)-entryPad, 0) / entryBytes }

// guess is where the entry would be if all were spread evenly; less than count, which is not 0.
func guess(part []byte, entry uint64) int {
	return int(entry * uint64(count(part)) >> 40)
}

func at(part []byte, i int) uint64 {
	return binary.BigEndian.Uint64(part[i*entryBytes:]) >> 24
}

// find returns the index of the entry, or where it belongs.
func find(part []byte, entry uint64) (i int, found bool) {
	n := count(part)
	if n == 0 {
		return 0, false
	}
	i = guess(part, entry)
	for i > 0 && at(part, i-1) >= entry {
		i--
	}
	for i < n && at(part, i) < entry {
		i++
	}
	return i, i < n && at(part, i) == entry
}

func insert(part []byte, i int, entry uint64) []byte {
	n := count(part)
	if need := (n+1)*entryBytes + entryPad; need > cap(part) {
		// An eighth more than it holds: growing costs nine moves an entry, and leaves a sixteenth of the memory unused.
		grown := make([]byte, need, need+(n/8+3)*entryBytes)
		copy(grown, part)
		part = grown
	} else {
		part = part[:need]
	}
	from := i * entryBytes
	copy(part[from+entryBytes:], part[from:n*entryBytes])
	part[from] = byte(entry >> 32)
	binary.BigEndian.PutUint32(part[from+1:], uint32(entry))
	return part
}

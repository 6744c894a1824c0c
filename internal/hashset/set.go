package hashset

import "cmp"

// Set is a set of hashes. Its zero value is empty. One goroutine may use it.
//
// It is 65,536 parts, each a sorted array. A hint chooses the part of a hash: where hashes that come one after the other
// have the same hint, as those of URLs of one folder, they are in memory that is at hand. Once a part is full, its further
// hashes go to parts that they choose themselves.
type Set struct {
	// Limit is how many hashes are held in memory: 0 means 12,582,912, which take some 80 MB.
	Limit int
	// Full is told why the hashes that go past Limit could not be written to a file. They are held in memory then, and it is
	// tried again when they are twice as many. nil tells nobody.
	Full func(error)

	parts [1 << partBits]entries
	held  int // in parts
	tries int // to write a file that failed, since one did not
	file  file
	err   error
}

const (
	partBits = 16
	// defaultLimit is some 80 MB: with the filter, and the garbage beside both, a third of what the whole process may take.
	defaultLimit = 12 << 20
	// fullPart bounds what is moved to make room in a part that a hint chooses, to some 12 KB.
	fullPart = 1 << 12
)

// Slot is where a hash belongs that is not in the set.
type Slot struct {
	part  *entries
	index int
	entry uint64
}

// Find reports whether the hash is in the set, and otherwise where it belongs until the set is changed. The same hash must
// come with the same hint.
func (s *Set) Find(hint uint16, hash uint64) (slot Slot, found bool) {
	entry := hash & entryMask
	own := uint16(hash >> entryBits)
	part := &s.parts[hint]
	i, found := part.find(entry)
	if !found && part.len() >= fullPart {
		part = &s.parts[own]
		i, found = part.find(entry)
	}
	if !found && s.file.count > 0 {
		found = s.inFile(hint, own, entry)
	}
	return Slot{part, i, entry}, found
}

// inFile reports whether the hash was written to the file, from either of the parts that it may have been in. When that
// cannot be read, it is taken for known: nothing comes twice.
func (s *Set) inFile(hint, own uint16, entry uint64) (found bool) {
	if s.err == nil {
		found, s.err = s.file.has(entry, key(hint, entry), key(own, entry))
	}
	return found || s.err != nil
}

// Insert puts a hash into the slot that Find has found for it.
func (s *Set) Insert(slot Slot) {
	slot.part.insert(slot.index, slot.entry)
	if s.held++; s.held >= cmp.Or(s.Limit, defaultLimit)<<s.tries {
		s.spill()
	}
}

// Add reports whether the hash was not in the set, and puts it there.
func (s *Set) Add(hint uint16, hash uint64) bool {
	slot, found := s.Find(hint, hash)
	if !found {
		s.Insert(slot)
	}
	return !found
}

// Len is how many hashes the set has.
func (s *Set) Len() int { return s.held + s.file.count }

// Err is why hashes could not be read from the file. From then on all are taken for known.
func (s *Set) Err() error { return s.err }

// Close removes the file, if there is one. The set must not be used any more.
func (s *Set) Close() { s.file.close() }

// spill moves what is held to the file, in its order: that of the parts, and in each of its entries.
func (s *Set) spill() {
	if err := s.file.merge(s.keys, s.held); err != nil {
		s.tries++
		if s.Full != nil {
			s.Full(err)
		}
		return
	}
	for i := range s.parts {
		s.parts[i] = s.parts[i][:0]
	}
	s.held, s.tries = 0, 0
}

// key is the hash as the file has it.
func key(part uint16, entry uint64) uint64 { return uint64(part)<<entryBits | entry }

// keys yields the hashes in memory in ascending order.
func (s *Set) keys(yield func(uint64) bool) {
	for part := range s.parts {
		e := &s.parts[part]
		for i := range e.len() {
			if !yield(key(uint16(part), e.at(i))) {
				return
			}
		}
	}
}

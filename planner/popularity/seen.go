package popularity

// seen remembers what it was given within a bound, in two generations: when the younger is full the older is forgotten.
// So the last n are remembered for sure, with n what a generation holds, and at most twice as many.
type seen struct {
	young, old []mark
	used       int
	// max is the slots of a generation, a power of two.
	max int
}

// mark is one thing that was seen.
type mark struct {
	hash uint64
	// last is when, in Unix seconds, which fit until 2106; missed whether the cache missed any of it.
	last   uint32
	taken  bool
	missed bool
}

const (
	markSize = 16
	minMarks = 1 << 8
)

// newSeen returns one that takes at most the given bytes, with the least that makes sense.
func newSeen(bytes int64) *seen {
	s := &seen{max: minMarks}
	for int64(s.max)*2*2*markSize <= bytes {
		s.max *= 2
	}
	return s
}

// mark finds what was seen, or notes it. The mark is valid until the next call.
func (s *seen) mark(hash uint64) (m *mark, before bool) {
	if s.used*4 >= len(s.young)*3 {
		s.makeRoom()
	}
	m = probe(s.young, hash)
	if m.taken {
		return m, true
	}
	s.used++
	if len(s.old) > 0 {
		if o := probe(s.old, hash); o.taken {
			*m = *o
			return m, true
		}
	}
	*m = mark{hash: hash, taken: true}
	return m, false
}

// probe returns the mark of a hash, or the empty one where it belongs.
func probe(marks []mark, hash uint64) *mark {
	mask := uint64(len(marks) - 1)
	i := hash & mask
	for marks[i].taken && marks[i].hash != hash {
		i = (i + 1) & mask
	}
	return &marks[i]
}

func (s *seen) makeRoom() {
	if len(s.young) < s.max {
		from := s.young
		s.young = make([]mark, max(minMarks, 2*len(from)))
		for _, m := range from {
			if m.taken {
				*probe(s.young, m.hash) = m
			}
		}
		return
	}
	s.young, s.old = s.old, s.young
	s.used = 0
	if s.young == nil {
		s.young = make([]mark, s.max)
		return
	}
	clear(s.young)
}

// forget empties it.
func (s *seen) forget() {
	clear(s.young)
	s.old, s.used = nil, 0
}

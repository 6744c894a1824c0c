package popularity

import "slices"

// sampled is how many entries the median is taken of: enough to be within a percent or two of it.
const sampled = 8 << 10

// drop makes room by leaving out half of the entries, those with the fewest requests. What such a URL had is lost, and
// at most the median; so that much may be missing from any entry that is made from now on, which its lost says.
//
// This is the sketch of Misra and Gries in the form of Anderson and others ("A High-Performance Algorithm for Identifying
// Frequent Items in Data Streams", 2017), which drops half at a time. Each time the bound rises by d, half of the K
// entries lose d of what they have above it, and all that they have was counted: so it is never more than 2/K of all
// requests. What is counted for an entry is exact since it was made.
func (s *store) drop() {
	s.forgetAliases()
	bound := s.median()
	half, dropped, size := s.size/2, 0, s.size
	s.size, s.block, s.present = 0, 0, [classes]int{}
	var filled int // bytes of s.blocks[s.block] that are kept
	for i := range size {
		e := *s.entry(uint32(i))
		if upper := e.requests + e.lost; upper < bound || upper == bound && dropped < half {
			dropped++
			continue
		}
		key := s.key(&e)
		if filled+len(key) > blockSize {
			s.blocks[s.block] = s.blocks[s.block][:filled]
			s.block++
			filled = 0
		}
		b := s.blocks[s.block]
		copy(b[filled:cap(b)][:len(key)], key) // a key only ever moves towards the beginning
		e.block, e.from = uint32(s.block), uint32(filled)
		filled += len(key)
		*s.entry(uint32(s.size)) = e
		s.size++
		s.present[e.class]++
	}
	s.blocks[s.block] = s.blocks[s.block][:filled]
	for i := s.block + 1; i < len(s.blocks); i++ {
		s.blocks[i] = s.blocks[i][:0]
	}
	s.lost = max(s.lost, bound)
	s.index()
}

// median is near that of what the entries may have had, taken from entries at equal distances.
func (s *store) median() float64 {
	step := max(1, s.size/sampled)
	values := make([]float64, 0, s.size/step+1)
	for i := 0; i < s.size; i += step {
		e := s.entry(uint32(i))
		values = append(values, e.requests+e.lost)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

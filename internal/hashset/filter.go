package hashset

// filter knows most of the entries that were never added to it (Putze, Sanders and Singler, Cache-, Hash- and
// Space-Efficient Bloom Filters, 2007). It has a fixed size: the more are added, the less it knows, and the more is read.
type filter []uint64

const (
	// filterWords is 32 MiB: beside 30 million entries it knows 39 of 40 others, beside 100 million five of eight.
	filterWords = 1 << 22
	filterBits  = 4 // an entry, all in one word, which costs one access to memory
)

// word and mask are where the bits of an entry are.
func (f filter) word(entry uint64) (index int, mask uint64) {
	mixed := entry * 0x9e3779b97f4a7c15 // the golden ratio, which spreads what the entry has over the highest bits
	index = int(mixed >> 42 & (filterWords - 1))
	for range filterBits {
		mixed = mixed*0xd1342543de82ef95 + 1
		mask |= 1 << (mixed >> 58)
	}
	return index, mask
}

func (f filter) add(entry uint64) {
	i, mask := f.word(entry)
	f[i] |= mask
}

func (f filter) mayHave(entry uint64) bool {
	i, mask := f.word(entry)
	return f[i]&mask == mask
}

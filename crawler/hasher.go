package crawler

import (
	"hash/maphash"
	"iter"
	"math/bits"
	"strings"
)

// hashed is a URL as the set of those that were seen sees it.
type hashed struct {
	sum uint64 // of the whole URL
	// class and number are of a URL that is the one hashed before it with a number in it counted up by one, and so were
	// minRun before it: number is it, and class what stands for the rest. next is set then.
	class  uint64
	number uint32
	next   bool
	// folder is the part of the set that its folder chooses.
	folder uint16
}

// hasher makes hashes for one goroutine. It remembers the last URL, which the next one is mostly like: of the same folder,
// and often the same but for a number.
type hasher struct {
	seed maphash.Seed
	// folder and name are the last URL, sum is the hash of the folder.
	folder, name string
	sum          uint64
	// from and to are where in name a number is that was counted up so many times, value its value and class its class; to is
	// 0 for none.
	from, to, times int
	value           uint32
	class           uint64
}

// minRun is how many URLs count up before they are taken for a run, which takes as much as three hashes.
const minRun = 4

// hash is made of those of the folder and of the name, so that the folder's is made once for many.
func (h *hasher) hash(url string, out *hashed) {
	i := strings.LastIndexByte(url, '/') + 1
	folder, name := url[:i], url[i:]
	if folder != h.folder {
		h.folder, h.sum, h.name = folder, maphash.String(h.seed, folder), ""
	}
	out.sum = maphash.String(h.seed, name) ^ bits.RotateLeft64(h.sum, 21)
	out.folder = uint16(h.sum >> 48)
	if out.next = h.counts(name); out.next {
		out.number, out.class = h.value, h.class
	}
	h.name = name
}

// counts reports whether the name goes on with a run, by the number value.
func (h *hasher) counts(name string) bool {
	if len(name) != len(h.name) {
		h.to = 0
		return false
	}
	if h.to == 0 {
		h.from, h.to = h.counter(name)
		h.times = 0
	}
	value, ok := digits(name[h.from:h.to])
	ok = ok && value == h.value+1 && name[:h.from] == h.name[:h.from] && name[h.to:] == h.name[h.to:]
	h.value = value
	if !ok {
		h.to = 0
		return false
	}
	if h.times++; h.times == minRun {
		h.class = class(h.seed, h.sum, name, h.from, h.to)
	}
	return h.times >= minRun
}

// counter finds the number by which the name differs from the last one, and sets value to what it was there. It is nothing
// where they differ in anything else first, or where countings would not look for it.
func (h *hasher) counter(name string) (from, to int) {
	for to < len(name) && name[to] == h.name[to] {
		to++
	}
	for from = to; from > 0 && isDigit(name[from-1]); from-- {
	}
	for to < len(name) && isDigit(name[to]) {
		to++
	}
	from = max(from, to-maxDigits)
	value, ok := digits(h.name[from:to])
	if h.value = value; !ok || groups(name[to:]) >= maxCountings {
		return 0, 0
	}
	return from, to
}

const (
	// maxDigits is how many digits of a number count: those before them are part of the class. It fits 32 bits.
	maxDigits = 9
	// maxCountings is how many numbers of a name are looked at, from its end: names of segments have one to five.
	maxCountings = 8
)

// countings are all numbers of a URL that may have been counted up, and the classes of what remains: those of two URLs are
// the same when the URLs differ in that number only, and not in how many digits it has.
func countings(seed maphash.Seed, url string) iter.Seq2[uint64, uint32] {
	return func(yield func(uint64, uint32) bool) {
		i := strings.LastIndexByte(url, '/') + 1
		folder, name := maphash.String(seed, url[:i]), url[i:]
		to := len(name)
		for range maxCountings {
			for to > 0 && !isDigit(name[to-1]) {
				to--
			}
			start := to
			for start > 0 && isDigit(name[start-1]) {
				start--
			}
			if start == to {
				return
			}
			from := max(start, to-maxDigits)
			value, _ := digits(name[from:to])
			if !yield(class(seed, folder, name, from, to), value) {
				return
			}
			to = start
		}
	}
}

// class stands for all of a URL but the number that is at from in its name, its length included.
func class(seed maphash.Seed, folder uint64, name string, from, to int) uint64 {
	c := bits.RotateLeft64(folder, 7) ^ maphash.String(seed, name[:from])
	c = c*0x9e3779b97f4a7c15 ^ maphash.String(seed, name[to:]) // the golden ratio, so that the two cannot change places
	return (c ^ c>>32) + uint64(to-from)
}

// groups counts the numbers in a name.
func groups(name string) (n int) {
	for i := range len(name) {
		if isDigit(name[i]) && (i == 0 || !isDigit(name[i-1])) {
			n++
		}
	}
	return n
}

// digits is the value of up to maxDigits digits; false for anything else.
func digits(s string) (value uint32, ok bool) {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, false
		}
		value = value*10 + uint32(s[i]-'0')
	}
	return value, len(s) > 0 && len(s) <= maxDigits
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

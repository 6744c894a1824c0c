package crawler

import "slices"

// runs are ranges of numbers in URLs that are the same but for them, by the class of those; see countings. They are sorted,
// and none touches another.
type runs struct {
	list []run
	last int // the one that was found or changed last: most often that of the next number too
}

// run holds the URLs of a class whose numbers are first to last.
type run struct {
	class       uint64
	first, last uint32
}

// fullRuns bounds what is moved to make room for one, to some 30 KB.
const fullRuns = 1 << 12

// has reports whether the number of the class is in a run.
func (r *runs) has(class uint64, number uint32) bool {
	i := r.before(class, number)
	return i >= 0 && r.list[i].class == class && number <= r.list[i].last
}

// before returns the last run that begins at or before the number, -1 for none.
func (r *runs) before(class uint64, number uint32) int {
	if i := r.last; i < len(r.list) && !r.list[i].after(class, number) && (i+1 == len(r.list) || r.list[i+1].after(class, number)) {
		return i
	}
	low, high := 0, len(r.list)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if r.list[middle].after(class, number) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	r.last = max(low-1, 0)
	return low - 1
}

// after reports whether the run begins behind the number.
func (r *run) after(class uint64, number uint32) bool {
	return r.class > class || r.class == class && r.first > number
}

// add holds a number that is in no run; false when that takes a new one and there is no room for it, here or at all.
func (r *runs) add(class uint64, number uint32, room bool) bool {
	i := r.before(class, number)
	follows := i >= 0 && r.list[i].class == class && r.list[i].last+1 == number
	precedes := i+1 < len(r.list) && r.list[i+1].class == class && r.list[i+1].first == number+1
	switch {
	case follows && precedes:
		r.list[i].last = r.list[i+1].last
		r.list = slices.Delete(r.list, i+1, i+2)
	case follows:
		r.list[i].last = number
	case precedes:
		r.list[i+1].first = number
	case !room || len(r.list) >= fullRuns:
		return false
	default:
		r.list = slices.Insert(r.list, i+1, run{class, number, number})
		r.last = i + 1
	}
	return true
}

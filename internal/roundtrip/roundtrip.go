// Package roundtrip knows how long calls are on their way at least, from how long they took.
package roundtrip

import (
	"slices"
	"sync"
	"time"
)

const (
	// kept is how many calls are looked back at: some seconds of them, so that a way that became longer is known soon.
	kept = 128
	// enough is how many calls tell something. Fewer may all have been slow.
	enough = 40
	// most bounds what is told: nearly as long as light takes around the earth and back. What takes longer waits elsewhere.
	most = 250 * time.Millisecond
)

// Times are those of the newest calls. Its zero value is ready, and it is safe for several goroutines.
type Times struct {
	mu     sync.Mutex
	took   []time.Duration // a ring
	next   int
	sorted []time.Duration
}

// Add notes that a call was answered after d.
func (t *Times) Add(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.took) < kept {
		t.took = append(t.took, d)
	} else {
		old, _ := slices.BinarySearch(t.sorted, t.took[t.next])
		t.sorted = slices.Delete(t.sorted, old, old+1)
		t.took[t.next] = d
		t.next = (t.next + 1) % kept
	}
	place, _ := slices.BinarySearch(t.sorted, d)
	t.sorted = slices.Insert(t.sorted, place, d)
}

// Least is what the way there of any call and the way back of any other take together at least, 0 while that is not known.
//
// Such a pair takes as long as some call does, as long as nothing changes, so that it is hardly ever below the shortest of
// many. As much is taken off as the shortest is below the median, so that it is 0 where calls differ much.
func (t *Times) Least() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.sorted) < enough {
		return 0
	}
	return min(max(2*t.sorted[0]-t.sorted[len(t.sorted)/2], 0), most)
}

// Forget is for when something did change.
func (t *Times) Forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.took, t.next, t.sorted = nil, 0, nil
}

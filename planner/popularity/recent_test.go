package popularity

import (
	"math/rand/v2"
	"testing"
)

// TestRecent wants every hash remembered while there is room, and nearly all of a quarter of the room beyond it.
func TestRecent(t *testing.T) {
	t.Parallel()
	r := newRecent(1 << 20)
	room := r.max * len(set{})
	hashes := make([]uint64, room/4)
	source := rand.New(rand.NewPCG(1, 2))
	again := func() (n int) {
		for _, h := range hashes {
			if r.add(h) {
				n++
			}
		}
		return n
	}
	for round := range 20 { // five times what there is room for
		for i := range hashes {
			hashes[i] = source.Uint64() | 1
		}
		if n := again(); n != 0 {
			t.Fatalf("round %d: %d new hashes were seen before", round, n)
		}
		if n := again(); n < len(hashes)*99/100 {
			t.Fatalf("round %d: %d of %d hashes are remembered", round, n, len(hashes))
		}
	}
	if len(r.sets) != r.max || int64(len(r.sets))*setSize > 1<<20 {
		t.Errorf("%d sets, want the %d that fit", len(r.sets), r.max)
	}
}

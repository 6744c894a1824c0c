package crawler

import (
	"math/rand/v2"
	"testing"
)

// The set agrees with a map, whatever comes: evenly spread hashes, and some that share their first bits, which is slow
// and does not happen.
func TestSeenAgreesWithAMap(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	s, want := newSeen(), map[uint64]bool{}
	for range 40_000 {
		hash := rnd.Uint64() & 0x1fff_ffff_ffff_ff00 // a few values come twice
		switch rnd.IntN(4) {
		case 0:
			hash &= 0x00ff_0000_0000_ff00
		case 1:
			hash |= 0xffff_ffff_0000_0000
		}
		hash &^= 0xff // what is not held: the last 8 bits
		if got := s.add(hash); got == want[hash] {
			t.Fatalf("add(%#x): got %v, want %v", hash, got, !want[hash])
		}
		want[hash] = true
	}
}

func TestSeenHoldsTheEdges(t *testing.T) {
	t.Parallel()
	s := newSeen()
	for _, hash := range []uint64{0, 1 << 8, 0xffff_ffff_ffff_ff00, 0xffff_0000_0000_0000, 0x0000_ffff_ffff_ff00} {
		if !s.add(hash) {
			t.Errorf("%#x was there", hash)
		}
		if s.add(hash) {
			t.Errorf("%#x was not there", hash)
		}
	}
}

func BenchmarkSeen(b *testing.B) {
	const urls = 6_000_000
	items := make([]item, chunkItems)
	b.Run("crawl", func(b *testing.B) {
		for b.Loop() {
			s, rnd := newSeen(), rand.New(rand.NewPCG(1, 2))
			for range urls / chunkItems {
				for i := range items {
					items[i].hash = rnd.Uint64()
				}
				s.warmUp(items)
				for i := range items {
					s.add(items[i].hash)
				}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*urls), "ns/url")
	})
	b.Run("map", func(b *testing.B) {
		for b.Loop() {
			m, rnd := map[uint64]struct{}{}, rand.New(rand.NewPCG(1, 2))
			for range urls {
				m[rnd.Uint64()] = struct{}{}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*urls), "ns/url")
	})
}

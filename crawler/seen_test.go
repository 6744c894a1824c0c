package crawler

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// The set agrees with a map, whatever comes: evenly spread hashes, one full part, and entries that are there already.
func TestSeenAgreesWithAMap(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	s, want := newSeen(), map[hashed]bool{}
	var made []hashed
	for i := range 100_000 {
		h := hashed{folder: uint16(rnd.Uint32()), own: uint16(rnd.Uint32()), entry: rnd.Uint64() & entryMask}
		switch {
		case i%10 == 1:
			h.folder = 7 // more than fullPart of them
		case i%10 == 2:
			h.entry = []uint64{0, 1, entryMask}[i%3]
			h.own = h.folder
		case i%10 == 3:
			h = made[rnd.IntN(len(made))]
		}
		made = append(made, h)
		if got := s.add(h); got == want[h] {
			t.Fatalf("%d: add(%+v): got %v, want %v", i, h, got, !want[h])
		}
		want[h] = true
	}
}

func TestHasherTellsURLsApart(t *testing.T) {
	t.Parallel()
	s := newSeen()
	h, again := hasher{seed: s.seed}, hasher{seed: s.seed}
	for _, url := range []string{"", "a", "https://a/", "https://a/b", "https://a/b/", "https://a/b/c", "https://a/b?c/d"} {
		if hash := h.hash(url); !s.add(hash) {
			t.Errorf("%q has the hash of another", url)
		} else if s.add(again.hash(url)) {
			t.Errorf("%q has two hashes", url)
		}
	}
}

// BenchmarkSeen adds URLs as they come: from playlists in folders of their own, from one folder, from anywhere.
func BenchmarkSeen(b *testing.B) {
	const urls = 3_000_000
	hashes := make([]hashed, urls)
	for name, perFolder := range map[string]int{"playlists": 300, "one folder": urls, "anywhere": 1} {
		rnd := rand.New(rand.NewPCG(1, 2))
		folder := uint16(0)
		for i := range hashes {
			if i%perFolder == 0 {
				folder = uint16(rnd.Uint32())
			}
			hashes[i] = hashed{folder: folder, own: uint16(rnd.Uint32()), entry: rnd.Uint64() & entryMask}
		}
		b.Run(fmt.Sprintf("set/%s", name), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s := newSeen()
				for _, h := range hashes {
					s.add(h)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*urls), "ns/url")
		})
	}
	b.Run("map", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m := map[uint64]struct{}{}
			for _, h := range hashes {
				m[h.entry] = struct{}{}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*urls), "ns/url")
	})
}

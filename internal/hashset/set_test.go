package hashset

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"testing"
)

// hashesFor are hashes and hints as they come, whatever comes: evenly spread ones, more of one hint than a part holds, the
// lowest and the highest, and again some that were there already.
func hashesFor(n int) (hints []uint16, hashes []uint64) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		hint, hash := uint16(rnd.Uint32()), rnd.Uint64()
		switch i % 10 {
		case 1:
			hint = 7
		case 2:
			hash = []uint64{0, 1, entryMask, entryMask << partBits >> partBits}[i/10%4]
			hint = uint16(i / 10 % 3)
		case 3:
			again := rnd.IntN(i)
			hint, hash = hints[again], hashes[again]
		}
		hints, hashes = append(hints, hint), append(hashes, hash)
	}
	return hints, hashes
}

// check compares the set with a map.
func check(t *testing.T, s *Set, n int) {
	t.Helper()
	type key struct {
		hint uint16
		hash uint64
	}
	want := map[key]bool{}
	hints, hashes := hashesFor(n)
	for i, hash := range hashes {
		k := key{hints[i], hash}
		if got := s.Add(k.hint, hash); got == want[k] {
			t.Fatalf("%d: add(%+v): got %v, want %v", i, k, got, !want[k])
		}
		want[k] = true
	}
	if s.Len() != len(want) || s.Err() != nil {
		t.Errorf("%d hashes, want %d: %v", s.Len(), len(want), s.Err())
	}
}

func TestAgreesWithAMap(t *testing.T) {
	t.Parallel()
	check(t, &Set{}, 100_000)
}

// Whatever the limit, so that there is no file, one that is written anew many times, and one that ends with a whole block.
func TestSpillsPastItsLimit(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for _, limit := range []int{blockKeys, 5000, 1_000_000} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			s := &Set{Limit: limit, Full: func(err error) { t.Error(err) }}
			check(t, s, 20_000)
			if s.held > limit || s.file.count+s.held < limit && s.file.count > 0 {
				t.Errorf("%d in memory, %d in the file", s.held, s.file.count)
			}
			s.Close()
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// What the disk does not take stays in memory, which is told; and it is tried again.
func TestDiskIsFull(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()+"/none")
	var told []error
	s := &Set{Limit: 1000, Full: func(err error) { told = append(told, err) }}
	check(t, s, 10_000)
	// Of 10,000 some are there twice: it is tried at 1,000, 2,000, 4,000 and 8,000.
	if len(told) != 4 || !errors.Is(told[0], fs.ErrNotExist) {
		t.Errorf("told %v", told)
	}
	t.Setenv("TMPDIR", t.TempDir())
	s.tries = 0
	s.Add(0, 12345)
	if s.file.count == 0 || s.held != 0 {
		t.Errorf("%d in the file, %d in memory", s.file.count, s.held)
	}
	s.Close()
}

// Once the file cannot be read, nothing is taken for new, and it is told why.
func TestFileCannotBeRead(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := &Set{Limit: 1000}
	hints, hashes := hashesFor(5000)
	for i := range hashes {
		s.Add(hints[i], hashes[i])
	}
	s.Close()
	for i := range hashes {
		if s.Add(hints[i], hashes[i]) {
			t.Fatalf("%d is new", i)
		}
	}
	if !errors.Is(s.Err(), fs.ErrClosed) {
		t.Errorf("got %v", s.Err())
	}
}

// The filter has what was added, and knows most others that were not.
func TestFilter(t *testing.T) {
	t.Parallel()
	f := make(filter, filterWords)
	rnd := rand.New(rand.NewPCG(1, 2))
	entries := make([]uint64, 1_000_000)
	for i := range entries {
		entries[i] = rnd.Uint64() & entryMask
		f.add(entries[i])
	}
	wrong := 0
	for _, entry := range entries {
		if !f.mayHave(entry) {
			t.Fatalf("%x is lost", entry)
		}
		if f.mayHave(rnd.Uint64() & entryMask) {
			wrong++
		}
	}
	if wrong > len(entries)/1000 {
		t.Errorf("takes %d of a million others for known", wrong)
	}
}

// BenchmarkAdd adds hashes as they come: with the hints of playlists in folders of their own, of one folder, of any; in
// memory, and with most of them in a file. map is the reference.
func BenchmarkAdd(b *testing.B) {
	const urls = 3_000_000
	hints, hashes := make([]uint16, urls), make([]uint64, urls)
	for name, perFolder := range map[string]int{"playlists": 300, "one-folder": urls, "anywhere": 1} {
		rnd := rand.New(rand.NewPCG(1, 2))
		for i := range hashes {
			if hints[i] = uint16(rnd.Uint32()); i%perFolder > 0 {
				hints[i] = hints[i-1]
			}
			hashes[i] = rnd.Uint64()
		}
		for where, limit := range map[string]int{"memory": urls + 1, "file": urls / 10} {
			b.Run(name+"/"+where, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					s := &Set{Limit: limit}
					for i := range hashes {
						s.Add(hints[i], hashes[i])
					}
					s.Close()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*urls), "ns/url")
			})
		}
	}
	b.Run("map", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m := map[uint64]struct{}{}
			for _, h := range hashes {
				m[h] = struct{}{}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*urls), "ns/url")
	})
}

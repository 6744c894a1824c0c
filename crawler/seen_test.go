package crawler

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// checkSeen compares the set with a map of the URLs, each list of them as one document's.
func checkSeen(t *testing.T, documents ...[]string) *seen {
	t.Helper()
	s, want := newSeen(nil), map[string]bool{}
	for i, urls := range documents {
		h := hasher{seed: s.seed}
		for j, url := range urls {
			var hash hashed
			h.hash(url, &hash)
			if got := s.add(&hash, url); got == want[url] {
				t.Fatalf("document %d, URL %d, %q: got new %v, want %v", i, j, url, got, !want[url])
			}
			want[url] = true
		}
	}
	return s
}

func counted(format string, from, to int) (urls []string) {
	for i := from; i < to; i++ {
		urls = append(urls, fmt.Sprintf(format, i))
	}
	return urls
}

// What counts up is found again however it comes: alone, from another place on, backwards, with other digits around it.
func TestSeenRuns(t *testing.T) {
	t.Parallel()
	for name, documents := range map[string][][]string{
		"again":         {counted("https://a/v/s%05d.ts", 0, 300), counted("https://a/v/s%05d.ts", 0, 300)},
		"no padding":    {counted("https://a/v/s%d.ts", 0, 1200), counted("https://a/v/s%d.ts", 500, 1300)},
		"padded or not": {counted("https://a/v/%d", 0, 200), counted("https://a/v/%03d", 0, 200), counted("https://a/v/%04d", 0, 200)},
		"alone":         {counted("https://a/v/s%d.ts", 0, 50), {"https://a/v/s17.ts", "https://a/v/s50.ts", "https://a/v/s7.ts", "https://a/v/s-7.ts"}},
		"alone first":   {{"https://a/v/s17.ts", "https://a/v/s33.ts"}, counted("https://a/v/s%d.ts", 0, 50)},
		"joined":        {counted("https://a/v/s%d.ts", 10, 20), counted("https://a/v/s%d.ts", 30, 40), counted("https://a/v/s%d.ts", 10, 50)},
		"before":        {counted("https://a/v/s%d.ts", 50, 60), counted("https://a/v/s%d.ts", 40, 52)},
		"backwards":     {counted("https://a/v/s%d.ts", 10, 99), {"https://a/v/s50.ts", "https://a/v/s49.ts", "https://a/v/s48.ts"}},
		"many numbers":  {counted("https://a/1/2-%d-f1-v1-a1.m4s?x=3", 1, 90), counted("https://a/1/2-%d-f1-v1-a1.m4s?x=3", 1, 90), counted("https://a/1/2-5-f1-v%d-a1.m4s?x=3", 1, 9)},
		"too many":      {counted("https://a/%d-1-2-3-4-5-6-7-8-9", 1, 90), counted("https://a/%d-1-2-3-4-5-6-7-8-9", 1, 90), {"https://a/17-1-2-3-4-5-6-7-8-9"}},
		"long":          {counted("https://a/1%012d.ts", 0, 20), counted("https://a/2%012d.ts", 0, 20), counted("https://a/1%012d.ts", 999_999_990, 1_000_000_010), {"https://a/1000000000015.ts", "https://a/1000000000020.ts"}},
		"folders":       {counted("https://a/%d/s.ts", 0, 50), counted("https://a/0/s%d.ts", 0, 50), counted("https://a/1/s%d.ts", 0, 50)},
		"two at once":   {counted("https://a/%[1]d-%[1]d", 0, 50), counted("https://a/%[1]d-%[1]d", 0, 50), counted("https://a/7-%d", 0, 50)},
		"queries":       {counted("https://a/s.ts?n=%d&of=/x", 0, 50), counted("https://a/s.ts?n=%d", 0, 50), {"https://a/s.ts?n=20", "https://a/s.ts?n=20&of=/x"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkSeen(t, documents...)
		})
	}
}

// A playlist takes a run and some hashes, not a hash for each of its segments; too many runs become hashes again.
func TestSeenRunsAreFew(t *testing.T) {
	t.Parallel()
	s := checkSeen(t, counted("https://a/v/segment_%05d.ts", 0, 9000))
	if s.hashes.Len() != minRun || s.counts != 1 {
		t.Errorf("got %d hashes and %d runs, want %d and 1", s.hashes.Len(), s.counts, minRun)
	}
	var documents [][]string
	for i := range fullRuns + 100 {
		documents = append(documents, counted(fmt.Sprintf("https://a/v/%d-%%02d.ts", i), 0, minRun+5))
	}
	checkSeen(t, append(documents, documents...)...)
}

// FuzzSeen is that the set agrees with a map of URLs, in any order of some that are much alike.
func FuzzSeen(f *testing.F) {
	f.Add([]byte("0123456789"), byte(1))
	f.Add([]byte("aaaaaabbbbbb"), byte(7))
	f.Fuzz(func(t *testing.T, order []byte, step byte) {
		stems := []string{"https://a/s%d.ts", "https://a/s%02d.ts", "https://a/%d/s1.ts", "https://a/s1-%d-%[1]d", "https://a/s?%d"}
		documents := [][]string{nil, nil}
		n := 0
		for i, b := range order {
			if n++; b&64 != 0 {
				n = int(b&15) * int(step)
			}
			url := fmt.Sprintf(stems[int(b&63)%len(stems)], n)
			documents[i%7/6] = append(documents[i%7/6], url)
		}
		checkSeen(t, documents...)
	})
}

func TestHasherTellsURLsApart(t *testing.T) {
	t.Parallel()
	s := newSeen(nil)
	h, again := hasher{seed: s.seed}, hasher{seed: s.seed}
	for _, url := range []string{"", "a", "https://a/", "https://a/b", "https://a/b/", "https://a/b/c", "https://a/b?c/d"} {
		var first, second hashed
		h.hash(url, &first)
		again.hash(url, &second)
		if !s.add(&first, url) {
			t.Errorf("%q has the hash of another", url)
		} else if s.add(&second, url) {
			t.Errorf("%q has two hashes", url)
		}
	}
}

// BenchmarkSeen adds URLs of playlists in folders of their own, whose names count up.
func BenchmarkSeen(b *testing.B) {
	const urls, perFolder = 3_000_000, 300
	hashes := make([]hashed, urls)
	rnd := rand.New(rand.NewPCG(1, 2))
	folder := uint16(0)
	for i := range hashes {
		n := i % perFolder
		if n == 0 {
			folder = uint16(rnd.Uint32())
		}
		hashes[i] = hashed{folder: folder, sum: rnd.Uint64(), next: n >= minRun, number: uint32(n), class: uint64(i / perFolder)}
	}
	b.ReportAllocs()
	for b.Loop() {
		s := newSeen(nil)
		for i := range hashes {
			s.add(&hashes[i], "")
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*urls), "ns/url")
}

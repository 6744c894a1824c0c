package crawler_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/crawler"
)

// reader is a memory that is told of what it is asked for next.
type reader struct {
	*memory
	mu       sync.Mutex
	told     []string
	largest  int
	times    int
	recalled map[string]bool
	late     []string // told after they were recalled
}

func (r *reader) ReadAhead(_ context.Context, urls []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = append(r.told, urls...)
	r.largest = max(r.largest, len(urls))
	r.times++
	for _, url := range urls {
		if r.recalled[url] {
			r.late = append(r.late, url)
		}
	}
}

func (r *reader) Recall(ctx context.Context, url string) crawler.Memo {
	r.mu.Lock()
	r.recalled[url] = true
	r.mu.Unlock()
	return r.memory.Recall(ctx, url)
}

// A memory is told of documents before they are recalled, many at a time, and no crawl is another for it.
func TestReadAhead(t *testing.T) {
	t.Parallel()
	const n = 150 // titles, of several documents each
	s := newLibrary(t, titles(n))
	m := newMemory()
	c := crawler.Crawler{Memory: m}
	s.crawl(t, c, "$/")
	m.fresh = true
	s.take()
	want := s.crawl(t, c, "$/")
	asked := s.take()
	r := &reader{memory: m, recalled: map[string]bool{}}
	c.Memory = r
	s.crawl(t, c, "$/").equal(t, "with a memory that reads ahead", want)
	if diff := cmp.Diff(asked, s.take()); diff != "" {
		t.Error("it asked for something else:", diff)
	}
	for _, url := range r.told {
		if !r.recalled[url] {
			t.Errorf("%s was not recalled", url)
		}
	}
	if len(r.late) > 0 {
		t.Errorf("told when they were recalled already: %v", r.late)
	}
	if once := slices.Compact(slices.Sorted(slices.Values(r.told))); len(once) != len(r.told) {
		t.Errorf("%d were told of %d times", len(once), len(r.told))
	}
	said := fmt.Sprintf("%d documents of %d, in %d times of at most %d", len(r.told), len(r.recalled), r.times, r.largest)
	if len(r.told) < len(r.recalled)*9/10 || r.times > len(r.told)/64 || r.largest > 256 {
		t.Errorf("told of %s", said)
	}
}

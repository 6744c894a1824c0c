package warm

import (
	"cmp"
	"hash/maphash"
	"iter"
	"slices"

	"github.com/edgewarm/edgewarm/crawler"
)

// parentsFirst yields each resource after the document that lists it, as a crawl does, so that a plan is the same in
// whatever order its resources are given. It holds those that come too soon, and a hash of each document; what is listed by
// none of the documents comes at the end.
func parentsFirst(resources iter.Seq2[crawler.Resource, error]) iter.Seq2[crawler.Resource, error] {
	return func(yield func(crawler.Resource, error) bool) {
		w := &waiting{seed: maphash.MakeSeed(), met: map[uint64]bool{}, early: map[string][]crawler.Resource{}, yield: yield}
		for r, err := range resources {
			if err != nil {
				yield(r, err)
				return
			}
			if r.Parent != "" && !w.met[w.hash(r.Parent)] {
				w.early[r.Parent] = append(w.early[r.Parent], r)
				continue
			}
			if !w.pass(r) {
				return
			}
		}
		w.rest()
	}
}

// waiting are the resources that came before the documents that list them.
type waiting struct {
	seed  maphash.Seed
	met   map[uint64]bool
	early map[string][]crawler.Resource
	yield func(crawler.Resource, error) bool
}

func (w *waiting) hash(url string) uint64 { return maphash.String(w.seed, url) }

// pass yields a resource, and what was waiting for it.
func (w *waiting) pass(r crawler.Resource) bool {
	ready := []crawler.Resource{r}
	for len(ready) > 0 {
		r, ready = ready[0], ready[1:]
		if !w.yield(r, nil) {
			return false
		}
		switch r.Kind {
		case crawler.Site, crawler.Sitemap, crawler.Page, crawler.Playlist:
			w.met[w.hash(r.URL)] = true
			ready = append(ready, w.early[r.URL]...)
			delete(w.early, r.URL)
		}
	}
	return true
}

// rest yields what has waited in vain, or in a circle: what is listed by documents that were not given comes first.
func (w *waiting) rest() {
	var left []crawler.Resource
	for _, waiting := range w.early {
		left = append(left, waiting...)
	}
	clear(w.early)
	slices.SortFunc(left, func(a, b crawler.Resource) int {
		return cmp.Or(cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.URL, b.URL))
	})
	for _, r := range left {
		if !w.yield(r, nil) {
			return
		}
	}
}

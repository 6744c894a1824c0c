package warm

import (
	"fmt"
	"hash/maphash"
	"iter"
	"sync"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/hashset"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// cacheKey is what the zone's own rules make of a query, as popularity.cache_key has it.
func (w *Warmer) cacheKey() urlkey.Policy {
	k := w.Config.Popularity.CacheKey
	return urlkey.Policy{Drop: k.Query == "drop", Keep: k.Keep, Strip: k.Strip}
}

// distinct leaves out files and pages that are one object of the cache with another one that came before: their URLs differ
// in what does not belong to the key. Warming one is warming both. Sitemaps and playlists stay, since what they list names
// them. Of each there is a 64-bit hash; a config without cache_key costs nothing.
func (w *Warmer) distinct(resources iter.Seq2[crawler.Resource, error]) iter.Seq2[crawler.Resource, error] {
	policy := w.cacheKey()
	if !policy.Drop && len(policy.Keep)+len(policy.Strip) == 0 {
		return resources
	}
	return func(yield func(crawler.Resource, error) bool) {
		seed, full := maphash.MakeSeed(), sync.Once{}
		seen := &hashset.Set{Full: func(err error) {
			err = fmt.Errorf("%w, they stay in memory: %w", crawler.ErrSpill, err)
			full.Do(func() { w.Watch.fault(err, crawlHint(err)) })
		}}
		defer seen.Close()
		for r, err := range resources {
			if err == nil && isFile(r.Kind) {
				key := maphash.String(seed, policy.Key(r.URL))
				if !seen.Add(uint16(key>>48), key) && seen.Err() == nil {
					continue
				}
				err = seen.Err()
			}
			if !yield(r, err) || seen.Err() != nil {
				return
			}
		}
	}
}

// isFile tells what lists no other target that depends on it.
func isFile(k crawler.Kind) bool {
	switch k {
	case crawler.Site, crawler.Sitemap, crawler.Playlist, "":
		return false
	}
	return true
}

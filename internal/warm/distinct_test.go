package warm_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// URLs that are one object of the cache are one target: the first of them, as it is written.
func TestPlanOfOneKey(t *testing.T) {
	t.Parallel()
	const root = "https://cdn.example.com"
	resources := func(yield func(crawler.Resource, error) bool) {
		for _, r := range []crawler.Resource{
			{URL: root + "/m.m3u8?token=1", Kind: crawler.Playlist}, {URL: root + "/m.m3u8?token=2", Kind: crawler.Playlist},
			{URL: root + "/a.ts?token=1&v=1", Kind: crawler.Segment}, {URL: root + "/a.ts?token=2&v=1", Kind: crawler.Segment},
			{URL: root + "/a.ts?v=2", Kind: crawler.Segment}, {URL: root + "/p?utm_source=x", Kind: crawler.Page}, {URL: root + "/p", Kind: crawler.Page},
		} {
			if !yield(r, nil) {
				return
			}
		}
	}
	for _, c := range []struct {
		name string
		key  config.CacheKey
		want []string
	}{
		{"all", config.CacheKey{Query: "keep"}, []string{"/a.ts?token=1&v=1", "/a.ts?token=2&v=1", "/a.ts?v=2", "/m.m3u8?token=1", "/m.m3u8?token=2", "/p", "/p?utm_source=x"}},
		{"strip", config.CacheKey{Query: "keep", Strip: []string{"token", "utm_*"}}, []string{"/a.ts?token=1&v=1", "/a.ts?v=2", "/m.m3u8?token=1", "/m.m3u8?token=2", "/p?utm_source=x"}},
		{"keep", config.CacheKey{Query: "keep", Keep: []string{"utm_source"}}, []string{"/a.ts?token=1&v=1", "/m.m3u8?token=1", "/m.m3u8?token=2", "/p", "/p?utm_source=x"}},
		{"drop", config.CacheKey{Query: "drop"}, []string{"/a.ts?token=1&v=1", "/m.m3u8?token=1", "/m.m3u8?token=2", "/p?utm_source=x"}},
	} {
		w := &warm.Warmer{Config: config.Default()}
		w.Config.Popularity.CacheKey = c.key
		plan, err := w.Plan(t.Context(), resources, warm.Planning{Zones: map[string][]string{"zone-a": {"cdn.example.com"}}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, target := range plan.Targets {
			got = append(got, target.URL[len(root):])
		}
		if slices.Sort(got); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

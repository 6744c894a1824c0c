package crawler_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/crawler"
)

// A playlist that could not be read is no title, whether it is asked for or recalled: by its answer or by what it holds.
func TestShareOfNoTitle(t *testing.T) {
	t.Parallel()
	s := newLibrary(t, map[string]string{
		"/":           `<video src="/a/v.m3u8"></video><video src="/b/v.m3u8"></video><video src="/c/v.m3u8"></video>`,
		"/b/v.m3u8":   "<html><title>Log in</title></html>",
		"/c/v.m3u8":   "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n1.ts\n#EXT-X-ENDLIST\n",
		"/robots.txt": "",
	})
	titlesOf := func(c crawler.Crawler) map[string]string {
		c.PrivateNetworks, c.Rate = true, 1e6
		all := map[string]string{}
		for r, err := range c.Crawl(t.Context(), s.URL+"/") {
			if err != nil {
				t.Fatal(err)
			}
			all[r.URL] = r.Title
		}
		return all
	}
	want := titlesOf(crawler.Crawler{})
	m := newMemory()
	c := crawler.Crawler{Memory: m}
	s.shared(t, c, 1, "/")
	m.fresh = true
	s.take()
	if diff := cmp.Diff(want, titlesOf(c)); diff != "" {
		t.Errorf("titles (-asked +recalled):\n%s", diff)
	}
	if again := s.take(); len(again) > 0 {
		t.Errorf("it asked again: %v", again)
	}
}

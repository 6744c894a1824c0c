package crawler_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
)

// Signed URLs are listed as they are, and a document is told of whose end is near, a seed's own among them.
func TestFault32SignedURLsExpire(t *testing.T) {
	t.Parallel()
	now := time.Now()
	sign := func(end time.Duration) string { return fmt.Sprintf("?Expires=%d&Signature=s", now.Add(end).Unix()) }
	body := strings.NewReplacer("seg0.m4s", "seg0.m4s"+sign(time.Hour), "seg1.m4s", "seg1.m4s"+sign(30*time.Minute)).Replace(media)
	long := strings.ReplaceAll(media, "m4s", "m4s"+sign(48*time.Hour))
	s := newLibrary(t, map[string]string{"/p.m3u8": body, "/long.m3u8": long, "/seed.m3u8": media})
	for _, c := range []struct {
		seed, want string
	}{
		{"/p.m3u8", "2 signed URLs expire soon, the first at " + now.Add(30*time.Minute).UTC().Format(time.RFC3339)},
		{"/long.m3u8", ""},
		{"/seed.m3u8" + sign(20*time.Minute), "1 signed URLs expire soon"},
	} {
		m := newMemory()
		for range 2 { // the second from memory
			warned := ""
			crawl := crawler.Crawler{PrivateNetworks: true, Rate: 1e6, Memory: m, OnDocument: func(d crawler.Document) {
				for _, w := range d.Warnings {
					warned += w.Text
				}
			}}
			for r, err := range crawl.Crawl(t.Context(), s.URL+c.seed) {
				if err != nil || r.Err != nil {
					t.Fatal(err, r.Err)
				}
			}
			if !strings.HasPrefix(warned, c.want) || c.want == "" && warned != "" || strings.Count(warned, "expire") > 1 {
				t.Errorf("%s: got %q, want %q once", c.seed, warned, c.want)
			}
		}
	}
}

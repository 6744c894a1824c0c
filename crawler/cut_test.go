package crawler_test

import (
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
)

// What broke off is listed as far as it came, and said to be an error.
func TestCrawlDocumentsThatBreakOff(t *testing.T) {
	t.Parallel()
	whole := gzipped(strings.ReplaceAll(urlset2, "$/", "https://a.example/"))
	s := newSite(t, map[string]string{
		"/cut.xml":     urlset1[:strings.Index(urlset1, "/gone")],
		"/begun.gz":    whole[:len(whole)/4],
		"/nothing.bin": whole[:14],
	})
	for seed, want := range map[string]string{
		"/cut.xml":     "0 sitemap /cut.xml, 1 page /watch: ended early",
		"/begun.gz":    "0 asset /begun.gz !: unexpected EOF",
		"/nothing.bin": "0 asset /nothing.bin !: unexpected EOF",
	} {
		var got error
		c := crawler.Crawler{PageDepth: -1, OnDocument: func(d crawler.Document) {
			if d.Kind != "" && d.Err != nil {
				got = d.Err
			}
		}}
		lines := strings.Join(s.crawl(t, c, "$"+seed), ", ")
		resources, why, _ := strings.Cut(want, ": ")
		if lines != resources || got == nil || !strings.Contains(got.Error(), why) {
			t.Errorf("%s: got %s, %v, want %s", seed, lines, got, want)
		}
	}
}

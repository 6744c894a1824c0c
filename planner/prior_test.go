package planner_test

import (
	"slices"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
)

// TestSitemapsOrderThePlan plans two videos with a segment each, of which no log tells and of one of which the sitemap says
// more: its playlist and its segment come before those of the other, whichever was added first.
func TestSitemapsOrderThePlan(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		at           time.Time
		better, less crawler.Resource
	}{
		"priority":                   {better: crawler.Resource{Priority: 0.9}, less: crawler.Resource{Priority: 0.1}},
		"views":                      {better: crawler.Resource{Views: 100_000}, less: crawler.Resource{Views: 1000}},
		"views that are above usual": {better: crawler.Resource{Views: 100_000}},
		"views that are below usual": {less: crawler.Resource{Views: 10}},
		"priority and views":         {better: crawler.Resource{Priority: 0.9, Views: 1}, less: crawler.Resource{Priority: 0.1, Views: 1}},
		"published, no time": {
			better: crawler.Resource{Published: now.AddDate(0, 0, -1)}, less: crawler.Resource{Published: now.AddDate(0, 0, -2)},
		},
		"published, not lastmod": {
			better: crawler.Resource{Published: now.AddDate(0, 0, -1), LastMod: now.AddDate(0, 0, -1)},
			less:   crawler.Resource{Published: now.AddDate(-1, 0, 0), LastMod: now},
		},
		"lastly published outweighs little more priority": {
			at:     now,
			better: crawler.Resource{Published: now.AddDate(0, 0, -1)},
			less:   crawler.Resource{Published: now.AddDate(-1, 0, 0), Priority: 0.6},
		},
	} {
		for _, turned := range []bool{false, true} {
			videos := [][]crawler.Resource{video("https://a.example/x/", c.better), video("https://a.example/a/", c.less)}
			if turned {
				slices.Reverse(videos)
			}
			p := planner.Planner{Zones: zones, Budget: map[string]int{"zone-a": 4}, At: c.at}
			for _, r := range slices.Concat(videos...) {
				p.Add(r)
			}
			var got []string
			for _, target := range p.Plan().Targets {
				got = append(got, target.URL)
			}
			for _, part := range []string{"index.m3u8", "0.ts"} {
				better, less := slices.Index(got, "https://a.example/x/"+part), slices.Index(got, "https://a.example/a/"+part)
				if better < 0 || less < better {
					t.Errorf("%s: got %q, want x/%[3]s before a/%[3]s", name, got, part)
				}
			}
		}
	}
}

// video is a playlist of which a sitemap says something, and its segments.
func video(folder string, said crawler.Resource) []crawler.Resource {
	said.URL, said.Kind, said.Title = folder+"index.m3u8", crawler.Playlist, folder+"index.m3u8"
	said.Parent = "https://a.example/sitemap.xml"
	return []crawler.Resource{said, {URL: folder + "0.ts", Kind: crawler.Segment, Parent: said.URL, Title: said.URL, Depth: 1}}
}

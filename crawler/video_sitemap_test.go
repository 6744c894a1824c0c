package crawler_test

import (
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
)

// What a video sitemap says of a video comes with the playlist that it names.
func TestVideoOfASitemap(t *testing.T) {
	t.Parallel()
	const sitemap = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">
		<url><loc>https://a.example/watch</loc><video:video><video:title>A</video:title>
		<video:content_loc>https://a.example/master.m3u8</video:content_loc>
		<video:view_count>12345</video:view_count><video:publication_date>2026-01-02T03:04:05Z</video:publication_date>
		</video:video></url></urlset>`
	c := crawler.Crawler{}
	var got crawler.Resource
	_, err := c.Inspect(t.Context(), crawler.Input{URL: "https://a.example/sitemap.xml", Body: strings.NewReader(sitemap)},
		func(r crawler.Resource) bool {
			if r.Kind == crawler.Playlist {
				got = r
			}
			return true
		})
	if want := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC); err != nil || got.Views != 12345 || !got.Published.Equal(want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

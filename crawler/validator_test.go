package crawler_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/crawler"
)

// What was opened has its validator, also where it is listed from memory; what was not, is redirected or has none has not.
func TestValidators(t *testing.T) {
	t.Parallel()
	s := newLibrary(t, map[string]string{
		"/sitemap.xml": "<urlset><url><loc>$/page.html</loc></url><url><loc>$/dated/page.html</loc></url><url><loc>$/plain/page.html</loc></url>" +
			"<url><loc>$/moved.html</loc></url><url><loc>$/film.mp4</loc></url></urlset>",
		"/page.html": "<html><title>a</title>", "/dated/page.html": "<html><title>b</title>",
		"/plain/page.html": "<html><title>c</title>", "/moved.html": "-> /page.html",
	})
	c := &crawler.Crawler{PrivateNetworks: true, Memory: newMemory(), PageDepth: 1}
	crawl := func() map[string]bool {
		got := map[string]bool{}
		for r, err := range c.Crawl(t.Context(), s.URL+"/sitemap.xml") {
			if err != nil || r.Err != nil {
				t.Fatal(err, r.Err)
			}
			got[r.URL[len(s.URL):]] = r.Validator != ""
			if r.URL == s.URL+"/dated/page.html" && r.Validator != dated {
				t.Errorf("got %q of the dated page", r.Validator)
			}
		}
		return got
	}
	want := map[string]bool{
		"/sitemap.xml": true, "/page.html": true, "/dated/page.html": true, "/plain/page.html": false, "/moved.html": false,
		"/film.mp4": false,
	}
	for _, which := range []string{"the first", "one from memory"} {
		if diff := cmp.Diff(want, crawl()); diff != "" {
			t.Errorf("%s crawl (-want +got):\n%s", which, diff)
		}
	}
}

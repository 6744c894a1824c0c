package crawler_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
)

// long leaves a test out with -short, which the race detector is run with: it takes one goroutine through hundreds of
// megabytes or a million entries, which shares nothing that a small document does not, and lasts there.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("only much of what other tests do: left out under the race detector, as -short asks")
	}
}

// outcome is all that a person gets to see of a crawl.
type outcome struct {
	// found is one line a resource, as site.crawl has it.
	found []string
	// documents are those that OnDocument was told of.
	documents []crawler.Document
	errs      map[string]error
}

// outcome crawls, and takes down what is told.
func (s *site) outcome(t *testing.T, c crawler.Crawler, seeds ...string) outcome {
	t.Helper()
	o := outcome{errs: map[string]error{}}
	c.OnDocument = func(d crawler.Document) {
		d.URL = strings.TrimPrefix(d.URL, s.URL)
		o.documents = append(o.documents, d)
		if d.Err != nil {
			o.errs[d.URL] = d.Err
		}
	}
	o.found = s.crawl(t, c, seeds...)
	return o
}

// has wants resources to be among those found.
func (o outcome) has(t *testing.T, want ...string) {
	t.Helper()
	for _, w := range want {
		if !slices.Contains(o.found, w) {
			t.Errorf("%q is missing in\n\t%s", w, strings.Join(o.found, "\n\t"))
		}
	}
}

// warned wants a warning of the document that says text, and returns how many do.
func (o outcome) warned(t *testing.T, path, text string) int {
	t.Helper()
	n := o.warnings(path, text)
	if n == 0 {
		t.Errorf("%s: got no warning that says %q in %s", path, text, o)
	}
	return n
}

func (o outcome) warnings(path, text string) (n int) {
	for _, d := range o.documents {
		for _, w := range d.Warnings {
			if d.URL == path && strings.Contains(w.Text, text) {
				n++
			}
		}
	}
	return n
}

// failed wants the document's error to say each of texts.
func (o outcome) failed(t *testing.T, path string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err := o.errs[path]; err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: got error %v, want one that says %q", path, err, text)
		}
	}
}

func (o outcome) String() string {
	var b strings.Builder
	for _, d := range o.documents {
		fmt.Fprintf(&b, "\n\t%s %s %d", d.Kind, d.URL, d.Resources)
		for _, w := range d.Warnings {
			fmt.Fprintf(&b, " (%s)", w.Text)
		}
		if d.Err != nil {
			fmt.Fprintf(&b, " %v", d.Err)
		}
	}
	return b.String()
}

// count is how often the path was asked for.
func (s *site) count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests[path]
}

// guesses is how many of the files were asked for that a site may have: robots.txt and the well-known sitemaps.
func (s *site) guesses() (n int) {
	for _, path := range []string{"/robots.txt", "/sitemap.xml", "/sitemap_index.xml", "/sitemap-index.xml", "/wp-sitemap.xml", "/sitemap.xml.gz", "/sitemap.txt"} {
		n += s.count(path)
	}
	return n
}

// newServer is a site that a handler answers for. $/ has no meaning in what it answers.
func newServer(t *testing.T, h http.HandlerFunc) *site {
	t.Helper()
	s := &site{requests: map[string]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests[r.URL.RequestURI()]++
		s.mu.Unlock()
		h(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// urlsetOf is a sitemap of paths.
func urlsetOf(paths ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for _, p := range paths {
		fmt.Fprintf(&b, "\n<url><loc>%s</loc></url>", p)
	}
	b.WriteString("</urlset>")
	return b.String()
}

// indexOf is a sitemap index of paths.
func indexOf(paths ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for _, p := range paths {
		fmt.Fprintf(&b, "\n<sitemap><loc>%s</loc></sitemap>", p)
	}
	b.WriteString("</sitemapindex>")
	return b.String()
}

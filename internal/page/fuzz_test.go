package page_test

import (
	"net/http"
	"testing"

	"github.com/edgewarm/edgewarm/internal/page"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

func FuzzParse(f *testing.F) {
	for _, c := range cases {
		f.Add([]byte(c.body), c.header.Get("Content-Type"), c.header.Get("Link"), pageURL)
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType, link, url string) {
		header := http.Header{"Link": {link}, "X-Robots-Tag": {link}, "Refresh": {link}, "Location": {url}}
		n := 0
		doc, err := page.Parse(body, contentType, url, header, func(l *page.Link) bool {
			n++
			if again, err := urlkey.Normalize(l.URL); again != l.URL || err != nil {
				t.Errorf("%s is not normal: %q, %v", l.URL, again, err)
			}
			if l.Kind == "" || l.Role == "" {
				t.Errorf("got %+v", l)
			}
			return n < 1000
		})
		if err == nil && (doc.Links != n || doc.Charset == "" || doc.Base == "") {
			t.Errorf("got %+v after %d links", doc, n)
		}
		page.Sniff(body)
		page.KindOf(url)
	})
}

// Package page finds what an HTML page links to, and visits pages through colly.
package page

import (
	"net/http"

	"github.com/edgewarm/edgewarm/internal/warning"
)

// Link is one URL that a page names.
type Link struct {
	// URL is absolute and in the normal form.
	URL string
	// Kind is what the URL leads to, as far as the page and the name tell.
	Kind Kind
	// Role says how the page names it: a, canonical, preload, embed, alternate, stylesheet, og:video, json-ld …
	Role string
	// NoFollow is set when the link, or the whole page, asks not to be followed.
	NoFollow bool
}

// Document is what a page says of itself.
type Document struct {
	Title             string
	Base              string
	NoIndex, NoFollow bool
	Warnings          []warning.Warning
}

// Parse emits each link of a page, once per URL and role, in the page's order; emit returning false stops it.
func Parse(body []byte, contentType, url string, header http.Header, emit func(*Link) bool) (Document, error) {
	return Document{Base: url}, nil
}

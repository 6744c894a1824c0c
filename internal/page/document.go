package page

import (
	"net/http"

	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/internal/warning"
)

// Document is what a page says of itself.
type Document struct {
	// Title is the text of the first title, its white space made single.
	Title string
	// Base is what relative links were resolved against: the page's URL, or its base tag's.
	Base string
	// NoIndex and NoFollow are what robots meta tags and X-Robots-Tag ask of everybody.
	NoIndex, NoFollow bool
	// Charset is the encoding that the body was read in.
	Charset string
	// Links is how many links were emitted.
	Links    int
	Warnings []warning.Warning
}

// Parse emits each link of a page once per URL and role, those of the headers first, then in the page's order. The Link
// is reused; emit returning false stops the parse. body has to be decoded and whole; contentType is the header's, "" to
// take it from header; url is the one after redirects. Only a url that is no URL is an error, an *Error: whatever is
// wrong in a page is a warning, and what can be read is emitted.
//
// Nothing that is not http or https is emitted (mailto, javascript, data); what points into the page itself is the page.
func Parse(body []byte, contentType, url string, header http.Header, emit func(*Link) bool) (Document, error) {
	base, err := urlkey.ParseBase(url)
	if err != nil {
		return Document{}, &Error{Op: "parse", URL: url, Err: err}
	}
	if contentType == "" {
		contentType = header.Get("Content-Type")
	}
	p := newParser(base, emit)
	defer p.release()
	p.headers(header)
	body = p.decode(body, contentType)
	p.head(body)
	p.tokens(body)
	return p.document(), nil
}

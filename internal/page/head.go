package page

import (
	"bytes"
	"net/http"

	"golang.org/x/net/html"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// head finds the base tag and the robots meta tags before links are read, as both concern links that stand before
// them. Pages that have neither, which a search for the words tells, are not gone through twice.
func (p *parser) head(body []byte) {
	has := wordsIn(body)
	p.playlists = has&playlistWord != 0
	base, robots := has&baseWord != 0, has&robotsWord != 0
	if !base && !robots {
		return
	}
	z := html.NewTokenizer(bytes.NewReader(body))
	for base || robots {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			switch tag := p.attrs.read(z); string(tag) {
			case "base":
				if base {
					base = !p.setBase(p.attrs.get("href"))
				}
			case "meta":
				if robots {
					p.robotsMeta()
				}
			case "body":
				robots = false
			case "noscript":
				z.NextIsNotRawText()
			}
		}
	}
}

// NoIndex tells whether a page asks not to be indexed, without reading its links. The arguments are those of Parse.
func NoIndex(body []byte, contentType, url string, header http.Header) bool {
	if header.Get("X-Robots-Tag") == "" && wordsIn(body)&robotsWord == 0 {
		return false
	}
	doc, err := Parse(body, contentType, url, header, func(*Link) bool { return false })
	return err == nil && doc.NoIndex
}

// setBase makes href the base of the page's links and tells whether it had one. A base of another scheme, or none at
// all, leaves the page's own, as browsers do.
func (p *parser) setBase(href []byte) bool {
	if href == nil {
		return false
	}
	href = p.cleanReference(href)
	if len(href) == 0 || href[0] == '#' {
		return true
	}
	url, err := p.base.Resolve(string(href))
	if err != nil {
		p.warnf("base is left out: %v", err)
		return true
	}
	if b, err := urlkey.ParseBase(url); err == nil {
		p.base = b
	}
	return true
}

// robotsMeta obeys what a meta tag asks of all robots.
func (p *parser) robotsMeta() {
	if bytes.EqualFold(bytes.TrimSpace(p.attrs.get("name")), []byte("robots")) {
		p.robotsRules(p.attrs.get("content"))
	}
}

// robotsRules reads "noindex, nofollow".
func (p *parser) robotsRules(rules []byte) {
	for rule := range bytes.SplitSeq(rules, []byte(",")) {
		rule = bytes.TrimSpace(rule)
		none := bytes.EqualFold(rule, []byte("none"))
		p.doc.NoIndex = p.doc.NoIndex || none || bytes.EqualFold(rule, []byte("noindex"))
		p.doc.NoFollow = p.doc.NoFollow || none || bytes.EqualFold(rule, []byte("nofollow"))
	}
}

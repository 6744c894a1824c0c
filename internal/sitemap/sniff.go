package sitemap

import (
	"bytes"
	"fmt"

	"golang.org/x/text/encoding"
)

// sniffed is how much of a document is looked at to tell what it is.
const sniffed = 4 << 10

// Sniff tells whether a document that begins with head, already decompressed, may be a sitemap or a feed: by its root, by
// the first of its entries, or by a first line that is a URL.
func Sniff(head []byte) bool {
	head = head[:min(len(head), sniffed)]
	if enc := wide(head); enc != nil {
		head = decodeHead(enc, head)
	}
	head = trimBOM(head)
	if len(head) == 0 || head[0] != '<' {
		return isAbsolute(head) && bytes.IndexByte(firstLine(head), ' ') < 0
	}
	for {
		i := bytes.IndexByte(head, '<')
		if i < 0 || i+1 == len(head) {
			return false
		}
		head = head[i:]
		switch {
		case bytes.HasPrefix(head, []byte("<!--")):
			if i = bytes.Index(head, commentEnd); i < 0 {
				return false
			}
			head = head[i:]
		case head[1] == '!' || head[1] == '?':
			head = head[1:]
		default:
			return isOurs(head)
		}
	}
}

// decodeHead turns the beginning of a document into UTF-8, the last character of which may be cut.
func decodeHead(enc encoding.Encoding, head []byte) []byte {
	decoded, err := enc.NewDecoder().Bytes(head)
	if err != nil {
		return nil
	}
	return decoded
}

func trimBOM(b []byte) []byte {
	for b = trimLeft(b); bytes.HasPrefix(b, bom); {
		b = trimLeft(b[len(bom):])
	}
	return b
}

func firstLine(b []byte) []byte {
	if i := bytes.IndexAny(b, "\r\n"); i >= 0 {
		return b[:i]
	}
	return b
}

// isOurs tells whether a tag is a root or an entry.
func isOurs(w []byte) bool {
	i := 1
	for i < len(w) && !ends[w[i]] {
		i++
	}
	name := w[1:i]
	if colon := bytes.LastIndexByte(name, ':'); colon >= 0 {
		name = name[colon+1:]
	}
	e := elementOf(name)
	return e > elemUnknown && e < lastEntry && e != elemHTML && e != lastRoot
}

// roots are what a document is known by when something else stands before it, such as the warning of a script.
var roots = [][]byte{[]byte("<?xml"), []byte("<urlset"), []byte("<sitemapindex"), []byte("<rss"), []byte("<feed"), []byte(":urlset"), []byte(":sitemapindex")}

// isXML tells XML from text by how the document begins. It goes over what stands before it.
func (p *parser) isXML() bool {
	p.need(sniffed)
	head := trimBOM(p.unread())
	if len(head) == 0 {
		return false
	}
	if head[0] == '<' {
		return true
	}
	if isAbsolute(head) {
		return false
	}
	for _, root := range roots {
		if i := bytes.Index(head, root); i >= 0 {
			p.told.list.Addf(1, 0, "something else stands before the document: %.80q", firstLine(head[:i]))
			return true
		}
	}
	return false
}

// notSitemap is the error of a document that is something else.
func (p *parser) notSitemap(what string) error {
	if what == "HTML" {
		if title := p.htmlTitle(); title != "" {
			return fmt.Errorf("%w, got HTML (title %q)", ErrNotSitemap, title)
		}
	}
	return fmt.Errorf("%w, got %s", ErrNotSitemap, what)
}

// htmlTitle returns the title of a page, which tells a login from a shop, when it stands in the first 64 KiB.
func (p *parser) htmlTitle() string {
	p.need(maxTag)
	w := p.unread()
	w = w[:min(len(w), maxTag)]
	start := bytes.Index(bytes.ToLower(w), []byte("<title"))
	if start < 0 {
		return ""
	}
	open := bytes.IndexByte(w[start:], '>')
	if open < 0 {
		return ""
	}
	w = w[start+open+1:]
	if end := bytes.IndexByte(w, '<'); end >= 0 {
		w = w[:end]
	}
	title := p.title(p.decoded(w))
	return title[:min(len(title), maxWord)]
}

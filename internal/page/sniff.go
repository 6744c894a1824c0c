package page

import "bytes"

// htmlTags are what a page may begin with, as browsers recognise it.
var htmlTags = []string{
	"!doctype html", "html", "head", "body", "title", "meta", "link", "base", "script", "style", "iframe", "noscript", "h1",
	"div", "p", "a", "b", "br", "font", "table", "img", "video", "section", "main", "article", "header", "nav", "ul", "span",
	"center", "frameset",
}

// Sniff tells whether the first bytes of a decoded document look like HTML. Comments and an XML declaration before it
// are passed over; a comment that does not end within head says nothing.
func Sniff(head []byte) bool {
	for rest := trimStart(head); len(rest) > 1 && rest[0] == '<'; rest = trimStart(rest) {
		var end string
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(rest, []byte("<?")):
			end = "?>"
		default:
			return beginsHTML(rest[1:])
		}
		i := bytes.Index(rest, []byte(end))
		if i < 0 {
			return false
		}
		rest = rest[i+len(end):]
	}
	return false
}

// trimStart takes off white space and byte order marks, and the NULs of UTF-16, which the tags do without.
func trimStart(b []byte) []byte {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		b = bytes.ReplaceAll(b[2:], []byte{0}, nil)
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		b = b[3:]
	}
	return bytes.TrimLeft(b, " \t\r\n\f")
}

func beginsHTML(rest []byte) bool {
	for _, tag := range htmlTags {
		if len(rest) > len(tag) && bytes.EqualFold(rest[:len(tag)], []byte(tag)) {
			switch rest[len(tag)] {
			case ' ', '\t', '\r', '\n', '\f', '>', '/':
				return true
			}
		}
	}
	return false
}

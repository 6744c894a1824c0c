package sitemap

import (
	"bytes"
	"unicode"
)

// space are the bytes that XML takes for white.
var space = [256]bool{' ': true, '\t': true, '\r': true, '\n': true}

func trimLeft(b []byte) []byte {
	for len(b) > 0 && space[b[0]] {
		b = b[1:]
	}
	return b
}

// trim takes spaces off both ends: those of Unicode and the zero-width ones too, which editors leave around a URL.
func trim(b []byte) []byte {
	if len(b) > 0 && plainEdge(b[0]) && plainEdge(b[len(b)-1]) {
		return b
	}
	b = trimLeft(b)
	for len(b) > 0 && space[b[len(b)-1]] {
		b = b[:len(b)-1]
	}
	return bytes.TrimFunc(b, isSpace)
}

// plainEdge tells whether a text may begin and end with c.
func plainEdge(c byte) bool { return c > ' ' && c < 0x80 }

func isSpace(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u200e', '\u200f':
		return true
	}
	return unicode.IsSpace(r)
}

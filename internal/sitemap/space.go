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
	b = trimLeft(b)
	for len(b) > 0 && space[b[len(b)-1]] {
		b = b[:len(b)-1]
	}
	if len(b) > 0 && (b[0] <= ' ' || b[0] >= 0x80 || b[len(b)-1] <= ' ' || b[len(b)-1] >= 0x80) {
		return bytes.TrimFunc(b, isSpace)
	}
	return b
}

func isSpace(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u200e', '\u200f':
		return true
	}
	return unicode.IsSpace(r)
}

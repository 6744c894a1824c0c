package page

import (
	"unicode/utf16"
	"unicode/utf8"
)

// hexRune reads up to most hexadecimal digits and returns how many there were.
func hexRune(text []byte, most int) (rune, int) {
	var r rune
	n := 0
	for n < most && n < len(text) {
		d, ok := unhex(text[n])
		if !ok {
			break
		}
		r = r<<4 | rune(d)
		n++
	}
	return r, n
}

func unhex(c byte) (byte, bool) {
	switch c = lower(c); {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}

// appendRune appends r; what is no character becomes the replacement character, NUL too.
func appendRune(dst []byte, r rune) []byte {
	if r == 0 {
		r = utf8.RuneError
	}
	return utf8.AppendRune(dst, r)
}

// appendEscape appends what the escape at text, which begins with a backslash, stands for in JavaScript and JSON, and
// returns its length. Several backslashes are taken for one: JSON inside of strings of JSON has them doubled.
func appendEscape(dst, text []byte) ([]byte, int) {
	n := 1
	for n < len(text) && text[n] == '\\' {
		n++
	}
	if n == len(text) {
		return dst, n
	}
	c := text[n]
	n++
	switch c {
	case 'u', 'x':
		digits := 4
		if c == 'x' {
			digits = 2
		}
		r, read := hexRune(text[n:], digits)
		if read != digits {
			return append(dst, c), n
		}
		n += read
		if utf16.IsSurrogate(r) && len(text) > n+1 && text[n] == '\\' && text[n+1] == 'u' {
			if low, read := hexRune(text[n+2:], 4); read == 4 {
				return appendRune(dst, utf16.DecodeRune(r, low)), n + 2 + read
			}
		}
		return appendRune(dst, r), n
	case 'n', 'r', 't', 'b', 'f':
		return append(dst, ' '), n // white space ends a URL or is cut off it, whichever it is
	}
	return append(dst, c), n
}

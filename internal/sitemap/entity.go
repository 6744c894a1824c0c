package sitemap

import (
	"bytes"
	"html"
	"strconv"
	"unicode/utf8"
)

// longestEntity bounds a reference: the longest name of HTML is CounterClockwiseContourIntegral.
const longestEntity = 40

// appendText appends text with its references decoded, once. What is none is left as it stands: most files with a bare &
// have it in a query.
func (p *parser) appendText(dst, s []byte) []byte {
	for {
		i := bytes.IndexByte(s, '&')
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i]...)
		s = s[i:]
		n := bytes.IndexByte(s[:min(len(s), longestEntity)], ';') + 1
		decoded, ok := appendEntity(dst, s[1:max(n-1, 1)])
		if !ok {
			if n > 2 && isName(s[1:n-1]) {
				p.fault(faultEntity, "unknown entity %q is left as it is", s[:n])
			}
			n, decoded = 1, append(dst, '&')
		}
		dst, s = decoded, s[n:]
	}
}

// appendEntity appends what a reference stands for, given without & and ;.
func appendEntity(dst, name []byte) ([]byte, bool) {
	switch string(name) {
	case "":
		return dst, false
	case "amp":
		return append(dst, '&'), true
	case "lt":
		return append(dst, '<'), true
	case "gt":
		return append(dst, '>'), true
	case "quot":
		return append(dst, '"'), true
	case "apos":
		return append(dst, '\''), true
	}
	if name[0] == '#' {
		return appendCharacter(dst, name[1:])
	}
	if !isName(name) {
		return dst, false
	}
	// A DTD of HTML would have to be declared; feeds use its names without.
	whole := "&" + string(name) + ";"
	decoded := html.UnescapeString(whole)
	if decoded == whole || decoded[len(decoded)-1] == ';' {
		return dst, false
	}
	return append(dst, decoded...), true
}

func appendCharacter(dst, digits []byte) ([]byte, bool) {
	base := 10
	if len(digits) > 0 && (digits[0] == 'x' || digits[0] == 'X') {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
	if err != nil || n > utf8.MaxRune {
		return dst, false
	}
	return utf8.AppendRune(dst, rune(n)), true
}

func isName(b []byte) bool {
	for _, c := range b {
		if !isNameStart(c) && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// decoded returns the value of an attribute: its text, trimmed.
func (p *parser) decoded(raw []byte) []byte {
	if bytes.IndexByte(raw, '&') < 0 {
		return trim(raw)
	}
	p.text = p.appendText(p.text[:0], raw)
	return trim(p.text)
}

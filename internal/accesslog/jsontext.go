package accesslog

import (
	"unicode/utf16"
	"unicode/utf8"
)

// stringEnd returns where the string that begins at i, after its quote, ends; -2 when it does not, so that what is
// after it is negative too.
func stringEnd(b []byte, i int) int {
	for from := i; ; {
		j := indexFrom(b, from, '"')
		if j < 0 {
			return -2
		}
		if j == i || b[j-1] != '\\' || !escaped(b[i:], j-i) {
			return j
		}
		from = j + 1
	}
}

// skipSpace returns the next index at or after i that is no white space of JSON.
func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	return i
}

// scalarEnd returns where a number, true, false or null ends.
func scalarEnd(b []byte, i int) int {
	for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && b[i] > ' ' {
		i++
	}
	return i
}

// compositeEnd returns what is after the object or array that begins at i; negative when it does not end. Depth costs
// it nothing.
func compositeEnd(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"':
			if i = stringEnd(b, i+1); i < 0 {
				return -1
			}
		}
	}
	return -1
}

// unescapeJSON undoes the escapes of a string. What is no escape stays as it is.
func (d *draft) unescapeJSON(v []byte) []byte {
	start := len(d.text)
	for i := 0; i < len(v); i++ {
		if v[i] != '\\' || i+1 == len(v) {
			d.text = append(d.text, v[i])
			continue
		}
		i++
		switch v[i] {
		case 'n':
			d.text = append(d.text, '\n')
		case 't':
			d.text = append(d.text, '\t')
		case 'r':
			d.text = append(d.text, '\r')
		case 'b':
			d.text = append(d.text, '\b')
		case 'f':
			d.text = append(d.text, '\f')
		case 'u':
			r, n := unicodeEscape(v[i+1:])
			d.text = utf8.AppendRune(d.text, r)
			i += n
		case 'x': // nginx without escape=json
			d.text = append(d.text, '\\', 'x')
		default:
			d.text = append(d.text, v[i])
		}
	}
	return d.text[start:]
}

// unicodeEscape reads the digits after \u, and a second escape when the first is half of a pair.
func unicodeEscape(v []byte) (r rune, n int) {
	r, ok := hex4(v)
	if !ok {
		return utf8.RuneError, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 4
	}
	if len(v) >= 10 && v[4] == '\\' && v[5] == 'u' {
		if low, ok := hex4(v[6:]); ok && utf16.DecodeRune(r, low) != utf8.RuneError {
			return utf16.DecodeRune(r, low), 10
		}
	}
	return utf8.RuneError, 4
}

func hex4(v []byte) (rune, bool) {
	if len(v) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range v[:4] {
		if !isHex(c) {
			return 0, false
		}
		r = r<<4 | rune(unhex(c))
	}
	return r, true
}

package hls

import "strings"

// attributes walks over an attribute list (RFC 8216, 4.2) without allocating. It also reads what packagers write:
// blanks around names and values, values that lack their quotes, a last quote that is missing.
type attributes struct {
	rest        string
	name, value string
}

func (a *attributes) next() bool {
	for a.rest != "" {
		a.rest = strings.TrimLeft(a.rest, ", \t")
		end := strings.IndexAny(a.rest, "=,")
		if end < 0 {
			break
		}
		if a.rest[end] == ',' { // a name without a value
			a.rest = a.rest[end:]
			continue
		}
		a.name = trim(a.rest[:end])
		a.rest = strings.TrimLeft(a.rest[end+1:], " \t")
		a.takeValue()
		return true
	}
	a.rest = ""
	return false
}

func (a *attributes) takeValue() {
	if strings.HasPrefix(a.rest, `"`) {
		if end := strings.IndexByte(a.rest[1:], '"'); end >= 0 {
			a.value, a.rest = a.rest[1:end+1], a.rest[end+2:]
			return
		}
		a.value, a.rest = trim(a.rest[1:]), ""
		return
	}
	end := 0
	for {
		i := strings.IndexByte(a.rest[end:], ',')
		if i < 0 {
			end = len(a.rest)
			break
		}
		if end += i; beginsAttribute(a.rest[end+1:]) {
			break
		}
		end++
	}
	a.value, a.rest = strings.TrimRight(a.rest[:end], ", \t"), a.rest[end:]
}

// beginsAttribute tells the comma between two attributes from one inside a value that should have been quoted, such as
// CODECS=avc1.4d401f,mp4a.40.2.
func beginsAttribute(s string) bool {
	s = strings.TrimLeft(s, " \t")
	for i := range len(s) {
		switch c := s[i]; {
		case c == '=':
			return i > 0
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == ' ':
		default:
			return false
		}
	}
	return s == ""
}

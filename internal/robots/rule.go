package robots

import (
	"cmp"
	"slices"
	"strings"
)

// rule is one Allow or Disallow line.
type rule struct {
	pattern string // escaped; * stands for any run of bytes, $ at the end for the end of the path
	length  int    // of the pattern: of two rules that match the longer one decides
	allow   bool
}

// before tells whether r decides when both match: the longer one, and of two equals the one that allows.
func (r rule) before(o rule) bool {
	if r.length != o.length {
		return r.length > o.length
	}
	return r.allow && !o.allow
}

// sortRules puts the rule that decides before the one that does not, so that the first match is the answer.
func sortRules(rules []rule) {
	slices.SortStableFunc(rules, func(a, b rule) int {
		if c := cmp.Compare(b.length, a.length); c != 0 {
			return c
		}
		switch {
		case a.allow == b.allow:
			return 0
		case a.allow:
			return -1
		}
		return 1
	})
}

// match tells whether the pattern matches the path from its beginning. Each literal between two stars is looked for once,
// from where the one before it ended: leftmost is never worse than later, so there is nothing to go back to, and the time
// is linear in the path for any number of stars.
func (r rule) match(path string) bool {
	pattern, anchored := strings.CutSuffix(r.pattern, "$")
	literal, rest, starred := strings.Cut(pattern, "*")
	if !strings.HasPrefix(path, literal) {
		return false
	}
	path = path[len(literal):]
	for starred {
		literal, rest, starred = strings.Cut(rest, "*")
		if !starred && anchored {
			return strings.HasSuffix(path, literal)
		}
		i := strings.Index(path, literal)
		if i < 0 {
			return false
		}
		path = path[i+len(literal):]
	}
	return !anchored || path == ""
}

// directoryIndex returns the pattern of the folder that an Allow of its index.html stands for. Google reads it so.
func directoryIndex(pattern string) (string, bool) {
	slash := strings.LastIndexByte(pattern, '/')
	if slash < 0 || !strings.HasPrefix(pattern[slash:], "/index.htm") {
		return "", false
	}
	return pattern[:slash+1] + "$", true
}

// escape writes a pattern the way URLs are written: bytes above ASCII percent-encoded, the digits of encoded ones upper case.
func escape(pattern string) string {
	if !needsEscape(pattern) {
		return pattern
	}
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c >= 0x80:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		case c == '%' && i+2 < len(pattern) && isHex(pattern[i+1]) && isHex(pattern[i+2]):
			b.WriteString(strings.ToUpper(pattern[i : i+3]))
			i += 2
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

const hex = "0123456789ABCDEF"

func needsEscape(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 || s[i] == '%' {
			return true
		}
	}
	return false
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

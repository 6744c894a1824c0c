package urlkey

import (
	"fmt"
	"slices"
	"strings"
)

// What makes a URL of a page look like one of endlessly many.
const (
	// MaxPathDepth is how many segments the path of a page may have; real sites stay far below.
	MaxPathDepth = 20
	// MaxRepeats is how often the same segments may follow each other: more come of a relative link that leads into
	// itself, /a/b/a/b/a/b.
	MaxRepeats = 2
)

// Trap tells why the URL of a page, in its normal form, looks like a trap for crawlers, or returns "". It is meant for
// pages that links lead to; a playlist may name what it likes.
func Trap(normal string) string {
	path := strings.TrimPrefix(normal[len(authority(normal)):], "/")
	path, _, _ = strings.Cut(path, "?")
	path = strings.TrimSuffix(path, "/")
	if n := strings.Count(path, "/") + 1; n > MaxPathDepth {
		return fmt.Sprintf("path is %d segments deep, the limit is %d", n, MaxPathDepth)
	}
	segments := strings.Split(path, "/")
	for from := range segments {
		for width := 1; from+width*(MaxRepeats+1) <= len(segments); width++ {
			if repeats(segments[from:], width) {
				return fmt.Sprintf("path repeats %q more than %d times", strings.Join(segments[from:from+width], "/"), MaxRepeats)
			}
		}
	}
	return ""
}

// repeats tells whether the first width segments stand there more than MaxRepeats times in a row. Numbers alone may:
// dates do, /2011/11/11/11.
func repeats(segments []string, width int) bool {
	unit := segments[:width]
	for i := 1; i <= MaxRepeats; i++ {
		if !slices.Equal(unit, segments[i*width:(i+1)*width]) {
			return false
		}
	}
	return slices.ContainsFunc(unit, func(s string) bool { return strings.Trim(s, "0123456789") != "" })
}

// Shape returns what a URL in its normal form has in common with those that a program made in the same way: numbers and
// tokens, such as a session id, are "0", and of the query only the names are left, sorted. A budget for each shape ends
// calendars and filters that never end: https://h/cal/0/0?day&view.
func Shape(normal string) string {
	origin := authority(normal)
	path, query, hasQuery := strings.Cut(normal[len(origin):], "?")
	out := appendShape(append(make([]byte, 0, len(normal)+1), origin...), path)
	if !hasQuery {
		return string(out)
	}
	names := strings.Split(query, "&")
	for i, p := range names {
		names[i], _, _ = strings.Cut(p, "=")
	}
	slices.Sort(names)
	return string(out) + "?" + strings.Join(slices.Compact(names), "&")
}

// minToken is how long a word of digits and letters is that was drawn, not written: session ids have 24 and more.
const minToken = 16

// appendShape appends path with each token as one 0, and each run of digits.
func appendShape(dst []byte, path string) []byte {
	for path != "" {
		n := word(path)
		switch w := path[:n]; {
		case isToken(w):
			dst = append(dst, '0')
		default:
			dst = appendNumbers(dst, w)
		}
		if n < len(path) {
			dst = append(dst, path[n])
			n++
		}
		path = path[n:]
	}
	return dst
}

// word is the length of what path begins with up to the next delimiter. A dash is none: UUIDs have them.
func word(path string) int {
	for i := range len(path) {
		if c := path[i]; !isDigit(c) && !isLetter(c) && c != '-' {
			return i
		}
	}
	return len(path)
}

// isToken tells a word that was drawn: a long one of digits and letters, or of hexadecimal digits with dashes.
func isToken(w string) bool {
	if len(w) < minToken {
		return false
	}
	digits, letters, dashes, hex := 0, 0, 0, true
	for i := range len(w) {
		switch c := w[i]; {
		case isDigit(c):
			digits++
		case c == '-':
			dashes++
		default:
			letters++
			hex = hex && c|0x20 <= 'f'
		}
	}
	return digits > 0 && letters > 0 && (dashes == 0 || hex)
}

func appendNumbers(dst []byte, w string) []byte {
	digits := false
	for i := range len(w) {
		c := w[i]
		if isDigit(c) {
			if digits {
				continue
			}
			c = '0'
		}
		digits = c == '0'
		dst = append(dst, c)
	}
	return dst
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

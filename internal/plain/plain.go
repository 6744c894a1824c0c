// Package plain makes text from outside safe to show: on a terminal, in a log, in a report.
package plain

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// escapes are the sequences that terminals act on: ESC [ … letter, ESC ] … BEL, and ESC with one more.
var escapes = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|\x1b.?|\u009b[0-?]*[ -/]*[@-~]")

// Text takes away what text from outside could act with on a terminal or a reader: escape sequences whole, control
// characters, and the invisible ones that turn the direction of text or hide in it. Line breaks and tabs become spaces.
func Text(s string) string {
	if strings.ContainsAny(s, "\x1b\u009b") {
		s = escapes.ReplaceAllString(s, "")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
}

// URL is Text of a URL whose secrets are masked.
func URL(u string) string { return Text(urlkey.Redact(u)) }

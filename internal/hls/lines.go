package hls

import (
	"strings"

	"github.com/edgewarm/edgewarm/internal/warning"
)

// MaxLine is the longest line that is read. Keys in data: URIs are the longest that honest playlists have, some tens of
// kilobytes; what is longer is left out with a warning.
const MaxLine = 256 << 10

// lines gives the lines of a playlist one by one, without the blanks around them. It knows LF, CRLF and a lone CR.
type lines struct {
	rest   string
	size   int
	cr     bool // there is a CR anywhere
	faults *warning.List

	text   string // the line at hand
	number int    // its number, from 1
	offset int64  // where it begins
}

func newLines(body string, w *warning.List) lines {
	return lines{rest: body, size: len(body), cr: strings.IndexByte(body, '\r') >= 0, faults: w}
}

// next goes to the next line that is not too long, and is false at the end.
func (l *lines) next() bool {
	for l.rest != "" {
		l.number++
		l.offset = int64(l.size - len(l.rest))
		l.text = trim(l.cut())
		if len(l.text) <= MaxLine {
			return true
		}
		l.faults.Addf(l.number, l.offset, "line of %d bytes is left out: the limit is %d", len(l.text), MaxLine)
	}
	return false
}

func (l *lines) cut() string {
	end, after := len(l.rest), len(l.rest)
	if i := strings.IndexByte(l.rest, '\n'); i >= 0 {
		end, after = i, i+1
	}
	if l.cr {
		if i := strings.IndexByte(l.rest[:end], '\r'); i >= 0 {
			if i < end-1 {
				after = i + 1
			}
			end = i
		}
	}
	line := l.rest[:end]
	l.rest = l.rest[after:]
	return line
}

// warn adds a warning about the line at hand.
func (l *lines) warn(format string, args ...any) {
	l.faults.Addf(l.number, l.offset, format, args...)
}

// trim takes off ASCII blanks only: the others may belong to a name.
func trim(s string) string {
	for s != "" && isBlank(s[0]) {
		s = s[1:]
	}
	for s != "" && isBlank(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\v' || c == '\f' }

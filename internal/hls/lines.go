package hls

import (
	"strings"

	"github.com/edgewarm/edgewarm/internal/warning"
)

// MaxLine is the longest line that is read. Keys in data: URIs are the longest that honest playlists have, some tens of
// kilobytes; what is longer is left out with a warning.
const MaxLine = 256 << 10

// lines gives the lines of a playlist one by one, without the blanks around them. It knows LF, CRLF and a lone CR.
// It counts in offsets, since a pointer written for each line costs more than to find it.
type lines struct {
	src      string
	next     int  // where the next line begins
	cr       bool // there is a CR anywhere
	from, to int  // the line at hand
	number   int  // its number, from 1
	faults   *warning.List
}

func newLines(body string, w *warning.List) lines {
	return lines{src: body, cr: strings.IndexByte(body, '\r') >= 0, faults: w}
}

// text is the line at hand.
func (l *lines) text() string { return l.src[l.from:l.to] }

// offset is where the line at hand begins.
func (l *lines) offset() int64 { return int64(l.from) }

// scan goes to the next line that is not too long, and is false at the end.
func (l *lines) scan() bool {
	for l.next < len(l.src) {
		l.number++
		l.from = l.next
		l.to = l.cut()
		for l.from < l.to && isBlank(l.src[l.from]) {
			l.from++
		}
		for l.from < l.to && isBlank(l.src[l.to-1]) {
			l.to--
		}
		if l.to-l.from <= MaxLine {
			return true
		}
		l.warn("line of %d bytes is left out: the limit is %d", l.to-l.from, MaxLine)
	}
	return false
}

// cut returns where the line at next ends, and moves next behind it.
func (l *lines) cut() int {
	rest := l.src[l.next:]
	end, after := len(rest), len(rest)
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		end, after = i, i+1
	}
	if l.cr {
		if i := strings.IndexByte(rest[:end], '\r'); i >= 0 {
			if i < end-1 {
				after = i + 1
			}
			end = i
		}
	}
	end += l.next
	l.next += after
	return end
}

// warn adds a warning about the line at hand.
func (l *lines) warn(format string, args ...any) {
	l.faults.Addf(l.number, l.offset(), format, args...)
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

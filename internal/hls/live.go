package hls

import (
	"strings"

	"github.com/edgewarm/edgewarm/internal/warning"
)

// IsLive says whether a body is a media playlist that may still change: one without an end that is not of the type VOD.
// It looks at nothing else, so that it can be asked before Parse.
func IsLive(body []byte) bool {
	text := view(body)
	return isLive(text) && classify(text) == media
}

func isLive(text string) bool {
	return !hasLine(text, "ENDLIST") && !hasLine(text, "PLAYLIST-TYPE:VOD")
}

// prepare finds out what has to be known before the first entry is emitted: whether the playlist is live, and where its
// last segments begin.
func (m *mediaReader) prepare(text string) {
	m.references = strings.Contains(text, "{$")
	m.queries = strings.IndexByte(text, '?') >= 0
	m.live = isLive(text)
	if !m.live || m.o.Live == LiveWindow || hasLine(text, "PLAYLIST-TYPE:EVENT") {
		return
	}
	m.first = m.limit
	if m.o.Live == LiveLastN {
		last := m.o.LiveLast
		if last <= 0 {
			last = defaultLast
		}
		m.first = max(0, countURIs(text)-last)
	}
}

// defaultLast is where players join a live stream: three target durations from its end (RFC 8216, 6.3.3).
const defaultLast = 3

// hasLine looks for a line that begins with #EXT-X- and then name, from the end, where ENDLIST is. It searches for the
// name alone, since half of all lines begin like the rest.
func hasLine(text, name string) bool {
	const prefix = "#EXT-X-"
	last := max(0, len(text)-64)
	for from := last; ; {
		i := strings.Index(text[from:], name)
		switch {
		case i >= 0:
			from += i
			if start := from - len(prefix); start >= 0 && text[start:from] == prefix && beginsLine(text, start) {
				return true
			}
			from += len(name)
		case last > 0:
			from, last = 0, 0
		default:
			return false
		}
	}
}

func beginsLine(text string, i int) bool {
	for i > 0 && isBlank(text[i-1]) {
		i--
	}
	return i == 0 || text[i-1] == '\n' || text[i-1] == '\r'
}

func countURIs(text string) int {
	n := 0
	for l := newLines(text, new(warning.List)); l.scan(); {
		if l.text() != "" && l.text()[0] != '#' {
			n++
		}
	}
	return n
}

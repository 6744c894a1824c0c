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
	return !hasLine(text, "#EXT-X-ENDLIST") && !hasLine(text, "#EXT-X-PLAYLIST-TYPE:VOD")
}

// prepare finds out what has to be known before the first entry is emitted: whether the playlist is live, and where its
// last segments begin.
func (m *mediaReader) prepare(text string) {
	m.references = strings.Contains(text, "{$")
	m.queries = strings.IndexByte(text, '?') >= 0
	m.live = isLive(text)
	if !m.live || m.o.Live == LiveWindow || hasLine(text, "#EXT-X-PLAYLIST-TYPE:EVENT") {
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

// hasLine looks for a line that begins with tag, from the end, where ENDLIST is.
func hasLine(text, tag string) bool {
	if tail := text[max(0, len(text)-64):]; strings.Contains(tail, "\n"+tag) {
		return true
	}
	for from := 0; ; {
		i := strings.Index(text[from:], tag)
		if i < 0 {
			return false
		}
		if from += i; beginsLine(text, from) {
			return true
		}
		from += len(tag)
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

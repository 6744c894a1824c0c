package hls

import "strings"

// resource is what a tag with a URI names, for the segments from there on.
type resource struct {
	uri     string
	line    int
	offset  int
	part    Range
	ranged  bool
	pending bool // not emitted yet
}

// key is one EXT-X-KEY of the segments from there on.
type key struct {
	resource
	method, format string
}

// maxKeys is how many keys may stand before one segment: one for each DRM system there is, and then some.
const maxKeys = 64

// initSection reads EXT-X-MAP. It is emitted before the first wanted segment that needs it.
func (m *mediaReader) initSection(list string) {
	was := m.mapping
	m.pending = true
	m.mapping = resource{line: m.number, offset: m.from, pending: true}
	for a := (attributes{rest: list}); a.next(); {
		switch a.name {
		case "URI":
			m.mapping.uri = a.value
		case "BYTERANGE":
			m.mapping.part, m.mapping.ranged = subRange(m.expanded(a.value))
			m.mapping.part.Offset = max(0, m.mapping.part.Offset)
		}
	}
	if m.mapping.uri == "" {
		m.warn("EXT-X-MAP without a URI")
		m.mapping.pending = false
	}
	if was.uri == m.mapping.uri && was.part == m.mapping.part && !was.pending {
		m.mapping.pending = false
	}
}

// key reads EXT-X-KEY. Several before one segment are for different DRM systems.
func (m *mediaReader) key(list string) {
	k := readKey(list, m.expanded)
	m.pending = true
	k.line, k.offset, k.pending = m.number, m.from, true
	if m.keysFor != m.doc.Segments || k.method == "NONE" {
		m.keys, m.lastKeys, m.keysFor = m.lastKeys[:0], m.keys, m.doc.Segments
	}
	for i := range m.lastKeys {
		if last := &m.lastKeys[i]; last.uri == k.uri && !last.pending {
			k.pending = false // only its IV is another
		}
	}
	switch {
	case k.method == "NONE":
	case k.uri == "":
		m.warn("EXT-X-KEY without a URI")
	case len(m.keys) == maxKeys:
		m.warn("EXT-X-KEY is left out: the limit before one segment is %d", maxKeys)
	default:
		m.keys = append(m.keys, k)
	}
}

func readKey(list string, expanded func(string) string) (k key) {
	for a := (attributes{rest: list}); a.next(); {
		switch a.name {
		case "METHOD":
			k.method = strings.Clone(a.value)
		case "URI":
			k.uri = a.value
		case "KEYFORMAT":
			k.format = strings.Clone(expanded(a.value))
		}
	}
	return k
}

// isDRM says that a key is not a file over HTTP: its format is one of a DRM system, or its URI is of another scheme.
func (k *key) isDRM(uri string) bool {
	if k.format != "" && k.format != "identity" {
		return true
	}
	scheme, _, found := strings.Cut(uri, ":")
	if !found || strings.ContainsAny(scheme, "/?#") {
		return false
	}
	return !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https")
}

// emitPending emits the keys and the init section that the next segment or part needs and that were not emitted yet.
func (m *mediaReader) emitPending() {
	if !m.pending {
		return
	}
	m.pending = false
	line := m.lines
	for i := range m.keys {
		if k := &m.keys[i]; k.pending {
			k.pending = false
			m.number, m.from = k.line, k.offset
			m.sendKey(k, "")
		}
	}
	if m.mapping.pending {
		m.mapping.pending = false
		m.number, m.from = m.mapping.line, m.mapping.offset
		m.set(Entry{Kind: Init, Index: m.doc.Segments, Start: m.doc.Duration, Live: m.live})
		if m.mapping.ranged {
			m.setRange(m.mapping.part)
		}
		m.send(m.mapping.uri)
	}
	m.lines = line
}

// sendKey emits a key. The URI of a DRM system is nothing that can be fetched, and is given as it is written.
func (m *mediaReader) sendKey(k *key, role string) {
	m.set(Entry{Kind: Key, Role: role, Method: k.method, KeyFormat: k.format, Live: m.live, Line: k.line})
	uri := m.expanded(k.uri)
	if !k.isDRM(uri) {
		m.send(k.uri)
		return
	}
	if uri == "" || m.stopped {
		return
	}
	m.entry.Role, m.entry.URL = RoleDRM, strings.Clone(uri)
	m.stopped = !m.emit(&m.entry)
}

package hls

import "strings"

// safeText is a multivariant playlist in the one form that the decoder reads right, and where its lines were.
//
// In it each variant's tag stands right before its URI, attribute lists are well-formed, with their variables
// substituted, and there are no blank lines. The tags that the decoder would lose or multiply have other names, under
// which only our own decoder knows them.
type safeText struct {
	text []byte
	tags []place // of each tag in text
	uris []place // of each URI in text
}

type place struct {
	line   int
	offset int64
}

// renamed is what stands for "#EXT-X-" in front of tags that are ours to decode.
const renamed = "#EXT-EDGEWARM-"

const streamInf = "#EXT-X-STREAM-INF"

// makeSafe reads the lines of a multivariant playlist.
func (r *reader) makeSafe(text string) *safeText {
	s := &safeText{text: make([]byte, 0, len(text)+len(text)/8)}
	s.text = append(s.text, "#EXTM3U\n"...)
	l := newLines(text, &r.warnings)
	w := safeWriter{reader: r, lines: &l, safeText: s}
	for l.scan() {
		switch {
		case l.text() == "":
		case l.text()[0] == '#':
			w.tag()
		default:
			w.uri()
		}
	}
	w.dropPending()
	return s
}

type safeWriter struct {
	*reader
	*lines
	*safeText
	pending      []byte // an EXT-X-STREAM-INF that waits for its URI
	pendingPlace place
	full         bool
}

func (w *safeWriter) place() place { return place{w.number, w.offset()} }

func (w *safeWriter) tag() {
	name, value, _ := strings.Cut(w.lines.text(), ":")
	switch name {
	case streamInf:
		w.dropPending()
		w.pending = w.list(w.pending[:0], streamInf, value)
		w.pendingPlace = w.place()
	case "#EXT-X-MEDIA", "#EXT-X-I-FRAME-STREAM-INF", "#EXT-X-IMAGE-STREAM-INF", "#EXT-X-SESSION-DATA",
		"#EXT-X-SESSION-KEY", "#EXT-X-CONTENT-STEERING":
		if w.room() {
			w.safeText.text = w.list(w.safeText.text, renamed+name[len("#EXT-X-"):], value)
			w.tags = append(w.tags, w.place())
		}
	case "#EXT-X-DEFINE":
		if err := w.vars.define(value); err != nil {
			w.reader.fail(w.number, w.offset(), err)
		}
	case "#EXTINF", "#EXT-X-TARGETDURATION", "#EXT-X-MEDIA-SEQUENCE", "#EXT-X-ENDLIST", "#EXT-X-BYTERANGE":
		w.warn("%s in a multivariant playlist", name[1:])
	}
}

func (w *safeWriter) uri() {
	if len(w.pending) == 0 {
		w.warn("URI without EXT-X-STREAM-INF is left out")
		return
	}
	uri, err := w.vars.expand(w.lines.text())
	if err != nil {
		w.reader.fail(w.number, w.offset(), err)
	} else if w.room() {
		w.safeText.text = append(w.safeText.text, w.pending...)
		w.safeText.text = append(append(w.safeText.text, oneLine(uri)...), '\n')
		w.tags = append(w.tags, w.pendingPlace)
		w.uris = append(w.uris, w.place())
	}
	w.pending = w.pending[:0]
}

// oneLine keeps a substituted URI from being taken for a comment: a fragment alone names nothing.
func oneLine(uri string) string {
	if strings.HasPrefix(trim(uri), "#") {
		return ""
	}
	return uri
}

// dropPending is for a variant whose URI did not come.
func (w *safeWriter) dropPending() {
	if len(w.pending) > 0 {
		w.reader.warnings.Addf(w.pendingPlace.line, w.pendingPlace.offset, "EXT-X-STREAM-INF without a URI is left out")
		w.pending = w.pending[:0]
	}
}

// room is false when the limit of playlists is reached, and says so once.
func (w *safeWriter) room() bool {
	if len(w.tags) < maxPlaylists {
		return true
	}
	if !w.full {
		w.full = true
		w.warn("what follows is left out: the limit is %d playlists", maxPlaylists)
	}
	return false
}

// list appends a tag with its attribute list: each value in quotes, so that no comma or blank in it misleads.
func (w *safeWriter) list(dst []byte, tag, list string) []byte {
	dst = append(append(dst, tag...), ':')
	for a := (attributes{rest: list}); a.next(); {
		value, err := w.vars.expand(a.value)
		if err != nil {
			w.reader.fail(w.number, w.offset(), err)
			continue
		}
		if value == "" || !isVariable(a.name) {
			continue
		}
		dst = append(append(dst, a.name...), '=', '"')
		for i := range len(value) {
			if value[i] != '"' {
				dst = append(dst, value[i])
			}
		}
		dst = append(dst, '"', ',')
	}
	return append(dst, '\n')
}

package page

import "bytes"

// jsonLevel is one object or array that is open, with the key that it belongs to.
type jsonLevel struct{ key []byte }

// jsonWalk is where in a JSON document a reader is.
type jsonWalk struct {
	levels []jsonLevel
	below  int    // levels open below maxJSONDepth
	deep   bool   // there were some
	key    []byte // of the value that comes next
}

func (w *jsonWalk) open() {
	if len(w.levels) == maxJSONDepth {
		w.deep = true
		w.below++
		return
	}
	w.levels = append(w.levels, jsonLevel{w.key})
}

func (w *jsonWalk) close() {
	switch n := len(w.levels); {
	case w.below > 0:
		w.below--
	case n > 0:
		w.key = w.levels[n-1].key // an array goes on with the key that it had
		w.levels = w.levels[:n-1]
	}
}

// jsonStrings calls visit with each string of a JSON document, its key, and the key of the object around it, in order.
// It reads what pages really have: comments, trailing and missing commas, single quotes, quotes and line ends in
// strings, CDATA and HTML comments around, an end too soon. It tells whether the document is nested deeper than
// maxJSONDepth; what is below is left out.
func (p *parser) jsonStrings(text []byte, visit func(outer, key, value []byte)) (deep bool) {
	w := jsonWalk{levels: p.store.json[:0]}
	for i := 0; i < len(text) && !p.stopped; {
		switch c := text[i]; {
		case c == '{' || c == '[':
			w.open()
			i++
		case c == '}' || c == ']':
			w.close()
			i++
		case c == '"', c == '\'' && (i == 0 || !isWord(text[i-1])): // no apostrophe of what was meant for a string
			s, n := jsonString(text[i:])
			i += n
			if j := skipSpace(text, i); j < len(text) && text[j] == ':' {
				w.key = s
				i = j + 1
			} else if w.below == 0 {
				visit(outerKey(w.levels), w.key, s)
			}
		case c == '/':
			i += jsonComment(text[i:])
		default:
			i++
		}
	}
	p.store.json = w.levels[:0]
	return w.deep
}

// outerKey returns the key that the innermost open object or array belongs to.
func outerKey(levels []jsonLevel) []byte {
	if len(levels) == 0 {
		return nil
	}
	return levels[len(levels)-1].key
}

// jsonComment returns the length of a comment, or 1 for a slash that begins none.
func jsonComment(text []byte) int {
	switch {
	case bytes.HasPrefix(text, []byte("//")):
		return 2 + through(text[2:], "\n")
	case bytes.HasPrefix(text, []byte("/*")):
		return 2 + through(text[2:], "*/")
	}
	return 1
}

// jsonString returns the value of the string at text and its length in it.
func jsonString(text []byte) ([]byte, int) {
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case quote:
			if closes(text[i+1:]) {
				return text[1:i], i + 1
			}
		case '\\':
			return escapedString(text, i)
		}
	}
	return text[1:], len(text)
}

// closes tells whether a quote before rest ends its string: others are quotes inside of it that should have been
// escaped.
func closes(rest []byte) bool {
	i := skipSpace(rest, 0)
	if i == len(rest) || bytes.IndexByte([]byte(",:}]/"), rest[i]) >= 0 {
		return true
	}
	return i > 0 && (rest[i] == '"' || rest[i] == '\'') // a comma is missing
}

// escapedString is jsonString of one with a backslash, the first at text[i].
func escapedString(text []byte, i int) ([]byte, int) {
	out := append(make([]byte, 0, 2*i+64), text[1:i]...)
	for i < len(text) {
		switch c := text[i]; {
		case c == text[0] && closes(text[i+1:]):
			return out, i + 1
		case c == '\\' && i+1 < len(text) && text[i+1] == '\\':
			out = append(out, '\\')
			i += 2
		case c == '\\':
			var n int
			out, n = appendEscape(out, text[i:])
			i += n
		default:
			out = append(out, c)
			i++
		}
	}
	return out, i
}

package sitemap

import "bytes"

// tag is one start or end tag. Its slices are of the window: they are good until more is read.
type tag struct {
	elem   element
	raw    []byte // the name as written
	prefix []byte // of the name, without colon
	name   []byte // what follows the prefix
	attrs  attrs
	size   int // from < to what follows >
	end    bool
	empty  bool // <x/>
}

// maxTag bounds one tag; the attributes of a real one are some hundred bytes.
const maxTag = 64 << 10

// ends are the bytes that end a name.
var ends = func() (t [256]bool) {
	for _, c := range " \t\r\n/><=\"'" {
		t[c] = true
	}
	return t
}()

// tag reads the tag at the next byte, which is <, and whose second one is no ! or ?. It does not take it off the window.
// It returns false when the document ends inside of it.
func (p *parser) tag(t *tag) bool {
	for {
		w := p.unread()
		if t.simple(w) {
			return true
		}
		size, whole := tagSize(w)
		if whole || size > maxTag {
			if !whole || w[size-1] != '>' {
				p.fault(faultTag, "tag %.40q is not closed", w[:min(size, len(w))])
			}
			*t = readTag(w[:size])
			return true
		}
		if !p.more() {
			return false
		}
	}
}

// simple reads a tag without attributes and spaces, as nearly all are.
func (t *tag) simple(w []byte) bool {
	first, start := 1, 1
	if len(w) > 1 && w[1] == '/' {
		first, start = 2, 2
	}
	i := first
	for i < len(w) && !ends[w[i]] {
		if w[i] == ':' {
			start = i + 1
		}
		i++
	}
	if i == len(w) || w[i] != '>' {
		return false
	}
	t.raw, t.name, t.prefix, t.attrs = w[first:i], w[start:i], w[first:max(start-1, first)], nil
	t.end, t.empty = first == 2, false
	t.elem = elementOf(t.name)
	t.size = i + 1
	return true
}

// tagSize finds the end of the tag that w begins with. A < ends it too, since none can stand in a tag: then the tag is
// what was before it, or up to the first >, where that stood in a quote that was never closed.
func tagSize(w []byte) (size int, whole bool) {
	if i := bytes.IndexByte(w, '>') + 1; i > 0 && isSound(w[1:i]) {
		return i, true
	}
	var quote byte
	first := 0 // after the first > in the quote
	for i := 1; i < len(w); i++ {
		switch c := w[i]; {
		case c == '<' && first > 0:
			return first, true
		case c == '<':
			return i, true
		case c == '>' && quote == 0:
			return i + 1, true
		case c == '>' && first == 0:
			first = i + 1
		case quote != 0 && c == quote:
			quote, first = 0, 0
		case quote == 0 && (c == '"' || c == '\'') && i > 1 && (w[i-1] == '=' || space[w[i-1]]):
			quote = c
		}
	}
	return len(w), false
}

// isSound tells whether a tag that ends at its first > has nothing in it that could make that another one's.
func isSound(w []byte) bool {
	return bytes.IndexByte(w, '<') < 0 && bytes.IndexByte(w, '\'') < 0 && bytes.Count(w, quoteMark)%2 == 0
}

var quoteMark = []byte{'"'}

// readTag takes a whole tag apart.
func readTag(w []byte) tag {
	t := tag{size: len(w)}
	inner := bytes.TrimSuffix(w[1:], []byte{'>'})
	if t.end = len(inner) > 0 && inner[0] == '/'; t.end {
		inner = inner[1:]
	} else if trimmed, ok := bytes.CutSuffix(inner, []byte{'/'}); ok {
		inner, t.empty = trimmed, true
	}
	i := 0
	for i < len(inner) && !ends[inner[i]] {
		i++
	}
	t.raw, t.attrs = inner[:i], attrs(inner[i:])
	t.name = t.raw
	if colon := bytes.LastIndexByte(t.raw, ':'); colon >= 0 {
		t.prefix, t.name = t.raw[:colon], t.raw[colon+1:]
	}
	t.elem = elementOf(t.name)
	return t
}

// attrs are the attributes of a tag as written.
type attrs []byte

// next takes off the first attribute. Its value is as written, without quotes.
func (a *attrs) next() (name, value []byte, ok bool) {
	w := *a
	for len(w) > 0 && ends[w[0]] {
		w = w[1:]
	}
	i := 0
	for i < len(w) && !ends[w[i]] {
		i++
	}
	name, w = w[:i], trimLeft(w[i:])
	if len(w) > 0 && w[0] == '=' {
		value, w = attrValue(trimLeft(w[1:]))
	}
	*a = w
	return name, value, len(name) > 0
}

func attrValue(w []byte) (value, rest []byte) {
	if len(w) == 0 {
		return nil, nil
	}
	if quote := w[0]; quote == '"' || quote == '\'' {
		if i := bytes.IndexByte(w[1:], quote); i >= 0 {
			return w[1 : 1+i], w[2+i:]
		}
		return w[1:], nil
	}
	i := 0
	for i < len(w) && !space[w[i]] {
		i++
	}
	return w[:i], w[i:]
}

// get returns the first attribute of that local name as written, or nil.
func (a attrs) get(want string) []byte {
	for {
		name, value, ok := a.next()
		if !ok {
			return nil
		}
		if colon := bytes.LastIndexByte(name, ':'); colon >= 0 {
			name = name[colon+1:]
		}
		if string(name) == want {
			return value
		}
	}
}

package sitemap

import (
	"bytes"
	"fmt"
)

// maxText bounds the text of one element. It is far above maxLength of a URL, so that a URL of 100 kB is told to be one.
const maxText = 256 << 10

// value takes an element off the window and returns its text, decoded, which is good until the next one. ok is false when
// the document ends before the element does, or when the text is too long.
func (p *parser) value(t *tag) (v []byte, ok bool) {
	p.pos += t.size
	start := p.offset()
	if t.empty {
		return nil, true
	}
	w := p.unread()
	i := bytes.IndexByte(w, '<')
	if i < 0 || !closes(w[i:], t.raw) {
		v, ok = p.slowValue(t.elem)
		p.valueAt = start
		return v, ok
	}
	p.valueAt = start
	p.depth--
	p.pos += i + len("</>") + len(t.raw)
	v = w[:i]
	if bytes.IndexByte(v, '&') >= 0 {
		p.text = p.appendText(p.text[:0], v)
		v = p.text
	}
	return v, true
}

// closes tells whether w begins with the end tag of that name.
func closes(w, name []byte) bool {
	n := len(name) + 2
	return len(w) > n && w[1] == '/' && w[n] == '>' && string(w[2:n]) == string(name)
}

// slowValue returns the text of the element whose start tag is off the window: over comments, CDATA sections and markup
// inside, to its end tag, or to what shows that there is none.
func (p *parser) slowValue(e element) (v []byte, ok bool) {
	p.text = p.text[:0]
	inner, long := 0, false
	for !p.stop {
		if !p.textRun(&long) || !p.need(2) {
			p.atEOF = true
			return nil, false
		}
		switch c := p.buf[p.pos+1]; {
		case c == '!' && p.need(len(cdataStart)) && bytes.HasPrefix(p.unread(), cdataStart):
			p.cdata(e)
		case c == '!' || c == '?':
			p.skipMarkup()
		case c == '/' || isNameStart(c):
			done, whole := p.tagInside(e, &inner)
			if done {
				return p.text, whole && !long
			}
		default:
			p.text = append(p.text, '<')
			p.pos++
		}
		long = long || len(p.text) > maxText
		if long {
			p.text = p.text[:0]
		}
	}
	return nil, false
}

// textRun appends the text before the next <, and is false where there is none.
func (p *parser) textRun(long *bool) bool {
	for {
		w := p.unread()
		if i := bytes.IndexByte(w, '<'); i >= 0 {
			p.text = p.appendText(p.text, w[:i])
			p.pos += i
			break
		}
		if p.more() {
			continue
		}
		if len(w) < maxWindow {
			return false
		}
		*long = true
		p.pos = p.end
	}
	if *long = *long || len(p.text) > maxText; *long {
		p.fault(faultLong, "text is longer than %d KiB", maxText>>10)
	}
	return true
}

// cdata appends the CDATA section at the next byte. A URL holds no <, so that one shows a section that was not closed.
func (p *parser) cdata(e element) {
	from := len(cdataStart)
	end := p.find(&p.cdatas, from)
	w := p.unread()
	stop, next := end, end+len(cdataEnd)
	if end < 0 {
		stop = len(w)
	}
	if end < 0 || e != elemTitle {
		if i := bytes.IndexByte(w[from:stop], '<'); i >= 0 {
			stop, end = from+i, -1
		}
	}
	if end < 0 {
		p.fault(faultSection, "CDATA section is not closed")
		next = stop
	}
	p.text = append(p.text, w[from:stop]...)
	p.pos += next
}

// tagInside acts on a tag inside the text of an element. done is true when the text ends there; whole is false when the
// document does.
func (p *parser) tagInside(e element, inner *int) (done, whole bool) {
	t := &p.inside
	if !p.tag(t) {
		p.atEOF = true
		return true, false
	}
	switch {
	case !t.end && t.elem == elemUnknown:
		p.pos += t.size
		if !t.empty {
			if *inner++; p.depth+*inner > maxDepth {
				p.fail(fmt.Errorf("%w: elements are nested deeper than %d", ErrLimit, maxDepth))
			}
		}
		return false, true
	case t.end && t.elem == elemUnknown && *inner > 0:
		*inner--
		p.pos += t.size
		return false, true
	case t.end && (t.elem == e || t.elem == elemUnknown):
		p.pos += t.size
	}
	if t.elem != e || !t.end {
		p.fault(faultNesting, "<%s> is closed by %.40q", names[e], p.tagText(t))
	}
	p.depth--
	return true, true
}

// tagText is how a tag is shown.
func (p *parser) tagText(t *tag) string {
	if t.end {
		return "</" + string(t.name[:min(len(t.name), longestName)]) + ">"
	}
	return "<" + string(t.name[:min(len(t.name), longestName)]) + ">"
}

package sitemap

import (
	"bytes"
	"fmt"
)

var (
	commentEnd = []byte("-->")
	cdataStart = []byte("<![CDATA[")
	cdataEnd   = []byte("]]>")
	piEnd      = []byte("?>")

	doctypeStart = []byte("<!DOCTYPE")
	entityStart  = []byte("<!ENTITY")
)

// section is a kind of markup that runs to a mark, whatever stands before it.
type section struct {
	end      []byte
	searched int64 // no end stands before this offset of the document
}

// find returns where the next end of the section begins in the unread bytes, from them on, or -1 when it is not within
// half of the largest window. Bytes that were searched for an earlier section that never ended are not searched again.
func (p *parser) find(s *section, from int) int {
	for {
		start := max(from, int(s.searched-p.offset()))
		w := p.unread()
		if start < len(w) {
			if i := bytes.Index(w[start:], s.end); i >= 0 {
				return start + i
			}
			s.searched = p.offset() + int64(max(from, len(w)-len(s.end)+1))
		}
		if len(w) >= maxWindow/2 || !p.more() {
			return -1
		}
	}
}

// skipMarkup takes what begins with <! or <? off the window: comments, CDATA, declarations, instructions.
func (p *parser) skipMarkup() {
	if !p.need(len(cdataStart)) && !p.need(2) {
		p.pos = p.end
		return
	}
	w := p.unread()
	switch {
	case bytes.HasPrefix(w, []byte("<!--")):
		p.skipSection(&p.comments, len("<!--"), "comment")
	case bytes.HasPrefix(w, cdataStart):
		p.skipSection(&p.cdatas, len(cdataStart), "CDATA section")
	case hasPrefixFold(w, doctypeStart):
		p.doctype()
	case hasPrefixFold(w, entityStart):
		p.fail(ErrEntities)
	default:
		p.skipDeclaration()
	}
}

// skipSection goes behind the end of a section. One that does not end is passed over by its beginning only, so that the
// entries after it are found.
func (p *parser) skipSection(s *section, from int, what string) {
	i := p.find(s, from)
	if i < 0 {
		p.fault(faultSection, "%s is not closed", what)
		p.pos += from
		return
	}
	p.pos += i + len(s.end)
}

// skipDeclaration goes behind <?…?> or <!…>. Where a < comes first the end was forgotten: then it is the first >.
func (p *parser) skipDeclaration() {
	for {
		w := p.unread()
		stop := bytes.IndexByte(w[1:], '<') + 1
		if stop == 0 {
			stop = len(w)
		}
		if i := bytes.Index(w[:stop], piEnd); i >= 0 && w[1] == '?' {
			p.pos += i + len(piEnd)
			return
		}
		if stop < len(w) || len(w) > maxTag || !p.more() {
			if i := bytes.IndexByte(w[:stop], '>'); i >= 0 {
				stop = i + 1
			}
			p.pos += stop
			return
		}
	}
}

// doctype goes behind a DOCTYPE. One that declares entities ends the parsing: expanding them is what attacks are made of,
// and leaving them out would change what the document says. What it names is never opened.
func (p *parser) doctype() {
	for {
		w := p.unread()
		w = w[:min(len(w), maxTag)]
		end := bytes.IndexByte(w, '>')
		subset := bytes.IndexByte(w, '[')
		if subset >= 0 && (end < 0 || subset < end) {
			end = subsetEnd(w, subset)
			if declaresEntity(w[subset:max(end, subset)+1]) || end < 0 && declaresEntity(w[subset:]) {
				p.fail(ErrEntities)
				return
			}
		}
		switch {
		case end >= 0 && isHTMLDoctype(w[:end]):
			p.fail(p.notSitemap("HTML"))
			return
		case end >= 0:
			p.pos += end + 1
			return
		case len(w) == maxTag:
			p.fail(fmt.Errorf("%w: DOCTYPE is longer than %d KiB", ErrLimit, maxTag>>10))
			return
		case !p.more():
			p.pos = p.end
			return
		}
	}
}

// subsetEnd returns where the > of a DOCTYPE stands whose internal subset begins at w[i], or -1.
func subsetEnd(w []byte, i int) int {
	closing := bytes.IndexByte(w[i:], ']')
	if closing < 0 {
		return -1
	}
	end := bytes.IndexByte(w[i+closing:], '>')
	if end < 0 {
		return -1
	}
	return i + closing + end
}

func declaresEntity(w []byte) bool { return bytes.Contains(bytes.ToUpper(w), entityStart) }

func isHTMLDoctype(w []byte) bool {
	root := trimLeft(w[len(doctypeStart):])
	return hasPrefixFold(root, []byte("html"))
}

func hasPrefixFold(w, prefix []byte) bool {
	return len(w) >= len(prefix) && bytes.EqualFold(w[:len(prefix)], prefix)
}

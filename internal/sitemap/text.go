package sitemap

import (
	"bytes"
)

// maxJunk is how many lines without a URL a text may begin with. After so many it is something else.
const maxJunk = 1000

// runText reads a text sitemap: one URL a line.
func (p *parser) runText() {
	p.doc.Format = "text"
	p.valueAt = -1
	for !p.stop {
		line, ok := p.textLine()
		if !ok {
			break
		}
		p.textURL(line)
		if p.doc.Entries == 0 && p.doc.Dropped == maxJunk {
			break
		}
	}
	if p.doc.Entries == 0 && !p.stop && p.readError() == nil {
		p.doc.Format = ""
		p.fail(p.notSitemap("neither XML nor a list of URLs"))
	}
}

// textLine returns the next line that is not blank, without its end. Its bytes are not taken off the window before the
// call after, so that a fault is told where it stands.
func (p *parser) textLine() (line []byte, ok bool) {
	p.pos += p.taken
	p.taken = 0
	for {
		for p.pos < p.end && space[p.buf[p.pos]] {
			p.pos++
		}
		w := p.unread()
		i := bytes.IndexAny(w[:min(len(w), maxText)], "\r\n")
		switch {
		case i >= 0:
			p.taken = i + 1
			return w[:i], true
		case len(w) >= maxText:
			p.fault(faultLong, "line is longer than %d KiB", maxText>>10)
			p.doc.Dropped++
			p.skipLine()
		case p.more():
		case len(w) == 0:
			return nil, false
		default:
			p.taken = len(w)
			return w, true
		}
	}
}

// skipLine goes to the end of a line of any length.
func (p *parser) skipLine() {
	for {
		if i := bytes.IndexAny(p.unread(), "\r\n"); i >= 0 {
			p.pos += i
			return
		}
		p.pos = p.end
		if !p.more() {
			return
		}
	}
}

// textURL emits the URL of a line. What comes after a tab is a column of something else; a line that begins with # a comment.
func (p *parser) textURL(line []byte) {
	if i := bytes.IndexByte(line, '\t'); i >= 0 {
		line = line[:i]
	}
	line = trim(line)
	switch {
	case len(line) == 0 || line[0] == '#':
		return
	case !isAbsolute(line) && line[0] != '/' && !p.beginsWithHost(line):
		p.doc.Dropped++
		p.fault(faultLoc, "dropped: %.80q is no URL", line)
		return
	}
	loc, ok := p.resolve(line)
	if !ok {
		return
	}
	p.openAt, p.traits = p.offset(), p.last
	p.cur = Entry{Loc: loc, Kind: p.kindOf(URL, loc)}
	p.countHost(loc)
	p.put(&p.cur)
}

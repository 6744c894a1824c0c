package sitemap

import (
	"fmt"
	"time"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// part is where in an entry the parser is.
type part uint8

const (
	outside part = iota
	inEntry
	inVideo
	inImage
	inNews
)

// parser is the state of one Parse.
type parser struct {
	window
	comments, cdatas section

	base    *urlkey.Base
	origin  string // of base, with the slash after it
	host    string
	options Options
	latest  time.Time // that something can have changed
	emit    func(*Entry) bool
	doc     Document
	told    faults
	charset string // declared, and not known

	unreadable bool // a text was not UTF-8 and charset is set

	root   element
	feed   bool   // RSS or Atom
	other  string // name of a root that is none of ours
	closed bool   // the root's end tag was seen
	depth  int
	prose  element // being passed over
	atEOF  bool    // the document ended inside of a token

	at     part
	opened element // the entry that is open
	openAt int64   // where it begins
	prefix string  // of its tag
	inner  string  // of the tag of the open part
	lost   bool    // its URL was there, but could not be used
	cur    Entry
	own    Entry   // that emitOwn emits
	traits traits  // of its URL
	spare  string  // URL for an entry that has no link
	kids   []Entry // media and alternates of cur
	first  int     // kids of the open part
	detail Entry   // what the open part says of its kids

	text  []byte            // of the last value that was not one slice of the window
	whole []byte            // of the last URL that was not written whole
	fixed []byte            // of the last value that was not UTF-8
	loc   []byte            // of the last URL
	words map[string]string // languages and types seen
	last  traits            // of the last URL

	err  error
	stop bool // emit returned false, or err is set

	current, inside tag // being read, and inside of the text of the former

	valueAt int64 // where the last value of the open tag begins; -1 when there is none

	taken  int // bytes of the line that is looked at, in a text
	listed int // entries that are no part of another
}

// maxDepth bounds nesting. Nothing is kept for a level: the limit is there to tell a document that is an attack.
const maxDepth = 512

// fail ends the parsing.
func (p *parser) fail(err error) {
	if p.err == nil {
		p.err = err
	}
	p.stop = true
}

// run reads the document tag by tag.
func (p *parser) run() {
	for p.valueAt = -1; !p.stop; p.valueAt = -1 {
		if p.plainEntries(); !p.nextTag() {
			break
		}
		t := &p.current
		if !p.tag(t) {
			p.atEOF = true
			break
		}
		if t.end {
			p.pos += t.size
			p.endTag(t.elem)
		} else {
			p.startTag(t)
		}
	}
	p.finishDocument()
}

// nextTag goes to the next < that begins a tag. It returns false at the end of the document.
func (p *parser) nextTag() bool {
	for !p.stop {
		if !p.nextMark() {
			return false
		}
		if !p.need(2) {
			p.atEOF = true
			return false
		}
		switch c := p.buf[p.pos+1]; {
		case c == '!' || c == '?':
			p.skipMarkup()
		case c == '/' || isNameStart(c):
			return true
		default:
			p.fault(faultMarkup, "stray <")
			p.pos++
		}
	}
	return false
}

func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

// startTag acts on a start tag and takes it off the window.
func (p *parser) startTag(t *tag) {
	if !t.empty {
		if p.depth++; p.depth > maxDepth {
			p.fail(fmt.Errorf("%w: elements are nested deeper than %d", ErrLimit, maxDepth))
			return
		}
	}
	switch {
	case p.opens(t.elem):
		p.begin(t)
	case p.prose != elemUnknown:
		p.pos += t.size
	case t.elem > elemUnknown && t.elem < lastRoot && p.at == outside:
		p.begunBy(t)
	case p.at == outside:
		p.stray(t)
	default:
		p.field(t)
	}
}

// endTag acts on an end tag that is off the window.
func (p *parser) endTag(e element) {
	p.depth = max(p.depth-1, 0)
	switch {
	case e == elemUnknown:
	case e == p.prose:
		p.prose = elemUnknown
	case e == p.opened && p.at != outside:
		p.finish()
	case e == p.root:
		p.closed = true
		if p.at != outside {
			p.fault(faultNesting, "<%s> is not closed", names[p.opened])
			p.finish()
		}
	case p.at > inEntry && e == partElement[p.at]:
		p.closePart()
	}
}

// begunBy acts on the tag that says what the document is.
func (p *parser) begunBy(t *tag) {
	switch {
	case t.elem == elemHTML && p.root == elemUnknown:
		p.fail(p.notSitemap("HTML"))
		return
	case t.elem == elemHTML:
	case p.root == elemUnknown || p.closed:
		p.setRoot(t.elem)
		p.closed = false
		if base := t.attrs.get("base"); base != nil {
			p.rebase(base)
		}
	}
	p.pos += t.size
}

var formats = map[element]string{
	elemURLSet: "urlset", elemIndex: "index", elemRSS: "rss", elemRDF: "rss", elemChannel: "rss", elemFeed: "atom",
	elemURL: "urlset", elemSitemap: "index", elemItem: "rss", elemEntry: "atom",
}

func (p *parser) setRoot(e element) {
	p.root = e
	p.doc.Format = formats[e]
	p.feed = p.doc.Format == "rss" || p.doc.Format == "atom"
}

// stray acts on a tag that stands in no entry. A <loc> there is an entry whose own tag was forgotten.
func (p *parser) stray(t *tag) {
	if t.elem == elemLoc && !p.feed && p.root != elemUnknown {
		p.fault(faultNesting, "<loc> outside of <url>")
		e := elemURL
		if p.root == elemIndex {
			e = elemSitemap
		}
		p.open(e, t.prefix)
		p.field(t)
		return
	}
	if p.root == elemUnknown && p.other == "" {
		p.other = string(t.name[:min(len(t.name), 80)])
	}
	p.pos += t.size
}

// finishDocument says how the document ended.
func (p *parser) finishDocument() {
	cut := p.atEOF || p.at != outside || p.root != elemUnknown && !p.closed
	if p.stop || p.doc.Format == "" || !cut {
		if err := p.nothing(); err != nil && !p.stop && p.doc.Format == "" {
			p.fail(err)
		}
		return
	}
	p.doc.Truncated = true
	p.told.list.Addf(p.lineAt(p.offset()), p.offset(), "the document ended early at byte %d", p.off+int64(p.end))
	if p.at != outside {
		p.lost = true // what was cut off is no fault of the entry
		p.finish()
	}
}

// nothing is the error of a document in which there was no tag of ours; nil when it could not be read, which is told
// otherwise.
func (p *parser) nothing() error {
	if p.readError() != nil {
		return nil
	}
	if p.other != "" {
		return p.notSitemap("<" + p.other + ">")
	}
	return p.notSitemap("something else")
}

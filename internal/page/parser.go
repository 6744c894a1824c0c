package page

import (
	"errors"
	"hash/maphash"
	"sync"

	"golang.org/x/text/encoding"

	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/internal/warning"
)

// seed makes the hashes of this process unforeseeable, so that no page can make its links collide.
var seed = maphash.MakeSeed()

// seenKey is a link that was emitted. 64 bits of hash stand for the URL: with MaxLinks in a page the chance that two
// are taken for one is under 1 in 10^10.
type seenKey struct {
	url      uint64
	role     role
	noFollow bool
}

// parser is the state of one Parse.
type parser struct {
	emit    func(*Link) bool
	stopped bool
	doc     Document
	base    *urlkey.Base
	// enc is the encoding that queries are written in where it is not UTF-8.
	enc encoding.Encoding
	// playlists is set when the page names ".m3u8" or ".mpd" somewhere, which is then searched for in scripts and
	// attributes; most pages do not, and are spared it.
	playlists bool
	// looked is how many places were looked at for one.
	looked  int
	nesting int
	// noscript is set inside of that tag.
	noscript bool
	// svg counts open svg tags, whose titles are not the page's.
	svg      int
	hasTitle bool
	// offset is where in the decoded body the token begins that is read.
	offset   int64
	warnings warning.List
	full     bool

	link  Link
	attrs attributes
	store *store
}

// store is the memory of a parser that the next one can use.
type store struct {
	seen    map[seenKey]struct{}
	scratch []byte
	json    []jsonLevel
}

// maxKept is the size up to which the memory of a page is kept for the next.
const maxKept = 4096

var stores = sync.Pool{New: func() any { return &store{seen: make(map[seenKey]struct{})} }}

func newParser(base *urlkey.Base, emit func(*Link) bool) *parser {
	return &parser{emit: emit, base: base, store: stores.Get().(*store)}
}

// release gives the memory back.
func (p *parser) release() {
	if len(p.store.seen) <= maxKept {
		clear(p.store.seen)
		clear(p.store.json[:cap(p.store.json)]) // its keys are parts of the page
		stores.Put(p.store)
	}
	p.store = nil
}

func (p *parser) document() Document {
	p.doc.Base = p.base.String()
	p.doc.Warnings = p.warnings.All()
	return p.doc
}

func (p *parser) warnf(format string, args ...any) { p.warnings.Addf(0, p.offset, format, args...) }

// add emits the link that ref is, unless it was emitted in that role before. kind "" leaves it to the file's name.
func (p *parser) add(ref []byte, kind Kind, r role, noFollow bool) {
	ref = p.cleanReference(ref)
	if len(ref) == 0 || p.stopped || ref[0] == '#' && r != roleA && r != roleArea {
		return
	}
	if p.noscript {
		r = roleNoscript
	}
	url, err := p.base.Append(p.store.scratch[:0], p.encodeQuery(ref))
	p.store.scratch = url[:0]
	if err != nil {
		if !errors.Is(err, urlkey.ErrScheme) {
			p.warnf("%s: left out: %v", r, err)
		}
		return
	}
	noFollow = noFollow || p.doc.NoFollow
	key := seenKey{maphash.Bytes(seed, url), r, noFollow}
	if p.seen(key) || !p.room() {
		return
	}
	p.store.seen[key] = struct{}{}
	p.doc.Links++
	p.link = Link{URL: string(url), Kind: kind, Role: r.String(), NoFollow: noFollow}
	if kind == "" {
		p.link.Kind = KindOf(p.link.URL)
	}
	p.stopped = !p.emit(&p.link)
}

// seen tells whether a link was emitted. A playlist found in any attribute is only news if no other role has it.
func (p *parser) seen(key seenKey) bool {
	_, seen := p.store.seen[key]
	if key.role != roleAttribute {
		return seen
	}
	for key.role = 0; !seen && int(key.role) < len(roleNames); key.role++ {
		_, seen = p.store.seen[key]
	}
	return seen
}

// addNamed is add where the file's name says more than the tag: fallback is the kind of what has no known extension.
func (p *parser) addNamed(ref []byte, fallback Kind, r role) {
	kind, known := nameKind(ref)
	if !known {
		kind = fallback
	}
	p.add(ref, kind, r, false)
}

// room tells whether one more link may be emitted.
func (p *parser) room() bool {
	if p.doc.Links < MaxLinks {
		return true
	}
	if !p.full {
		p.full = true
		p.warnf("page has more than %d links: the others are left out", MaxLinks)
	}
	return false
}

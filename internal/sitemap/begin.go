package sitemap

import "fmt"

// opens tells whether a tag begins an entry here. <url> and <sitemap> do so everywhere but in a feed, where they are parts
// of other things; <item> and <entry> do so in feeds.
func (p *parser) opens(e element) bool {
	switch e {
	case elemURL, elemSitemap:
		return !p.feed
	case elemItem:
		return p.doc.Format == "rss" || p.root == elemUnknown
	case elemEntry:
		return p.doc.Format == "atom" || p.root == elemUnknown
	}
	return false
}

// begin opens the entry of a tag, and takes the tag off. An entry that is still open was not closed: it ends here.
func (p *parser) begin(t *tag) {
	if p.at != outside {
		p.fault(faultNesting, "<%s> is not closed", names[p.opened])
		p.finish()
	}
	if p.root == elemUnknown {
		p.setRoot(t.elem)
		p.closed = true // a document without a root has no end tag to wait for
		p.told.list.Addf(p.lineAt(p.offset()), p.offset(), "the document does not begin with <urlset> or the like")
	}
	p.depth = 2 // whatever was not closed before
	p.prose = elemUnknown
	p.open(t.elem, t.prefix)
	if t.elem == elemItem {
		p.spare = p.about(t)
	}
	p.pos += t.size
	if t.empty {
		p.finish()
	}
}

// about is the URL that RSS 1.0 gives an item as its name.
func (p *parser) about(t *tag) string {
	if about := t.attrs.get("about"); about != nil {
		return p.spareURL(p.decoded(about))
	}
	return ""
}

func (p *parser) open(e element, prefix []byte) {
	p.at, p.opened, p.openAt = inEntry, e, p.offset()
	if string(prefix) != p.prefix {
		p.prefix = string(prefix)
	}
	p.cur = Entry{Kind: URL}
	if e == elemSitemap {
		p.cur.Kind = Sitemap
	}
	p.lost = false
	p.spare = ""
	p.kids = p.kids[:0]
}

// finish ends the open entry and emits it, then what belongs to it.
func (p *parser) finish() {
	if p.at > inEntry {
		p.closePart()
	}
	p.at = outside
	if p.cur.Loc == "" && p.spare != "" {
		p.cur.Loc, p.spare = p.spare, ""
		p.traits = traits{}
	}
	switch {
	case p.cur.Loc != "":
		p.cur.Kind = p.kindOf(p.cur.Kind, p.cur.Loc)
		p.countHost(p.cur.Loc)
		p.put(&p.cur)
	case !p.lost:
		p.doc.Dropped++
		p.faultAt(faultNoLoc, p.openAt, "<%s> without a URL", names[p.opened])
	}
	if len(p.kids) > 0 {
		p.flush()
	}
}

// maxKids bounds what one entry holds back until it ends: the image extension allows 1,000 images.
const maxKids = 1024

// flush emits what belongs to the open entry.
func (p *parser) flush() {
	for i := range p.kids {
		k := &p.kids[i]
		k.Page = p.cur.Loc
		if k.Kind == Enclosure && k.Title == "" {
			k.Title = p.cur.Title
		}
		if k.Kind == Enclosure && k.Duration == 0 {
			k.Duration = p.cur.Duration
		}
		p.put(k)
	}
	clear(p.kids)
	p.kids, p.first = p.kids[:0], 0
}

// put gives one entry out.
func (p *parser) put(e *Entry) {
	if p.stop {
		return
	}
	if p.doc.Entries == p.options.MaxEntries {
		p.fail(fmt.Errorf("%w: more than %d entries", ErrLimit, p.options.MaxEntries))
		return
	}
	p.doc.Entries++
	if !p.emit(e) {
		p.stop = true
	}
}

// kid adds a URL that belongs to the open entry. Those that nobody could fetch are dropped.
func (p *parser) kid(k Kind, ref []byte) *Entry {
	loc, ok := p.resolve(ref)
	if !ok {
		return nil
	}
	if len(p.kids) == maxKids {
		p.describe()
		p.flush()
	}
	p.kids = append(p.kids, Entry{Kind: k, Loc: loc})
	return &p.kids[len(p.kids)-1]
}

package sitemap

import (
	"bytes"
	"strconv"
)

// feedField acts on a field of <item> or <entry>.
func (p *parser) feedField(t *tag) {
	switch t.elem {
	case elemLink:
		p.feedLink(t)
	case elemGUID, elemID:
		p.guid(t)
	case elemTitle:
		own := string(t.prefix) == p.prefix
		if v, ok := p.value(t); ok && (own || p.cur.Title == "") {
			p.cur.Title = p.title(v)
		}
	case elemPubDate, elemDate, elemUpdated, elemPublished, elemLastMod:
		p.feedDate(t)
	case elemDuration:
		if v, ok := p.value(t); ok {
			p.cur.Duration = p.duration(v)
		}
	case elemEnclosure, elemContent, elemThumbnail, elemPlayer, elemSubtitle, elemImage:
		p.media(t)
	case elemProse:
		p.skipProse(t)
	default:
		p.pos += t.size
	}
}

// skipProse passes over what may hold any markup, links and titles among it.
func (p *parser) skipProse(t *tag) {
	if !t.empty {
		p.prose = t.elem
	}
	p.pos += t.size
}

// feedLink acts on a link: RSS writes the URL as text, Atom as href. The first alternate is the entry's own URL.
func (p *parser) feedLink(t *tag) {
	href, rel := t.attrs.get("href"), t.attrs.get("rel")
	switch {
	case href == nil && string(t.prefix) == p.prefix && p.doc.Format == "rss":
		if v, ok := p.value(t); ok && p.cur.Loc == "" && len(trim(v)) > 0 {
			p.setLoc(v)
		}
		return
	case href == nil:
	case isRel(rel, "enclosure"):
		p.enclose(t, href)
	case p.cur.Loc == "" && p.doc.Format == "atom" && (rel == nil || isRel(rel, "alternate")):
		p.setLoc(p.decoded(href))
	}
	p.pos += t.size
}

// guid keeps the name of an entry, which is its URL where it has no link.
func (p *parser) guid(t *tag) {
	isURL := string(t.attrs.get("isPermaLink")) != "false"
	v, ok := p.value(t)
	if v = trim(v); ok && isURL && p.spare == "" && isAbsolute(v) {
		p.spare = p.spareURL(v)
	}
}

// spareURL resolves a URL that is no loss when it is wrong.
func (p *parser) spareURL(v []byte) string {
	v, ok := p.utf8(v)
	loc, err := p.base.Append(p.loc[:0], v)
	p.loc = loc[:0]
	if err != nil || !ok {
		return ""
	}
	return string(loc)
}

// feedDate acts on a date. When an entry was updated is more than when it came out, in whatever order they stand.
func (p *parser) feedDate(t *tag) {
	v, ok := p.value(t)
	if !ok {
		return
	}
	d := p.date(v)
	if t.elem == elemPublished || t.elem == elemPubDate {
		p.cur.Published = d
	}
	if t.elem == elemUpdated || p.cur.LastMod.IsZero() {
		p.cur.LastMod = p.past(d, v)
	}
}

// media acts on an element whose attributes name a file.
func (p *parser) media(t *tag) {
	url := t.attrs.get("url")
	if url == nil {
		url = t.attrs.get("href")
	}
	src := t.attrs.get("src")
	switch {
	case url == nil && t.elem == elemContent:
		// Atom's content: of the entry itself, or elsewhere.
		if p.spare == "" && src != nil {
			p.spare = p.spareURL(p.decoded(src))
		}
		p.skipProse(t)
		return
	case url == nil:
	case t.elem == elemThumbnail:
		p.kid(Thumbnail, p.decoded(url))
	case t.elem == elemImage:
		p.kid(Image, p.decoded(url))
	case t.elem == elemPlayer:
		p.kid(Player, p.decoded(url))
	default:
		p.enclose(t, url)
	}
	p.pos += t.size
}

// enclose adds the file of an enclosure, a media:content or a link to one.
func (p *parser) enclose(t *tag, url []byte) {
	k := Enclosure
	kind := t.attrs.get("type")
	if string(t.attrs.get("medium")) == "image" || bytes.HasPrefix(kind, []byte("image/")) {
		k = Image
	}
	kid := p.kid(k, p.decoded(url))
	if kid == nil {
		return
	}
	kid.Type = p.word(kind)
	kid.Duration = p.duration(t.attrs.get("duration"))
	kid.Language = p.word(t.attrs.get("lang"))
	size := t.attrs.get("length")
	if size == nil {
		size = t.attrs.get("fileSize")
	}
	kid.Bytes, _ = strconv.ParseInt(string(trim(size)), 10, 64)
	kid.Bytes = max(kid.Bytes, 0)
}

// isRel tells whether a rel attribute has that word.
func isRel(rel []byte, want string) bool {
	for len(rel) > 0 {
		rel = trimLeft(rel)
		i := bytes.IndexAny(rel, " \t\r\n")
		if i < 0 {
			i = len(rel)
		}
		if bytes.EqualFold(rel[:i], []byte(want)) {
			return true
		}
		rel = rel[i:]
	}
	return false
}

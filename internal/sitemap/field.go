package sitemap

// field acts on a tag inside of an entry, and takes it off with what it holds.
func (p *parser) field(t *tag) {
	switch {
	case t.elem == elemURLSet || t.elem == elemIndex:
		// Two documents in one file, the first of them cut short.
		p.fault(faultNesting, "<%s> is not closed", names[p.opened])
		p.finish()
		p.begunBy(t)
	case p.feed:
		p.feedField(t)
	case t.elem > lastEntry && t.elem < lastPart:
		if t.empty {
			p.pos += t.size
			return
		}
		p.openPart(part(t.elem-lastEntry)+inEntry, t)
	default:
		p.sitemapField(t)
	}
}

// sitemapField acts on a field of <url> or <sitemap>, or of one of their parts.
func (p *parser) sitemapField(t *tag) {
	switch t.elem {
	case elemLoc:
		p.locField(t)
	case elemLastMod:
		if v, ok := p.value(t); ok {
			p.cur.LastMod = p.lastMod(v)
		}
	case elemChangeFreq:
		if v, ok := p.value(t); ok {
			p.cur.ChangeFreq = p.changeFreq(v)
		}
	case elemPriority:
		if v, ok := p.value(t); ok {
			p.cur.Priority = p.priority(v)
		}
	case elemLink:
		p.alternate(t)
		p.pos += t.size
	case elemContentLoc, elemPlayerLoc, elemThumbnailLoc, elemSegmentLoc:
		p.mediaLoc(t)
	default:
		if p.at > inEntry {
			p.detailField(t)
			return
		}
		p.pos += t.size
	}
}

// locField acts on a <loc>: of an image, or of the entry. A second one of the entry begins another, whose tag was forgotten.
func (p *parser) locField(t *tag) {
	if p.at > inEntry && p.inner != p.prefix && string(t.prefix) == p.prefix {
		p.fault(faultNesting, "<%s> is not closed", names[partElement[p.at]])
		p.closePart()
	}
	image := p.at == inImage || p.at == inEntry && len(t.prefix) > 0 && string(t.prefix) == "image"
	v, ok := p.value(t)
	switch {
	case !ok && p.atEOF:
	case !ok:
		p.doc.Dropped++
		p.lost = p.lost || !image
	case image:
		p.kid(Image, v)
	case p.at == inEntry:
		p.entryLoc(v)
	}
}

func (p *parser) entryLoc(v []byte) {
	if p.cur.Loc != "" || p.lost {
		p.fault(faultNesting, "<%s> with two URLs", names[p.opened])
		e := p.opened
		p.finish()
		p.open(e, []byte(p.prefix))
	}
	p.setLoc(v)
}

// setLoc gives the open entry its URL.
func (p *parser) setLoc(v []byte) {
	loc, ok := p.resolve(v)
	p.cur.Loc, p.lost, p.traits = loc, !ok, p.last
}

// mediaLocs are the kinds of the URLs of a video.
var mediaLocs = map[element]Kind{
	elemContentLoc: Video, elemSegmentLoc: Video, elemPlayerLoc: Player, elemThumbnailLoc: Thumbnail,
}

func (p *parser) mediaLoc(t *tag) {
	length := p.duration(t.attrs.get("duration"))
	v, ok := p.value(t)
	if !ok {
		return
	}
	if k := p.kid(mediaLocs[t.elem], v); k != nil {
		k.Duration = length
	}
}

// detailField acts on what a video, an image or a news article says of itself.
func (p *parser) detailField(t *tag) {
	switch t.elem {
	case elemTitle, elemLanguage, elemDuration, elemPublicationDate, elemExpirationDate, elemViewCount, elemLive:
	default:
		p.pos += t.size
		return
	}
	v, ok := p.value(t)
	if !ok {
		return
	}
	switch d := &p.detail; t.elem {
	case elemTitle:
		d.Title = p.title(v)
	case elemLanguage:
		d.Language = p.word(v)
	case elemDuration:
		d.Duration = p.duration(v)
	case elemPublicationDate:
		d.Published = p.date(v)
	case elemExpirationDate:
		d.Expires = p.date(v)
	case elemViewCount:
		d.ViewCount = p.count(v)
	case elemLive:
		d.Live = isYes(v)
	}
}

// alternate adds the page in another language or for another device.
func (p *parser) alternate(t *tag) {
	var rel, href, lang []byte
	for a := t.attrs; ; {
		name, value, ok := a.next()
		if !ok {
			break
		}
		switch string(name) {
		case "rel":
			rel = value
		case "href":
			href = value
		case "hreflang":
			lang = value
		}
	}
	switch {
	case href == nil:
		p.fault(faultValue, "<link> without href")
	case rel == nil || isRel(rel, "alternate") || isRel(rel, "amphtml"):
		if k := p.kid(Alternate, p.decoded(href)); k != nil {
			k.Language = p.word(lang)
		}
	}
}

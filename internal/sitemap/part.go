package sitemap

// partElement is the tag of each part.
var partElement = [...]element{inVideo: elemVideo, inImage: elemImage, inNews: elemNews}

// openPart enters a part of the entry. One that is still open was not closed.
func (p *parser) openPart(at part, t *tag) {
	if p.at > inEntry {
		p.fault(faultNesting, "<%s> is not closed", names[partElement[p.at]])
		p.closePart()
	}
	if string(t.prefix) != p.inner {
		p.inner = string(t.prefix)
	}
	p.at = at
	p.pos += t.size
	p.first = len(p.kids)
	p.detail = Entry{}
}

// closePart leaves the part. What it said holds for each URL that it named, before or after.
func (p *parser) closePart() {
	if p.at == inNews {
		p.cur.Title, p.cur.Language, p.cur.Published = p.detail.Title, p.detail.Language, p.detail.Published
	}
	p.describe()
	p.at = inEntry
	p.first = len(p.kids)
}

// describe gives the kids of the open part what the part said of them.
func (p *parser) describe() {
	if p.at != inVideo && p.at != inImage {
		return
	}
	for i := p.first; i < len(p.kids); i++ {
		k := &p.kids[i]
		k.Title = p.detail.Title
		k.Published, k.Expires = p.detail.Published, p.detail.Expires
		k.ViewCount, k.Live = p.detail.ViewCount, p.detail.Live
		if k.Duration == 0 {
			k.Duration = p.detail.Duration
		}
	}
}

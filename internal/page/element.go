package page

import "bytes"

// element adds the links that a tag has by its name.
func (p *parser) element(tag []byte) {
	a := &p.attrs
	switch string(tag) {
	case "a":
		p.anchor(roleA)
	case "area":
		p.anchor(roleArea)
	case "link":
		p.linkTag()
	case "meta":
		p.meta()
	case "img", "amp-img", "amp-anim":
		p.addNamed(a.get("src"), Image, roleImg)
		p.srcset(a.get("srcset"), roleSrcset)
		p.addNamed(a.get("lowsrc"), Image, roleImg)
	case "image", "feimage":
		p.addNamed(p.href(), Image, roleImg)
		p.addNamed(a.get("src"), Image, roleImg)
	case "script":
		p.addNamed(a.get("src"), Asset, roleScript)
		p.addNamed(p.href(), Asset, roleScript)
	case "source":
		p.media(roleSource)
		p.srcset(a.get("srcset"), roleSrcset)
	case "video", "amp-video":
		p.media(roleVideo)
	case "audio", "amp-audio":
		p.media(roleAudio)
	case "track":
		p.add(a.get("src"), Subtitle, roleTrack, false)
	case "iframe", "amp-iframe", "portal":
		p.frame(roleIframe)
	case "frame":
		p.frame(roleFrame)
	case "embed":
		p.typed(a.get("src"), Page, roleEmbed)
	case "object":
		p.typed(a.get("data"), Page, roleObject)
	case "param":
		p.param()
	case "input":
		if bytes.EqualFold(a.get("type"), []byte("image")) {
			p.addNamed(a.get("src"), Image, roleImg)
		}
	case "use":
		p.addNamed(p.href(), Image, roleUse)
	default:
		if bytes.IndexByte(tag, '-') > 0 {
			p.custom()
		}
	}
}

// href is the link of an element that SVG knows too.
func (p *parser) href() []byte {
	if v := p.attrs.get("href"); v != nil {
		return v
	}
	return p.attrs.get("xlink:href")
}

func (p *parser) anchor(r role) {
	kind, ok := kindOfType(p.attrs.get("type"))
	if !ok {
		kind = "" // the file's name tells
	}
	p.add(p.href(), kind, r, hasToken(p.attrs.get("rel"), "nofollow"))
}

// media adds src and poster of a player or of one of its sources.
func (p *parser) media(r role) {
	p.typed(p.attrs.get("src"), Media, r)
	p.addNamed(p.attrs.get("poster"), Image, rolePoster)
}

// typed adds ref, whose kind the type attribute tells, or the file's name, or else is fallback.
func (p *parser) typed(ref []byte, fallback Kind, r role) {
	if kind, ok := kindOfType(p.attrs.get("type")); ok && (kind != Media || !hasKnownName(ref)) {
		p.add(ref, kind, r, false)
		return
	}
	p.addNamed(ref, fallback, r)
}

// frame adds a frame's page, and reads the one that srcdoc holds.
func (p *parser) frame(r role) {
	p.addNamed(p.attrs.get("src"), Page, r)
	doc := p.attrs.get("srcdoc")
	if len(doc) == 0 {
		return
	}
	if p.nesting == maxNesting {
		p.warnf("srcdoc is nested more than %d deep: left out", maxNesting)
		return
	}
	outer := p.attrs
	offset := p.offset
	p.attrs = attributes{}
	p.nesting++
	p.tokens(doc)
	p.nesting--
	p.attrs, p.offset = outer, offset
}

// param adds the film of an object of the old days.
func (p *parser) param() {
	switch string(bytes.ToLower(p.attrs.get("name"))) {
	case "movie", "src", "filename", "file", "video":
		if v := p.attrs.get("value"); hasKnownName(v) {
			p.add(v, "", roleObject, false)
		}
	}
}

// custom adds src and poster of a custom element, which players are: what has the extension of something to play or
// to show.
func (p *parser) custom() {
	for _, name := range [...]string{"src", "poster", "href"} {
		if v := p.attrs.get(name); v != nil && playable(v) {
			p.add(v, "", rolePlayer, false)
		}
	}
}

// hasToken tells whether a list of words separated by white space has one, in any case.
func hasToken(list []byte, word string) bool {
	for token := range bytes.FieldsSeq(list) {
		if bytes.EqualFold(token, []byte(word)) {
			return true
		}
	}
	return false
}

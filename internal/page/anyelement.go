package page

import "bytes"

// anyElement adds the links of the attributes that any tag may have.
func (p *parser) anyElement(tag []byte) {
	for i := range p.attrs.list {
		key, value := p.attrs.list[i].key, p.attrs.list[i].value
		switch {
		case len(value) == 0:
		case len(key) > 5 && string(key[:5]) == "data-":
			p.lazy(tag, string(key[5:]), value)
		case string(key) == "style":
			p.css(value)
		case string(key) == "background":
			p.addNamed(value, Image, roleBackground)
		case string(key) == "itemprop":
			p.microdata(value)
		}
		if p.playlists && len(value) > 4 {
			p.playlistsIn(value, roleAttribute)
		}
	}
}

// lazy adds what scripts put in place of src and its like when the visitor scrolls there. Where the name of the
// attribute may mean anything, the name of the file has to tell.
func (p *parser) lazy(tag []byte, name string, value []byte) {
	switch name {
	case "srcset", "lazy-srcset", "src-set", "original-set", "bgset":
		p.srcset(value, roleLazy)
		return
	case "bg", "background", "background-image", "bg-src", "poster", "thumb", "thumbnail", "image", "img", "image-src":
		if hasPrefixFold(value, "url(") {
			p.css(value)
			return
		}
		if isReference(value) {
			p.addNamed(value, Image, roleLazy)
		}
		return
	case "src", "lazy", "lazy-src", "original", "original-src", "echo", "hi-res-src", "full", "large_image", "large-image":
		if fallback, ok := shows(tag); ok && isReference(value) {
			p.addNamed(value, fallback, roleLazy)
			return
		}
	}
	if isReference(value) && playable(value) {
		p.add(value, "", roleLazy, false)
	}
}

// shows returns what the src of a tag is, when it shows or runs one.
func shows(tag []byte) (Kind, bool) {
	switch string(tag) {
	case "img", "amp-img", "image":
		return Image, true
	case "video", "audio", "source":
		return Media, true
	case "iframe", "embed":
		return Page, true
	case "script":
		return Asset, true
	}
	return "", false
}

// isReference tells whether the value of an attribute that may hold anything is a URL.
func isReference(v []byte) bool {
	v = bytes.TrimSpace(v)
	if len(v) < 2 || bytes.ContainsAny(v, " {}<>\"'\n\t") {
		return false
	}
	for _, prefix := range [...]string{"http://", "https://", "/", "./", "../"} {
		if bytes.HasPrefix(v, []byte(prefix)) {
			return true
		}
	}
	return playable(v)
}

// microdata adds the properties of schema.org items that are URLs.
func (p *parser) microdata(properties []byte) {
	for name := range bytes.FieldsSeq(properties) {
		fallback, ok := schemaKind(name)
		if !ok {
			continue
		}
		for _, attr := range [...]string{"content", "href", "src", "data", "resource"} {
			if v := p.attrs.get(attr); v != nil && (attr != "content" || isReference(v)) {
				p.addNamed(v, fallback, roleMicrodata)
				break
			}
		}
	}
}

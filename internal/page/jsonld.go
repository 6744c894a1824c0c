package page

import "bytes"

// jsonLD adds the URLs of structured data: whatever its graph looks like, and however broken it is.
func (p *parser) jsonLD(text []byte) {
	deep := p.jsonStrings(text, func(outer, key, value []byte) {
		fallback, ok := schemaKind(key)
		if !ok || !looksLikeURL(value) {
			return
		}
		if kind, _ := schemaKind(outer); kind == Image {
			fallback = Image // "image": {"url": …}
		}
		p.addNamed(value, fallback, roleJSONLD)
	})
	if deep {
		p.warnf("JSON-LD is nested more than %d deep: what is below is left out", maxJSONDepth)
	}
}

// schemaKind returns the kind of what a property of schema.org leads to, and false for those that are no resource of
// the page: identifiers (@id, sameAs, mainEntityOfPage) and text.
func schemaKind(property []byte) (Kind, bool) {
	if len(property) > 20 {
		return "", false
	}
	switch string(bytes.ToLower(property)) {
	case "contenturl":
		return Media, true
	case "embedurl", "url":
		return Page, true
	case "thumbnailurl", "thumbnail", "image", "logo", "photo", "primaryimageofpage":
		return Image, true
	case "video", "audio", "trailer", "encoding", "associatedmedia":
		return Media, true
	case "caption":
		return Subtitle, true
	}
	return "", false
}

// looksLikeURL tells a URL from the text that stands in its place: "True", a name, a sentence.
func looksLikeURL(v []byte) bool {
	v = bytes.TrimSpace(v)
	if len(v) < 2 || bytes.ContainsAny(v, " <>\"") {
		return false
	}
	return bytes.IndexByte(v, '/') >= 0 || hasKnownName(v)
}

// moduleJSON adds the modules of an import map, or the pages of speculation rules.
func (p *parser) moduleJSON(text []byte, kind script) {
	p.jsonStrings(text, func(_, key, value []byte) {
		switch {
		case kind == speculation && string(key) == "urls":
			p.addNamed(value, Page, rolePrefetch)
		case kind == importMap && isReference(value):
			p.addNamed(value, Asset, roleImportMap)
		}
	})
}

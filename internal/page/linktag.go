package page

import "bytes"

// linkTag adds the link of a link tag.
func (p *parser) linkTag() {
	a := &p.attrs
	p.related(a.get("rel"), a.get("href"), a.get("as"), a.get("type"))
	if hasToken(a.get("rel"), "preload") {
		p.srcset(a.get("imagesrcset"), rolePreload)
	}
}

// related adds href under each relation that names something to fetch. A link tag and a Link header mean the same.
func (p *parser) related(rel, href, as, contentType []byte) {
	if len(href) == 0 {
		return
	}
	noFollow := hasToken(rel, "nofollow")
	for word := range bytes.FieldsSeq(rel) {
		r, fallback, ok := relation(word)
		if !ok {
			continue
		}
		p.add(href, relatedKind(r, fallback, href, as, contentType), r, noFollow)
	}
}

// relatedKind weighs what the tag and the name of the file say.
func relatedKind(r role, fallback Kind, href, as, contentType []byte) Kind {
	kind, known := nameKind(href)
	if !known || kind == Sitemap && r != roleAlternate && r != roleSitemap {
		kind, known = fallback, false // an .xml may be anything: opensearch, browserconfig
	}
	if k, ok := kindOfType(contentType); ok && kind != Playlist && (r == roleAlternate || r == rolePreload || r == rolePrefetch) {
		return k
	}
	if k, ok := kindOfDestination(as); ok && !known {
		return k
	}
	return kind
}

// relation returns role and usual kind of a link relation. What is missing names no resource (dns-prefetch, preconnect,
// pingback), or says who made the page.
func relation(word []byte) (role, Kind, bool) {
	switch string(bytes.ToLower(word)) {
	case "stylesheet":
		return roleStylesheet, Asset, true
	case "canonical":
		return roleCanonical, Page, true
	case "alternate":
		return roleAlternate, Page, true
	case "preload":
		return rolePreload, Asset, true
	case "modulepreload":
		return roleModulePreload, Asset, true
	case "prefetch", "prerender", "subresource":
		return rolePrefetch, Page, true
	case "icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon", "fluid-icon", "apple-touch-startup-image":
		return roleIcon, Image, true
	case "manifest":
		return roleManifest, Asset, true
	case "next":
		return roleNext, Page, true
	case "prev", "previous":
		return rolePrev, Page, true
	case "amphtml":
		return roleAMP, Page, true
	case "sitemap":
		return roleSitemap, Sitemap, true
	case "image_src":
		return roleLink, Image, true
	case "video_src":
		return roleLink, Media, true
	case "first", "start", "last", "up", "index", "contents", "chapter", "section", "bookmark", "shortlink", "help", "license":
		return roleLink, Page, true
	case "search":
		return roleLink, Asset, true
	}
	return 0, "", false
}

// kindOfDestination returns the kind of what a preload names as its destination.
func kindOfDestination(as []byte) (Kind, bool) {
	switch string(bytes.ToLower(bytes.TrimSpace(as))) {
	case "image":
		return Image, true
	case "video", "audio":
		return Media, true
	case "track":
		return Subtitle, true
	case "document", "iframe", "embed", "object":
		return Page, true
	case "script", "style", "font", "fetch", "worker", "manifest":
		return Asset, true
	}
	return "", false
}

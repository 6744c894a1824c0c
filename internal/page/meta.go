package page

import "bytes"

// meta adds the link of a meta tag.
func (p *parser) meta() {
	a := &p.attrs
	content := a.get("content")
	if len(content) == 0 {
		return
	}
	if equiv := a.get("http-equiv"); equiv != nil {
		if bytes.EqualFold(bytes.TrimSpace(equiv), []byte("refresh")) {
			p.refresh(content)
		}
		return
	}
	for _, key := range [...]string{"property", "name"} {
		if name := a.get(key); name != nil {
			if r, kind, ok := metaRole(name); ok {
				p.addNamed(content, kind, r)
				return
			}
		}
	}
}

// metaRole returns role and usual kind of a meta tag that names a resource. A film without a known extension is mostly
// a player's page.
func metaRole(name []byte) (role, Kind, bool) {
	switch string(bytes.ToLower(bytes.TrimSpace(name))) {
	case "og:video", "og:video:url", "og:video:secure_url":
		return roleOGVideo, Page, true
	case "og:audio", "og:audio:url", "og:audio:secure_url":
		return roleOGAudio, Media, true
	case "og:image", "og:image:url", "og:image:secure_url":
		return roleOGImage, Image, true
	case "twitter:player":
		return roleTwitterPlayer, Page, true
	case "twitter:player:stream":
		return roleTwitterPlayer, Media, true
	case "twitter:image", "twitter:image:src", "twitter:image0", "twitter:image1", "twitter:image2", "twitter:image3":
		return roleTwitterImage, Image, true
	case "thumbnail", "msapplication-tileimage", "msapplication-square70x70logo", "msapplication-square150x150logo",
		"msapplication-wide310x150logo", "msapplication-square310x310logo":
		return roleMeta, Image, true
	case "msapplication-config":
		return roleMeta, Asset, true
	}
	return 0, "", false
}

// refresh adds the target of "5; url=next.html", from a meta tag or a header.
func (p *parser) refresh(content []byte) {
	content = bytes.TrimLeft(content, " \t\r\n\f0123456789.")
	content = bytes.TrimLeft(content, ";, \t\r\n\f")
	if len(content) > 3 && bytes.EqualFold(content[:3], []byte("url")) {
		if rest := bytes.TrimLeft(content[3:], " \t\r\n\f"); len(rest) > 0 && rest[0] == '=' {
			content = bytes.TrimLeft(rest[1:], " \t\r\n\f")
		}
	}
	if len(content) > 0 && (content[0] == '"' || content[0] == '\'') {
		quote := content[0]
		content = content[1:]
		if i := bytes.IndexByte(content, quote); i >= 0 {
			content = content[:i]
		}
	}
	p.addNamed(content, Page, roleRefresh)
}

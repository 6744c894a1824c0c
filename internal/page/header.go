package page

import (
	"bytes"
	"net/http"
)

// headers adds the links of an answer's headers, which are relative to the page's own URL.
func (p *parser) headers(h http.Header) {
	for _, v := range h.Values("X-Robots-Tag") {
		p.robotsHeader([]byte(v))
	}
	p.addNamed([]byte(h.Get("Location")), Page, roleLocation)
	if v := h.Get("Refresh"); v != "" {
		p.refresh([]byte(v))
	}
	if v := h.Get("Content-Location"); v != "" {
		p.add([]byte(v), "", roleContentLocation, false)
	}
	read := 0
	for _, v := range h.Values("Link") {
		for rest := []byte(v); len(rest) > 0; read++ {
			if read == maxHeaderLinks {
				p.warnf("Link headers hold more than %d links: the others are left out", maxHeaderLinks)
				return
			}
			rest = p.linkHeader(rest)
		}
	}
}

// robotsHeader reads "noindex, nofollow"; rules with a name before them are for that robot alone.
func (p *parser) robotsHeader(v []byte) {
	if i := bytes.IndexByte(v, ':'); i >= 0 && !bytes.Contains(v[:i], []byte(",")) {
		if name := bytes.TrimSpace(v[:i]); string(name) != "*" {
			return // also of "unavailable_after: …", which asks nothing of us
		}
		v = v[i+1:]
	}
	p.robotsRules(v)
}

// linkHeader reads the first link of a Link header (RFC 8288) and returns the rest.
func (p *parser) linkHeader(v []byte) []byte {
	open := bytes.IndexByte(v, '<')
	if open < 0 {
		return nil
	}
	length := bytes.IndexByte(v[open:], '>')
	if length < 0 {
		p.warnf("Link header: URL does not end: left out")
		return nil
	}
	href := v[open+1 : open+length]
	v = v[open+length+1:]
	var rel, as, kind, images []byte
	for {
		v = bytes.TrimLeft(v, " \t;")
		if len(v) == 0 || v[0] == ',' {
			break
		}
		var name, value []byte
		name, value, v = headerParam(v)
		switch string(bytes.ToLower(name)) {
		case "rel":
			if rel == nil {
				rel = value
			}
		case "as":
			as = value
		case "type":
			kind = value
		case "imagesrcset":
			images = value
		}
	}
	p.related(rel, href, as, kind)
	if hasToken(rel, "preload") {
		p.srcset(images, rolePreload)
	}
	return bytes.TrimLeft(v, ", \t")
}

// headerParam reads one `name=value` or `name="value"`, and returns the rest. It takes at least one byte.
func headerParam(v []byte) (name, value, rest []byte) {
	i := bytes.IndexAny(v, "=;,")
	if i < 0 {
		return bytes.TrimSpace(v), nil, nil
	}
	name = bytes.TrimSpace(v[:i])
	if v[i] != '=' {
		return name, nil, v[i:]
	}
	v = bytes.TrimLeft(v[i+1:], " \t")
	if len(v) > 0 && v[0] == '"' {
		value, n := quoted(v)
		return name, value, v[n:]
	}
	if i = bytes.IndexAny(v, ";,"); i < 0 {
		i = len(v)
	}
	return name, bytes.TrimSpace(v[:i]), v[i:]
}

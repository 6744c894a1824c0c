package page

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// script tells what the text after a script tag is.
type script uint8

const (
	noText script = iota
	code
	jsonLD
	importMap
	speculation
	style
	title
)

// tokens goes through a document once.
func (p *parser) tokens(body []byte) {
	z := html.NewTokenizer(bytes.NewReader(body))
	text := noText
	for !p.stopped {
		token := z.Next()
		switch token {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			text = p.startTag(z)
		case html.TextToken:
			p.text(z, text)
		case html.EndTagToken:
			text = noText
			p.endTag(z)
		}
		p.offset += int64(len(z.Raw()))
	}
}

func (p *parser) endTag(z *html.Tokenizer) {
	if p.svg == 0 && !p.noscript {
		return
	}
	switch tag, _ := z.TagName(); string(tag) {
	case "svg":
		p.svg = max(0, p.svg-1)
	case "noscript":
		p.noscript = false
	}
}

// text reads the text after a tag that makes something of it.
func (p *parser) text(z *html.Tokenizer, kind script) {
	switch kind {
	case style:
		p.css(z.Text())
	case title:
		if !p.hasTitle && p.nesting == 0 {
			p.hasTitle = true
			p.doc.Title = cleanTitle(string(z.Text()))
		}
	case jsonLD:
		p.jsonLD(z.Text())
	case importMap, speculation:
		p.moduleJSON(z.Text(), kind)
	case code:
		if p.playlists {
			p.playlistsIn(z.Text(), roleScriptText)
		}
	}
}

// cleanTitle makes the white space of a title single and bounds it.
func cleanTitle(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "�")), " ")
	if len(s) > maxTitle {
		s = strings.ToValidUTF8(s[:maxTitle], "") + "…"
	}
	return s
}

// startTag reads a tag and tells what the text after it is.
func (p *parser) startTag(z *html.Tokenizer) script {
	tag := p.attrs.read(z)
	if p.attrs.cut {
		p.warnf("tag has more than %d attributes: the others are left out", maxAttributes)
	}
	if len(p.attrs.list) > 0 {
		p.element(tag)
		p.anyElement(tag)
	}
	switch string(tag) {
	case "script":
		return scriptKind(p.attrs.get("type"))
	case "style":
		return style
	case "title":
		if p.svg == 0 {
			return title
		}
	case "svg":
		p.svg++
	case "noscript":
		p.noscript = true
		z.NextIsNotRawText() // what is there for others is read as well
	case "noembed", "noframes":
		z.NextIsNotRawText()
	}
	return noText
}

func scriptKind(kind []byte) script {
	switch string(bytes.ToLower(bytes.TrimSpace(kind))) {
	case "application/ld+json":
		return jsonLD
	case "importmap":
		return importMap
	case "speculationrules":
		return speculation
	}
	return code
}

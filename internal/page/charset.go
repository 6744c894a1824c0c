package page

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
)

// decode returns body in UTF-8. Its encoding is told by byte order mark, header and meta tag, in this order; a page
// that tells none is UTF-8 if it is valid as such, else windows-1252.
func (p *parser) decode(body []byte, contentType string) []byte {
	enc, name := p.determine(body, contentType)
	p.doc.Charset = name
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if name == "utf-8" {
		return body
	}
	if !strings.HasPrefix(name, "utf-16") {
		p.enc = enc // URLs of UTF-16 pages are UTF-8
	}
	decoded, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		p.warnf("charset %s: %v: read as it is", name, err)
		p.enc = nil
		return body
	}
	return decoded
}

func (p *parser) determine(body []byte, contentType string) (encoding.Encoding, string) {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return encoding.Nop, "utf-8"
	case bytes.HasPrefix(body, []byte("\xfe\xff")), bytes.HasPrefix(body, []byte("\xff\xfe")):
		enc, name, _ := charset.DetermineEncoding(body[:2], "")
		return enc, name
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		if enc, name := charset.Lookup(params["charset"]); enc != nil {
			return enc, name
		}
		p.warnf("charset %q of the header is not known", params["charset"])
	}
	enc, name, _ := charset.DetermineEncoding(body, "")
	if name == "windows-1252" && utf8.Valid(body) && !declares(body) {
		return encoding.Nop, "utf-8"
	}
	return enc, name
}

// declares tells whether a valid UTF-8 page says in a meta tag that it is windows-1252, which DetermineEncoding takes
// for granted of all that is ASCII so far. With a character that is not, it does so only where the page says it.
func declares(body []byte) bool {
	const looked = 1000 // of the 1024 bytes that a declaration has to be in
	probe := strings.ToValidUTF8(string(body[:min(len(body), looked)]), "") + "é."
	_, name, _ := charset.DetermineEncoding([]byte(probe), "")
	return name == "windows-1252"
}

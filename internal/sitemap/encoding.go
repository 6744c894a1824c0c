package sitemap

import (
	"bytes"
	"io"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
)

// maxDeclaration is where an XML declaration must end to be looked at.
const maxDeclaration = 1 << 10

// decode finds out how the document is encoded, and turns what is not UTF-8 into it. A BOM decides, then the zero bytes of
// UTF-16, then what the document declares.
func (p *parser) decode() {
	p.need(4)
	head := p.unread()
	enc := wide(head)
	if enc == nil {
		enc = p.declared(head)
	}
	if enc != nil {
		read := bytes.NewReader(bytes.Clone(head))
		var rest io.Reader = p.src
		if p.window.err != nil {
			rest = failing{p.window.err}
		}
		p.window = window{src: transform.NewReader(io.MultiReader(read, rest), enc.NewDecoder())}
		p.need(3)
	}
	for bytes.HasPrefix(p.unread(), bom) { // some tools add one to what has one
		p.pos += len(bom)
		p.need(3)
	}
}

var bom = []byte("\ufeff")

// failing is the rest of a reader that has ended.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// wide returns the encoding of a document whose first bytes show characters of two or four bytes, or nil.
func wide(head []byte) encoding.Encoding {
	if len(head) < 4 {
		return nil
	}
	a, b, c, d := head[0], head[1], head[2], head[3]
	switch {
	case a == 0xFF && b == 0xFE && c == 0 && d == 0, a != 0 && b == 0 && c == 0 && d == 0:
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case a == 0 && b == 0 && (c == 0xFE && d == 0xFF || c == 0 && d != 0):
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	case a == 0xFF && b == 0xFE, a != 0 && b == 0 && d == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case a == 0xFE && b == 0xFF, a == 0 && b != 0 && c == 0:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}

// declared returns the encoding that the XML declaration names, or nil for UTF-8. One that is not known is no error as long
// as all that is read turns out to be UTF-8.
func (p *parser) declared(head []byte) encoding.Encoding {
	if bytes.HasPrefix(head, bom) {
		return nil // whatever is declared after it
	}
	label := declaredLabel(head)
	if label == "" {
		return nil
	}
	enc, name := charset.Lookup(label)
	switch name {
	case "utf-8", "utf-16be", "utf-16le":
		// Who could read the declaration knows that it is not UTF-16.
		return nil
	case "", "replacement":
		p.charset = label
		p.told.list.Addf(1, 0, "encoding %q is not known: read as UTF-8", label)
		return nil
	}
	return enc
}

// declaredLabel returns the encoding of <?xml … encoding="…"?>, which spaces may stand before.
func declaredLabel(head []byte) string {
	head = trimLeft(head[:min(len(head), maxDeclaration)])
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return ""
	}
	end := bytes.IndexByte(head, '>')
	if end < 0 {
		return ""
	}
	inner := attrs(bytes.TrimRight(head[len("<?xml"):end], "?"))
	label := trim(inner.get("encoding"))
	return string(label[:min(len(label), maxWord)])
}

package robots

import (
	"bytes"

	"golang.org/x/text/encoding/unicode"
)

// text returns the body as text without BOM and NULs. UTF-16 is read where a BOM says so; where it does not, dropping the
// NULs leaves what was ASCII.
func (p *parser) text(body []byte) string {
	body = p.cut(body)
	if bytes.HasPrefix(body, []byte{0xFF, 0xFE}) || bytes.HasPrefix(body, []byte{0xFE, 0xFF}) {
		decoder := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder()
		if decoded, err := decoder.Bytes(body); err == nil {
			body = decoded
		}
	}
	// Google passes over a BOM that is cut short as well.
	for _, b := range []byte{0xEF, 0xBB, 0xBF} {
		if len(body) == 0 || body[0] != b {
			break
		}
		body = body[1:]
	}
	if bytes.IndexByte(body, 0) >= 0 {
		p.warnings.Addf(0, int64(bytes.IndexByte(body, 0)), "NUL bytes are left out")
		body = bytes.ReplaceAll(body, []byte{0}, nil)
	}
	return string(body)
}

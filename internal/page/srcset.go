package page

import "bytes"

// srcset adds the candidates of an image: "a.jpg 1x, b,c.jpg 2x". A comma ends a URL only where it ends with one, so
// that URLs may have commas (HTML, 4.8.4.3.10).
func (p *parser) srcset(list []byte, r role) {
	for len(list) > 0 {
		list = bytes.TrimLeft(list, ", \t\r\n\f")
		end := bytes.IndexAny(list, " \t\r\n\f")
		if end < 0 {
			end = len(list)
		}
		url := list[:end]
		list = list[end:]
		if trimmed := bytes.TrimRight(url, ","); len(trimmed) < len(url) {
			url = trimmed
		} else {
			list = skipDescriptors(list)
		}
		if len(url) > 0 {
			p.addNamed(url, Image, r)
		}
	}
}

// skipDescriptors returns what follows the comma that ends a candidate; commas in parentheses do not.
func skipDescriptors(list []byte) []byte {
	depth := 0
	for i, c := range list {
		switch {
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case c == ',' && depth == 0:
			return list[i+1:]
		}
	}
	return nil
}

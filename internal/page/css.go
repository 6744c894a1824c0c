package page

import "bytes"

// css adds what a stylesheet or a style attribute loads: url(…) and the strings of @import.
func (p *parser) css(text []byte) {
	for i := 0; i < len(text) && !p.stopped; {
		switch c := text[i]; {
		case c == '/' && i+1 < len(text) && text[i+1] == '*':
			i += 2 + through(text[i+2:], "*/")
		case c == '@':
			i += p.atRule(text[i:])
		case c == '"' || c == '\'':
			_, n := quoted(text[i:])
			i += n
		case (c == 'u' || c == 'U') && hasPrefixFold(text[i:], "url("):
			url, n := cssURL(text[i+4:])
			p.addNamed(url, Asset, roleCSS)
			i += 4 + n
		default:
			i++
		}
	}
}

// atRule reads the rules that name a URL other than by url(…), and returns how much of text it took.
func (p *parser) atRule(text []byte) int {
	switch {
	case hasPrefixFold(text, "@namespace"):
		return 1 + through(text[1:], ";") // its URL is a name, and nothing to load
	case hasPrefixFold(text, "@import"):
		n := skipSpace(text, len("@import"))
		if n < len(text) && (text[n] == '"' || text[n] == '\'') {
			url, length := quoted(text[n:])
			p.addNamed(unescapeCSS(url), Asset, roleCSS)
			return n + length
		}
		return n
	}
	return 1
}

// cssURL returns the URL after "url(" and how much of text it takes.
func cssURL(text []byte) ([]byte, int) {
	n := skipSpace(text, 0)
	if n < len(text) && (text[n] == '"' || text[n] == '\'') {
		url, length := quoted(text[n:])
		return unescapeCSS(url), n + length
	}
	for i := n; i < len(text); i++ {
		switch text[i] {
		case ')':
			return unescapeCSS(text[n:i]), i + 1
		case '\\':
			i++
		}
	}
	return nil, len(text)
}

// quoted returns the string that begins with the quote at text[0], and how much of text it takes. A line end closes it
// too, as in CSS.
func quoted(text []byte) ([]byte, int) {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case text[0], '\n':
			return text[1:i], i + 1
		case '\\':
			i++
		}
	}
	return text[1:], len(text)
}

// through returns where what follows end begins, the length of text when it does not end.
func through(text []byte, end string) int {
	if i := bytes.Index(text, []byte(end)); i >= 0 {
		return i + len(end)
	}
	return len(text)
}

func skipSpace(text []byte, i int) int {
	for i < len(text) && text[i] <= ' ' {
		i++
	}
	return i
}

func hasPrefixFold(text []byte, prefix string) bool {
	return len(text) >= len(prefix) && bytes.EqualFold(text[:len(prefix)], []byte(prefix))
}

// unescapeCSS carries out backslashes: "\26 " is "&", "\(" is "(", and one before a line end joins the lines.
func unescapeCSS(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		if text[i] != '\\' || i+1 == len(text) {
			out = append(out, text[i])
			i++
			continue
		}
		i++
		if r, n := hexRune(text[i:], 6); n > 0 {
			out = appendRune(out, r)
			if i += n; i < len(text) && text[i] <= ' ' {
				i++
			}
			continue
		}
		if text[i] != '\n' {
			out = append(out, text[i])
		}
		i++
	}
	return out
}

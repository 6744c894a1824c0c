package page

import (
	"bytes"

	"golang.org/x/net/html"
)

// attribute is one of a tag; its slices are the tokenizer's and end with the tag.
type attribute struct{ key, value []byte }

// attributes are those of the tag that is read.
type attributes struct {
	list []attribute
	cut  bool // there were more than maxAttributes
}

// read takes name and attributes of the start tag that z is at. Tags without references, NUL and carriage return, which
// most are, it reads in place: the tokenizer makes several copies of each name and value.
func (a *attributes) read(z *html.Tokenizer) (name []byte) {
	a.list, a.cut = a.list[:0], false
	raw := z.Raw()
	if bytes.IndexByte(raw, '&') < 0 && bytes.IndexByte(raw, 0) < 0 && bytes.IndexByte(raw, '\r') < 0 {
		return a.scan(raw)
	}
	name, more := z.TagName()
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		more = a.append(key, value) && more
	}
	return name
}

// append adds an attribute and tells whether there is room for more.
func (a *attributes) append(key, value []byte) bool {
	if len(a.list) == maxAttributes {
		a.cut = true
		return false
	}
	a.list = append(a.list, attribute{key, value})
	return true
}

// scan reads a whole tag, "<name key=value>", by the rules of HTML (13.2.5).
func (a *attributes) scan(raw []byte) (name []byte) {
	raw = bytes.TrimSuffix(raw[1:], []byte(">"))
	i := 0
	for i < len(raw) && raw[i] != '/' && !isSpace(raw[i]) {
		i++
	}
	name = toLower(raw[:i])
	for {
		for i = skipHTMLSpace(raw, i); i < len(raw) && raw[i] == '/'; {
			i = skipHTMLSpace(raw, i+1)
		}
		if i == len(raw) {
			return name
		}
		start := i
		for i++; i < len(raw) && raw[i] != '=' && raw[i] != '/' && !isSpace(raw[i]); { // a first "=" is part of the key
			i++
		}
		key := toLower(raw[start:i])
		var value []byte
		value, i = scanValue(raw, i)
		if !a.append(key, value) {
			return name
		}
	}
}

// scanValue reads what follows a key, and returns where it ends.
func scanValue(raw []byte, i int) ([]byte, int) {
	j := skipHTMLSpace(raw, i)
	if j == len(raw) || raw[j] != '=' {
		return nil, i
	}
	j = skipHTMLSpace(raw, j+1)
	if j == len(raw) {
		return nil, j
	}
	if quote := raw[j]; quote == '"' || quote == '\'' {
		end := bytes.IndexByte(raw[j+1:], quote)
		if end < 0 {
			return raw[j+1:], len(raw)
		}
		return raw[j+1 : j+1+end], j + end + 2
	}
	end := j
	for end < len(raw) && !isSpace(raw[end]) {
		end++
	}
	return raw[j:end], end
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r' }

func skipHTMLSpace(raw []byte, i int) int {
	for i < len(raw) && isSpace(raw[i]) {
		i++
	}
	return i
}

// toLower makes name lower case in place: names are read by nobody after us.
func toLower(name []byte) []byte {
	for i, c := range name {
		name[i] = lower(c)
	}
	return name
}

// get returns the value of the first attribute of that name, nil when there is none.
func (a *attributes) get(name string) []byte {
	for i := range a.list {
		if string(a.list[i].key) == name {
			if v := a.list[i].value; v != nil {
				return v
			}
			return []byte{}
		}
	}
	return nil
}

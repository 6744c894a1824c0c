package accesslog

import "bytes"

// maxDepth is how deep objects are read; Caddy's user agent is at 3.
const maxDepth = 4

// maxKeys bounds the keys that are remembered. EdgeOne has under a hundred; those after it are looked up each time.
const maxKeys = 256

// maxKey is the longest key that is remembered or known.
const maxKey = 64

// jsonLines reads objects of JSON, one or more to a line, in an array or not. It goes over the bytes once and looks at
// no value that it does not need. The objects of a log have their keys in the same order, so that each key is first
// compared with the one that was at its place before.
type jsonLines struct {
	draft
	names map[string]alias
	keys  []key
	at    int
	votes [dialects]int
}

// key is a key as it stands in the text, with the comma before it, its quotes, its colon and the space between them, and
// what it means.
type key struct {
	text  []byte
	alias alias
}

func (p *jsonLines) parse(line []byte, emit func(*Record)) verdict {
	v := none
	for i := 0; ; {
		i = skipSpace(line, i)
		if i == len(line) {
			return v
		}
		switch line[i] {
		case '[', ',', ']':
			i++
			continue
		case '{':
		default:
			return bad
		}
		p.reset()
		p.at = 0
		if i = p.object(line, i+1, 1); i < 0 {
			return bad
		}
		if p.complete() {
			emit(&p.rec)
			v = fine
		} else if !p.has(logger) {
			return bad
		}
	}
}

// object reads the object whose first key is at i and returns what is after it, or a negative number.
func (p *jsonLines) object(b []byte, i, depth int) int {
	if i = skipSpace(b, i); i < len(b) && b[i] == '}' {
		return i + 1
	}
	for first := true; ; first = false {
		var a alias
		if p.at < len(p.keys) && startsWith(b, i, p.keys[p.at].text) {
			k := &p.keys[p.at]
			a, i = k.alias, i+len(k.text)
			p.at++
		} else if a, i = p.key(b, i, first); i < 0 {
			return -1
		}
		if i = p.value(a, b, i, depth); i < 0 {
			return -1
		}
		if i < len(b) && b[i] == '}' {
			return i + 1
		}
		if next := skipSpace(b, i); next < len(b) && b[next] == '}' {
			return next + 1
		}
	}
}

// key reads the comma at i, unless it is the first key that comes, the key and its colon, and returns what the key means
// and where its value is.
func (p *jsonLines) key(b []byte, i int, first bool) (alias, int) {
	start := i
	if !first {
		if i = skipSpace(b, i); i == len(b) || b[i] != ',' {
			return alias{}, -1
		}
		i = skipSpace(b, i+1)
	}
	if i == len(b) || b[i] != '"' {
		return alias{}, -1
	}
	end := stringEnd(b, i+1)
	if end < 0 {
		return alias{}, -1
	}
	next := skipSpace(b, end+1)
	if next == len(b) || b[next] != ':' {
		return alias{}, -1
	}
	next = skipSpace(b, next+1)
	var a alias
	if end-i <= maxKey {
		a = p.names[string(b[i+1:end])]
	}
	if p.at < maxKeys && next-start <= 2*maxKey {
		p.remember(b[start:next], a)
	}
	return a, next
}

func (p *jsonLines) remember(text []byte, a alias) {
	if p.at == len(p.keys) {
		p.keys = append(p.keys, key{})
		p.votes[a.dialect]++
	}
	k := &p.keys[p.at]
	k.text, k.alias = append(k.text[:0], text...), a
	p.at++
}

// value takes the value at i and returns what is after it, or a negative number.
func (p *jsonLines) value(a alias, b []byte, i, depth int) int {
	if i == len(b) {
		return -1
	}
	switch b[i] {
	case '"':
		if a.field == ignored {
			return stringEnd(b, i+1) + 1
		}
		return p.text(a, b, i+1)
	case '{':
		return p.nested(a, b, i, depth)
	case '[':
		end := compositeEnd(b, i)
		if first := skipSpace(b, i+1); end > 0 && a.field != ignored && b[first] == '"' {
			p.text(a, b, first+1) // a header of Caddy: all its values, of which the first will do
		}
		return end
	}
	end := scalarEnd(b, i)
	if end == i || string(b[i:end]) != "null" && !p.set(a, b[i:end]) && a.field == status {
		return -1
	}
	return end
}

// text takes the string that begins at i, after its quote.
func (p *jsonLines) text(a alias, b []byte, i int) int {
	end := indexFrom(b, i, '"')
	if end < 0 {
		return -1
	}
	v := b[i:end]
	if bytes.IndexByte(v, '\\') >= 0 {
		if end = stringEnd(b, i); end < 0 {
			return -1
		}
		v = p.unescapeJSON(b[i:end])
	}
	if !p.set(a, v) && a.field == status {
		return -1
	}
	return end + 1
}

// nested reads objects that have what is looked for, and passes the others by. Caddy has the request in one; a log
// format of somebody's own may have its line there.
func (p *jsonLines) nested(a alias, b []byte, i, depth int) int {
	if a.field == tls {
		p.set(a, https)
	}
	if a.field != object && a.field != request || depth >= maxDepth {
		return compositeEnd(b, i)
	}
	return p.object(b, i+1, depth+1)
}

// dialect is whose names the keys were.
func (p *jsonLines) dialect() string {
	most := anyone
	for d := anyone + 1; d < dialects; d++ {
		if p.votes[d] > 0 && (most == anyone || p.votes[d] > p.votes[most]) {
			most = d
		}
	}
	return dialectNames[most]
}

package accesslog

import "bytes"

// request takes a request line apart. What is none — a TLS hello, a scanner's joke, nothing at all — leaves the path
// empty, which is no fault of the log.
func (d *draft) request(v []byte, rank uint8) {
	i := bytes.IndexByte(v, ' ')
	if i <= 0 {
		return
	}
	if d.ranks[method] <= 1 {
		d.rec.Method, d.ranks[method] = v[:i], 1
	}
	rest := v[i+1:]
	if j := bytes.LastIndexByte(rest, ' '); j >= 0 && bytes.HasPrefix(rest[j+1:], []byte("HTTP/")) {
		rest = rest[:j]
	}
	d.target(rest)
}

// target takes what was asked for apart: a path with its query, or a whole URL.
func (d *draft) target(v []byte) {
	if bytes.IndexByte(v, '\\') >= 0 {
		v = d.unescapeBytes(v)
	}
	if len(v) == 0 {
		return
	}
	if v[0] != '/' {
		if v = d.origin(v); v == nil {
			return
		}
	}
	d.rec.Path = v
	if i := bytes.IndexByte(v, '?'); i >= 0 {
		d.rec.Path = v[:i]
		if d.ranks[query] == 0 {
			d.rec.Query = v[i+1:]
		}
	}
}

// origin takes scheme and host off an absolute URL and returns what is after them; nil when it is no such URL.
func (d *draft) origin(v []byte) []byte {
	i := bytes.Index(v[:min(len(v), len("https://"))], []byte("://"))
	if i < 0 {
		return nil
	}
	s := schemeOf(v[:i])
	if s == nil {
		return nil
	}
	v = v[i+3:]
	end := bytes.IndexAny(v, "/?#")
	if end < 0 {
		end = len(v)
	}
	if end == 0 {
		return nil
	}
	d.rec.Scheme, d.rec.Host = s, v[:end]
	d.ranks[scheme], d.ranks[host] = 255, 255 // what was asked for has the last word
	if v = v[end:]; len(v) == 0 || v[0] != '/' {
		start := len(d.text)
		d.text = append(append(d.text, '/'), v...)
		v = d.text[start:]
	}
	return v
}

// unescapeBytes undoes \xHH, which nginx and Apache write for what they will not print, and a backslash before
// anything else.
func (d *draft) unescapeBytes(v []byte) []byte {
	start := len(d.text)
	for i := 0; i < len(v); i++ {
		if v[i] != '\\' || i+1 == len(v) {
			d.text = append(d.text, v[i])
			continue
		}
		i++
		if v[i] == 'x' && i+2 < len(v) && isHex(v[i+1]) && isHex(v[i+2]) {
			d.text = append(d.text, unhex(v[i+1])<<4|unhex(v[i+2]))
			i += 2
			continue
		}
		d.text = append(d.text, v[i])
	}
	return d.text[start:]
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

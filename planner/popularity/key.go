package popularity

import (
	"bytes"
	"hash/maphash"
	"strings"
	"unsafe"

	"github.com/edgewarm/edgewarm/internal/accesslog"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

const (
	httpsPrefix = "https://"
	httpPrefix  = "http://"
	// nowhere stands for the host of lines that have none, while their path is brought to its normal form.
	nowhere = "http://h"
)

// split takes the scheme off a URL in its normal form; pathOnly says that it has none.
func split(url string) (class, string) {
	if rest, ok := strings.CutPrefix(url, httpsPrefix); ok {
		return secure, rest
	}
	if rest, ok := strings.CutPrefix(url, httpPrefix); ok {
		return plain, rest
	}
	return pathOnly, url
}

// spell appends the key as the line has it to the text of the batch.
func (s *state) spell(r *accesslog.Record) class {
	c := anyScheme
	text := s.batch.text
	switch {
	case len(r.Host) == 0:
		c = s.base
		text = append(text, s.prefix...)
	case len(r.Scheme) == len("https"):
		c = secure
	case len(r.Scheme) == len("http"):
		c = plain
	}
	text = append(append(text, r.Host...), r.Path...)
	if len(r.Query) > 0 {
		text = append(append(text, '?'), r.Query...)
	}
	s.batch.text = text
	return c
}

// settle finds the entry of a spelling that the table does not have by its cache key, making one where there is none;
// false when it is no URL that could be asked for.
func (c *Counter) settle(class class, text []byte, hash uint64) (uint32, bool) {
	s := c.state
	key, ok := c.key(class, text)
	if !ok {
		return 0, false
	}
	own, i := hash, uint32(0)
	if ok = key != string(text); ok {
		own = maphash.String(s.seed, key) ^ tags[class]
		i, ok = s.table.find(own)
	}
	if !ok {
		var dropped bool
		if i, dropped = s.add(own, class, key); dropped {
			s.moved()
		}
	}
	if own != hash {
		s.alias(hash, i)
	}
	return i, true
}

// key brings a spelling to the form in which it is counted. It is valid until the next call.
func (c *Counter) key(class class, text []byte) (string, bool) {
	prefix := httpsPrefix
	switch class {
	case pathOnly:
		prefix = nowhere
	case plain:
		prefix = httpPrefix
	case anyScheme:
		text = withoutPort80(text)
	}
	url := append(append(c.state.url[:0], prefix...), text...)
	c.state.url = url
	// Most URLs are in their normal form already, and their key is copied by the store: a string of its own for each
	// would be garbage, which lets the heap grow to twice of what is held before it is collected.
	normal, err := urlkey.Normalize(unsafe.String(&url[0], len(url)))
	if err != nil || !strings.HasPrefix(normal, prefix) {
		return string(text), c.Raw // a log is shown as it is, whatever was asked for
	}
	return c.Policy.Key(normal)[len(prefix):], true
}

// withoutPort80 takes off the port that is the default of http, where https is assumed.
func withoutPort80(text []byte) []byte {
	end := bytes.IndexByte(text, '/')
	if end < 0 || !bytes.HasSuffix(text[:end], []byte(":80")) {
		return text
	}
	return append(append(make([]byte, 0, len(text)), text[:end-3]...), text[end:]...)
}

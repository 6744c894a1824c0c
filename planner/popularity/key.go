package popularity

import (
	"bytes"
	"strings"

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

// spell writes the key as the line has it into s.text.
func (s *state) spell(r *accesslog.Record) class {
	c := anyScheme
	s.text = s.text[:0]
	switch {
	case len(r.Host) == 0:
		c = s.base
		s.text = append(s.text, s.prefix...)
	case len(r.Scheme) == len("https"):
		c = secure
	case len(r.Scheme) == len("http"):
		c = plain
	}
	s.text = append(s.text, r.Host...)
	s.text = append(s.text, r.Path...)
	if len(r.Query) > 0 {
		s.text = append(append(s.text, '?'), r.Query...)
	}
	return c
}

// locate returns the entry of a record, making one where there is none; false when it has no URL that could be asked
// for. A spelling that was met before costs one hash and one look.
func (c *Counter) locate(r *accesslog.Record) (*entry, uint32, bool) {
	s := c.state
	class := s.spell(r)
	hash := s.hash(class, s.text)
	i, ok := s.table.find(hash)
	if !ok {
		if i, ok = c.settle(class, hash); !ok {
			return nil, 0, false
		}
	}
	return s.entry(i), i, true
}

// settle finds the entry of a new spelling by its cache key.
func (c *Counter) settle(class class, hash uint64) (uint32, bool) {
	s := c.state
	key, ok := c.key(class, s.text)
	if !ok {
		return 0, false
	}
	own := s.hash(class, key)
	i, ok := s.table.find(own)
	if !ok {
		var dropped bool
		if i, dropped = s.add(own, class, key); dropped {
			s.viewings.forget() // they go by the number of the entry
		}
	}
	if own != hash {
		s.alias(hash, i)
	}
	return i, true
}

// key brings a spelling to the form in which it is counted.
func (c *Counter) key(class class, text []byte) ([]byte, bool) {
	prefix := httpsPrefix
	switch class {
	case pathOnly:
		prefix = nowhere
	case plain:
		prefix = httpPrefix
	case anyScheme:
		text = withoutPort80(text)
	}
	if len(text) > urlkey.MaxLength {
		return nil, false
	}
	normal, err := urlkey.Normalize(prefix + string(text))
	if err != nil || !strings.HasPrefix(normal, prefix) {
		return text, c.Raw // a log is shown as it is, whatever was asked for
	}
	return []byte(c.Policy.Key(normal)[len(prefix):]), true
}

// withoutPort80 takes off the port that is the default of http, where https is assumed.
func withoutPort80(text []byte) []byte {
	end := bytes.IndexByte(text, '/')
	if end < 0 || !bytes.HasSuffix(text[:end], []byte(":80")) {
		return text
	}
	return append(append(make([]byte, 0, len(text)), text[:end-3]...), text[end:]...)
}

package source

import (
	"errors"
	"strings"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// Rewrite maps what begins with From to URLs that begin with To: From is s3://bucket/ and more for the objects of a
// bucket, git: and more for files. What follows From is percent-encoded. The first that fits is taken.
type Rewrite struct{ From, To string }

var (
	errUnmapped = errors.New("no crawl.rewrite begins with it")
	// ErrDots is wrapped by the warnings of keys that no URL can name: what takes . and .. out of one makes it another.
	ErrDots = errors.New("a URL cannot have . or .. between slashes")
)

// mapping makes URLs of the names of things that have none.
type mapping struct {
	rules []Rewrite
	// plus has + written as %2B: S3 reads a + in a path as a space.
	plus bool
	buf  []byte
}

// url is the one of a name such as s3://bucket/key.
func (m *mapping) url(name string) (string, error) {
	for _, r := range m.rules {
		rest, ok := strings.CutPrefix(name, r.From)
		if !ok {
			continue
		}
		m.buf = m.appendEscaped(append(m.buf[:0], r.To...), rest)
		if hasDots(rest) {
			return "", ErrDots
		}
		return urlkey.Normalize(string(m.buf))
	}
	return "", errUnmapped
}

// appendEscaped appends a path with all escaped that does not stand for itself in one (RFC 3986, 3.3).
func (m *mapping) appendEscaped(dst []byte, path string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(path) {
		c := path[i]
		if isPathByte(c) && (c != '+' || !m.plus) {
			dst = append(dst, c)
			continue
		}
		dst = append(dst, '%', hex[c>>4], hex[c&15])
	}
	return dst
}

func isPathByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		strings.IndexByte("/-._~!$&'()*+,;=:@", c) >= 0
}

// hasDots reports whether a segment of the path is one of those that URLs do without.
func hasDots(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}

// maps reports whether anything that begins with prefix could be mapped.
func (m *mapping) maps(prefix string) bool {
	for _, r := range m.rules {
		if strings.HasPrefix(r.From, prefix) || r.From != "" && strings.HasPrefix(prefix, r.From) {
			return true
		}
	}
	return false
}

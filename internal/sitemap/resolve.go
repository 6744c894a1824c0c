package sitemap

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// setBase notes the URL that others are resolved against.
func (p *parser) setBase(u string) error {
	base, err := urlkey.ParseBase(u)
	if err != nil {
		return err
	}
	p.base = base
	p.origin = urlkey.Origin(base.String()) + "/"
	p.host = urlkey.Host(base.String())
	return nil
}

// rebase follows an xml:base on the root of a feed. The host that others are counted against stays the document's own.
func (p *parser) rebase(raw []byte) {
	u, ok := p.resolve(p.decoded(raw))
	if !ok {
		return
	}
	if base, err := urlkey.ParseBase(u); err == nil {
		p.base = base
	}
}

// resolve returns the URL that a text stands for. Where there is none the reason is told.
func (p *parser) resolve(ref []byte) (string, bool) {
	ref = trim(ref)
	if p.isPlain(ref, plainURL) {
		return string(ref), true
	}
	p.last = traits{}
	if !isAbsolute(ref) {
		ref = p.complete(ref)
	}
	loc, err := p.base.Append(p.loc[:0], ref)
	if err == nil && !bytes.Equal(loc, ref) && !utf8.Valid(ref) {
		loc, err = p.resolveBytes(loc[:0], ref)
	}
	p.loc = loc[:0]
	if err != nil {
		p.doc.Dropped++
		p.fault(faultLoc, "dropped: %v", reason(err))
		return "", false
	}
	return string(loc), true
}

// isPlain tells whether a URL of the document's own origin consists of letters, digits and marks that no normal form
// changes, wherever they stand, so that it is normal as it is: four bytes at a time, since every entry has one. allowed is
// plainText for what is still to be decoded, or plainURL.
func (p *parser) isPlain(ref []byte, allowed uint8) bool {
	n := len(p.origin)
	if len(ref) <= n || len(ref) > urlkey.MaxLength || string(ref[:n]) != p.origin || ref[len(ref)-1] == '?' {
		return false
	}
	tail := ref[n:]
	all := allowed | plainDotless
	for len(tail) >= 4 && all&allowed != 0 {
		all &= plain[tail[0]] & plain[tail[1]] & plain[tail[2]] & plain[tail[3]]
		tail = tail[4:]
	}
	for _, c := range tail {
		all &= plain[c]
	}
	if all&allowed == 0 {
		return false
	}
	p.last = traits{own: true, dotless: all&plainDotless != 0}
	return p.last.dotless || !bytes.Contains(ref[n-1:], dotSegment)
}

// traits are what is known of a URL when it has been resolved; zero is nothing.
type traits struct {
	own     bool // of the document's own origin
	dotless bool // has no dot after it, so that its name has no ending
}

// dotSegment is how a segment begins that may lead elsewhere.
var dotSegment = []byte("/.")

const (
	plainURL     = 1 << iota // unreserved in RFC 3986, or what divides a path and a query
	plainText                // and no beginning of a reference
	plainDotless             // and no dot
)

var plain = func() (t [256]uint8) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/?=&" {
		t[c] = plainURL | plainText | plainDotless
	}
	t['.'] &^= plainDotless
	t['&'] &^= plainText
	return t
}()

// resolveBytes resolves what is not UTF-8.
func (p *parser) resolveBytes(dst, ref []byte) ([]byte, error) {
	ref, ok := p.utf8(ref)
	if !ok {
		return dst, &EncodingError{Name: p.charset}
	}
	return p.base.Append(dst, ref)
}

// reason leaves out what a reader of the warning does not need.
func reason(err error) error {
	if errors.Is(err, urlkey.ErrEmpty) {
		return urlkey.ErrEmpty
	}
	return err
}

func isAbsolute(ref []byte) bool {
	return len(ref) > 8 && ref[0]|0x20 == 'h' && (string(ref[:8]) == "https://" || string(ref[:7]) == "http://" ||
		bytes.EqualFold(ref[:8], []byte("https://")) || bytes.EqualFold(ref[:7], []byte("http://")))
}

// complete tells of a URL that is not absolute, and puts two slashes before one that begins with a host.
func (p *parser) complete(ref []byte) []byte {
	switch {
	case len(ref) == 0 || hasScheme(ref):
		return ref
	case p.doc.Format == "atom": // where a URL may be relative
		return ref
	case !p.beginsWithHost(ref):
		p.fault(faultRelative, "relative URL %.200q is resolved", urlkey.Redact(string(ref)))
		return ref
	}
	p.fault(faultRelative, "URL %.200q has no scheme: taken from the sitemap", urlkey.Redact(string(ref)))
	p.whole = append(append(p.whole[:0], "//"...), ref...)
	return p.whole
}

// hasScheme tells mailto:x and the like from a path with a colon.
func hasScheme(ref []byte) bool {
	i := bytes.IndexByte(ref, ':')
	return i > 0 && !bytes.ContainsAny(ref[:i], "/?#. ")
}

// beginsWithHost tells a URL whose scheme was forgotten from a relative one: it begins with www. or the document's host.
func (p *parser) beginsWithHost(ref []byte) bool {
	host := ref
	if i := bytes.IndexAny(ref, "/?#:"); i >= 0 {
		host = ref[:i]
	}
	return hasPrefixFold(host, []byte("www.")) && bytes.Count(host, []byte{'.'}) > 1 || strings.EqualFold(string(host), p.host)
}

// utf8 returns a text that is valid. What is not was most likely written in Windows-1252, of which Latin-1 is a part, unless
// the document says that it is something else: then nobody knows what it is.
func (p *parser) utf8(b []byte) ([]byte, bool) {
	if utf8.Valid(b) {
		return b, true
	}
	if p.charset != "" {
		p.unreadable = true
		return nil, false
	}
	p.fault(faultEncoding, "text that is not UTF-8 is read as Windows-1252")
	p.fixed = p.fixed[:0]
	for _, c := range b {
		p.fixed = utf8.AppendRune(p.fixed, charmap.Windows1252.DecodeByte(c))
	}
	return p.fixed, true
}

// countHost counts the URLs of other hosts. Which of them are wanted is not for a parser to say.
func (p *parser) countHost(loc string) {
	p.listed++
	if !p.traits.own && !strings.HasPrefix(loc, p.origin) && urlkey.Host(loc) != p.host {
		p.doc.OtherHosts++
	}
}

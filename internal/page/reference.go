package page

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/encoding"
)

// cleanReference takes off what browsers ignore in the URL of an attribute: white space around it, and line ends and
// tabs inside, where a long URL was wrapped.
func (p *parser) cleanReference(ref []byte) []byte {
	for len(ref) > 0 && ref[0] <= ' ' {
		ref = ref[1:]
	}
	for len(ref) > 0 && ref[len(ref)-1] <= ' ' {
		ref = ref[:len(ref)-1]
	}
	if bytes.IndexByte(ref, '\n') < 0 && bytes.IndexByte(ref, '\t') < 0 && bytes.IndexByte(ref, '\r') < 0 {
		return ref
	}
	clean := make([]byte, 0, len(ref))
	for _, c := range ref {
		if c != '\n' && c != '\t' && c != '\r' {
			clean = append(clean, c)
		}
	}
	return clean
}

// nameKind is KindOf of a reference as it is written, and tells whether its extension is a known one.
func nameKind(ref []byte) (Kind, bool) {
	const longest = 8 << 10 // what is longer is no URL
	if len(ref) > longest {
		return Page, false
	}
	return namedKind(string(bytes.TrimSpace(ref)))
}

// hasKnownName tells whether the extension of a reference says what it is.
func hasKnownName(ref []byte) bool {
	_, ok := nameKind(ref)
	return ok
}

// playable tells whether the extension of a reference is that of something which pages show or play.
func playable(ref []byte) bool {
	k, _ := nameKind(ref)
	return k == Playlist || k == Media || k == Image || k == Subtitle
}

// encodeQuery writes the query of ref in the page's encoding, as browsers send it, when that is not UTF-8.
func (p *parser) encodeQuery(ref []byte) []byte {
	i := bytes.IndexByte(ref, '?')
	if p.enc == nil || i < 0 || isASCII(ref[i:]) {
		return ref
	}
	query, fragment, hasFragment := bytes.Cut(ref[i:], []byte("#"))
	out := appendEncoded(bytes.Clone(ref[:i]), query, p.enc.NewEncoder())
	if hasFragment {
		out = append(append(out, '#'), fragment...)
	}
	return out
}

// appendEncoded appends text in another encoding; what that lacks is written as browsers do, "&#233;" escaped.
func appendEncoded(dst, text []byte, enc *encoding.Encoder) []byte {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		encoded, err := enc.Bytes(text[:n])
		if err != nil || n > 1 && bytes.HasPrefix(encoded, []byte("&#")) {
			encoded = fmt.Appendf(nil, "%%26%%23%d%%3B", r)
			enc.Reset()
		}
		dst = append(dst, encoded...)
		text = text[n:]
	}
	return dst
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

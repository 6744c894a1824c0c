package urlkey

import "strings"

// reference is a URL reference taken apart; its fields are as written.
type reference struct {
	scheme       string // in lower case, "" when there is none
	authority    string
	hasAuthority bool
	path         string
	query        string
	hasQuery     bool
}

// special tells whether browsers treat the scheme as the web's: a backslash is a slash, and there is always a host.
func special(scheme string) bool { return scheme == "http" || scheme == "https" }

// appendResolved appends raw in the form f, resolved against b; with no b it has to be absolute.
func (f Form) appendResolved(dst []byte, b *Base, raw string) ([]byte, error) {
	s, err := f.trim(raw)
	if err != nil {
		return nil, &Error{raw, err}
	}
	n := len(dst)
	dst, err = f.appendReference(dst, b, s)
	if err != nil {
		return nil, &Error{raw, err}
	}
	if len(dst)-n > MaxLength {
		return nil, &Error{raw, ErrTooLong}
	}
	return dst, nil
}

// trim takes off what browsers ignore around a URL, and the fragment. What they ignore inside of one is refused:
// leaving it out would make another URL of a header or log line that was smuggled in.
func (f Form) trim(raw string) (string, error) {
	s := strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' })
	if s == "" {
		return "", ErrEmpty
	}
	if i := schemeEnd(s); i > 0 && !f.AnyScheme && !special(strings.ToLower(s[:i])) && !f.isHostPort(s, i) {
		return "", ErrScheme // also of what is long or has line ends, as data and javascript have
	}
	if len(s) > MaxLength {
		return "", ErrTooLong
	}
	if strings.ContainsAny(s, "\x00\t\r\n") {
		return "", ErrControl
	}
	s, _, _ = strings.Cut(s, "#")
	return s, nil
}

func (f Form) appendReference(dst []byte, b *Base, s string) ([]byte, error) {
	r := f.split(b, s)
	if r.scheme == "" || b != nil && r.scheme == b.scheme && !r.hasAuthority && special(r.scheme) {
		if b == nil {
			return nil, ErrRelative
		}
		if !r.hasAuthority {
			return f.appendRelative(dst, b, r), nil
		}
		r.scheme = b.scheme
	}
	return f.appendAbsolute(dst, r)
}

// split takes s apart. The scheme of b, if any, says how slashes are read where s has none.
func (f Form) split(b *Base, s string) (r reference) {
	if i := schemeEnd(s); i > 0 && !f.isHostPort(s, i) {
		r.scheme, s = strings.ToLower(s[:i]), s[i+1:]
	} else if b == nil && f.DefaultScheme != "" && (!strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//")) {
		r.scheme, s = f.DefaultScheme, "//"+strings.TrimPrefix(s, "//")
	}
	s, r.query, r.hasQuery = strings.Cut(s, "?")
	web := special(r.scheme) || r.scheme == "" && (b == nil || special(b.scheme))
	if web && strings.IndexByte(s, '\\') >= 0 {
		s = strings.ReplaceAll(s, `\`, "/")
	}
	// In "https:x.example/a" browsers take any number of slashes, none included, for the two that belong there,
	// unless the document has that very scheme: then it is a relative reference.
	absolute := special(r.scheme) && (b == nil || b.scheme != r.scheme)
	if !absolute && !strings.HasPrefix(s, "//") {
		r.path = s
		return r
	}
	r.hasAuthority = true
	if web {
		s = strings.TrimLeft(s, "/")
	} else {
		s = s[2:]
	}
	if i := strings.IndexByte(s, '/'); i >= 0 {
		r.authority, r.path = s[:i], s[i:]
	} else {
		r.authority = s
	}
	return r
}

// schemeEnd returns where the colon after a scheme stands, or 0.
func schemeEnd(s string) int {
	for i := range len(s) {
		c := s[i] | 0x20
		switch {
		case 'a' <= c && c <= 'z':
		case i > 0 && ('0' <= s[i] && s[i] <= '9' || s[i] == '+' || s[i] == '-' || s[i] == '.'):
		case i > 0 && s[i] == ':':
			return i
		default:
			return 0
		}
	}
	return 0
}

// isHostPort tells whether the colon at s[i] stands before a port where a scheme may be left out: "example.com:8080/a".
func (f Form) isHostPort(s string, i int) bool {
	name := strings.Contains(s[:i], ".") || s[:i] == "localhost"
	return f.DefaultScheme != "" && name && i+1 < len(s) && '0' <= s[i+1] && s[i+1] <= '9'
}

// appendAbsolute appends a reference that has a scheme.
func (f Form) appendAbsolute(dst []byte, r reference) ([]byte, error) {
	web := special(r.scheme)
	if !web && (!f.AnyScheme || !r.hasAuthority && !strings.HasPrefix(r.path, "/")) {
		return nil, ErrScheme
	}
	dst = append(append(dst, r.scheme...), ':')
	if r.hasAuthority {
		var err error
		if dst, err = appendAuthority(append(dst, "//"...), r.scheme, r.authority); err != nil {
			return nil, err
		}
	}
	root := len(dst)
	dst = f.appendPath(append(dst, '/'), root, strings.TrimPrefix(r.path, "/"))
	if !r.hasAuthority {
		dst = oneSlash(dst, root)
	}
	return f.appendQuery(dst, r.query), nil
}

// oneSlash keeps a path without a host from being read as a host: of the slashes at root it leaves one.
func oneSlash(dst []byte, root int) []byte {
	n := 1
	for root+n < len(dst) && dst[root+n] == '/' {
		n++
	}
	return append(dst[:root+1], dst[root+n:]...)
}

// appendRelative appends a reference that has neither scheme nor host.
func (f Form) appendRelative(dst []byte, b *Base, r reference) []byte {
	n := len(dst)
	switch {
	case strings.HasPrefix(r.path, "/"):
		dst = append(append(dst, b.url[:b.root]...), '/')
		dst = f.appendPath(dst, n+b.root, r.path[1:])
	case r.path != "":
		dst = append(dst, b.dir...)
		dst = f.appendPath(dst, n+b.root, r.path)
	case !r.hasQuery:
		return append(dst, b.url...)
	default:
		dst = append(dst, b.path...)
	}
	if !strings.HasPrefix(b.url[len(b.scheme):], "://") {
		dst = oneSlash(dst, n+b.root)
	}
	return f.appendQuery(dst, r.query)
}

package urlkey

import "strings"

// Base is the URL that the references of one document are resolved against. It is safe for concurrent use.
type Base struct {
	form   Form
	url    string // in its normal form
	scheme string
	root   int    // where the path begins in url
	dir    string // url up to the last slash of its path
	path   string // url without its query
}

// ParseBase returns the Base of an absolute http or https URL.
func ParseBase(raw string) (*Base, error) { return Form{}.ParseBase(raw) }

// ParseBase returns a Base that resolves to the form f.
func (f Form) ParseBase(raw string) (*Base, error) {
	u, err := f.Normalize(raw)
	if err != nil {
		return nil, err
	}
	b := &Base{form: f, url: strings.Clone(u)}
	b.scheme, _, _ = strings.Cut(b.url, ":")
	b.path, _, _ = strings.Cut(b.url, "?")
	b.root = len(b.scheme) + 1
	if strings.HasPrefix(b.url[b.root:], "//") {
		b.root += 2
		b.root += strings.IndexByte(b.url[b.root:], '/')
	}
	b.dir = b.path[:strings.LastIndexByte(b.path, '/')+1]
	return b, nil
}

// String returns the URL of the base in its normal form.
func (b *Base) String() string { return b.url }

// Resolve returns what ref means in a document at b, as browsers understand it: absolute and in the normal form.
//
// It is made for segments, of which a catalogue has millions: a plain relative name costs the one allocation of the
// result, and an absolute URL that is normal already costs none, because it is returned as it is.
// An empty ref is an error, as it names nothing; "#x" is b itself. Its error is an *Error.
func (b *Base) Resolve(ref string) (string, error) {
	switch prefix, kind := quick(b, ref); kind {
	case whole:
		return ref, nil
	case tail:
		return prefix + ref, nil
	}
	var scratch [512]byte
	out, err := b.form.appendResolved(scratch[:0], b, ref)
	if err != nil {
		return "", err
	}
	return string(out), nil
}

// Append appends what Resolve returns for ref to dst, so that a caller who drops most of what it resolves pays for no
// string. dst is returned as it was when there is an error.
func (b *Base) Append(dst, ref []byte) ([]byte, error) {
	switch prefix, kind := quick(b, ref); kind {
	case whole:
		return append(dst, ref...), nil
	case tail:
		return append(append(dst, prefix...), ref...), nil
	}
	n := len(dst)
	out, err := b.form.appendResolved(dst, b, string(ref))
	if err != nil {
		return dst[:n], err
	}
	return out, nil
}

// What quick found a reference to be.
const (
	complicated = iota
	whole       // a URL in its normal form
	tail        // what follows the prefix in the normal form
)

// quick recognises the references that need no work but joining.
func quick[T text](b *Base, ref T) (prefix string, kind int) {
	if len(ref) == 0 || b.form.SortQuery || b.form.MergeSlashes {
		return "", complicated
	}
	c := ref[0]
	switch {
	case c == 'h' && afterScheme(ref) > 0:
		if hasOrigin(b, ref) && len(ref) <= MaxLength && normalTail(ref, b.root+1, true) || isNormal(ref) {
			return "", whole
		}
	case c == '/':
		if (len(ref) == 1 || ref[1] != '/') && b.root+len(ref) <= MaxLength && normalTail(ref, 1, true) {
			return b.url[:b.root], tail
		}
	case class[c]&inPath != 0:
		if len(b.dir)+len(ref) <= MaxLength && normalTail(ref, 0, false) {
			return b.dir, tail
		}
	}
	return "", complicated
}

// hasOrigin tells whether ref begins with scheme, host and port of b and a slash, which are normal.
func hasOrigin[T text](b *Base, ref T) bool {
	return len(ref) > b.root && string(ref[:b.root+1]) == b.url[:b.root+1]
}

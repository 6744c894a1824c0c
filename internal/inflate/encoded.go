package inflate

import (
	"io"
	"strings"
)

// Encoded decodes the body of an HTTP response as its Content-Encoding says: gzip and deflate (with or without its zlib
// header), up to two of them stacked. Any other is an EncodingError, br and zstd too, since they were not asked for.
// The bytes have the last word: an empty body is empty, and one that is named gzip and is not is given out as it is, for
// servers name a decoded .xml.gz so. limit is that of NewReader.
func Encoded(r io.Reader, contentEncoding string, limit int64) (*Reader, error) {
	z := newReader(r, limit)
	if contentEncoding == "" {
		return z, nil
	}
	names, err := codings(contentEncoding)
	for i := len(names) - 1; i >= 0 && err == nil; i-- {
		err = z.decode(names[i])
	}
	if err != nil {
		_ = z.Close()
		return nil, err
	}
	return z, nil
}

// codings lists what was applied, in that order. It checks them all first, so that nothing is read of what is refused.
func codings(header string) ([]string, error) {
	var names []string
	for name := range strings.SplitSeq(header, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		switch name {
		case "", "identity", "none", "utf-8", "utf8", "binary", "8bit": // the last ones are no encodings, but servers write them
		case "gzip", "x-gzip", "deflate":
			names = append(names, strings.TrimPrefix(name, "x-"))
		default:
			return nil, &EncodingError{Name: name}
		}
		if len(names) > maxLayers {
			return nil, &EncodingError{Name: header}
		}
	}
	return names, nil
}

// decode undoes one coding by what its first bytes are.
func (r *Reader) decode(name string) error {
	head := r.buffered().head(len(gzipMagic))
	switch {
	case len(head) == 0:
		return nil
	case isGzip(head):
		return r.push("gzip", openGzip)
	case name == "gzip":
		r.Mislabelled = true
		return nil
	case isZlib(head):
		return r.push("deflate", openZlib)
	}
	return r.push("deflate", openDeflate)
}

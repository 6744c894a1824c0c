package hls

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/internal/warning"
)

// DefaultMaxSegments bounds one playlist: 1,000,000 segments of 2 seconds are 23 days, more than any title is long.
const DefaultMaxSegments = 1_000_000

// Parse reads one playlist whose URL, after redirects, is base, and calls emit for each URL it lists until emit returns
// false. The error is an *Error: it wraps ErrNotHLS for a body that is no playlist, and ErrVariable when some entries
// could not be resolved and were left out.
func Parse(body []byte, base string, o Options, emit func(*Entry) bool) (Document, error) {
	b, err := urlkey.ParseBase(base)
	if err != nil {
		return Document{}, &Error{Op: "parse", URL: base, Err: err}
	}
	r := &reader{base: b, raw: base, o: o, emit: emit}
	r.vars.imports = o.Imports
	_, r.vars.query, _ = strings.Cut(beforeFragment(base), "?")
	text := view(bytes.TrimPrefix(body, utf8BOM))
	f := classify(text)
	if start := strings.TrimLeft(text, " \t\r\n\v\f"); strings.HasPrefix(start, "<") {
		f = unknown // a page may show a playlist
	}
	if f == unknown || f == iptv {
		return Document{}, &Error{Op: "parse", URL: base, Err: refuse(text, f)}
	}
	if !strings.HasPrefix(strings.TrimLeft(text, " \t\r\n\v\f"), "#EXTM3U") {
		r.warnings.Addf(1, 0, "#EXTM3U is missing at the beginning")
	}
	switch {
	case f == headerOnly:
		r.warnings.Addf(1, 0, "playlist lists nothing")
	case f == multivariant:
		r.readMultivariant(text)
	case o.Collapse && strings.Contains(text, "BYTERANGE"):
		r.readCollapsed(text)
	default:
		r.readMedia(text)
	}
	r.doc.Defines = r.vars.values
	r.doc.Warnings = r.warnings.All()
	return r.doc, r.err()
}

// reader is what both kinds of playlists are read with.
type reader struct {
	base     *urlkey.Base
	raw      string // the base as it was given
	o        Options
	emit     func(*Entry) bool
	doc      Document
	warnings warning.List
	vars     variables
	urls     arena
	failed   *Error // the first fault that makes the whole playlist invalid
}

func (r *reader) err() error {
	if r.failed == nil {
		return nil
	}
	return r.failed
}

// fail records a fault that ends what is read with an error, and goes on.
func (r *reader) fail(line int, offset int64, err error) {
	r.warnings.Addf(line, offset, "%v", err)
	if r.failed == nil {
		r.failed = &Error{Op: "parse", URL: r.raw, Line: line, Err: err}
	}
}

// resolve makes ref absolute, with the playlist's query where the options want it.
func (r *reader) resolve(ref string) (string, error) {
	u, err := r.urls.resolve(r.base, ref)
	if err != nil || r.o.Query == QueryNone {
		return u, err
	}
	return r.inherit(u)
}

// inherit hands the playlist's query down, to URLs of the same host only: it may be a token.
func (r *reader) inherit(u string) (string, error) {
	own := r.base.String()
	_, query, _ := strings.Cut(own, "?")
	if query == "" || urlkey.Host(own) != urlkey.Host(u) {
		return u, nil
	}
	path, has, found := strings.Cut(u, "?")
	switch {
	case !found || has == "":
		return urlkey.Normalize(path + "?" + query)
	case r.o.Query == QueryAppend:
		return urlkey.Normalize(u + "&" + query)
	}
	return u, nil
}

// full is the URL that answers with the whole playlist when base asked for a delta update, or "".
func full(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	var kept []string
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		switch name, _, _ := strings.Cut(part, "="); name {
		case "_HLS_skip", "_HLS_msn", "_HLS_part":
		default:
			kept = append(kept, part)
		}
	}
	query := strings.Join(kept, "&")
	if query == u.RawQuery {
		return ""
	}
	u.RawQuery = query
	return u.String()
}

func beforeFragment(u string) string {
	u, _, _ = strings.Cut(u, "#")
	return u
}

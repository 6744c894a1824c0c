// Package sitemap reads sitemaps and feeds: urlset, index, text, RSS 0.9 to 2.0 and Atom, with the video, image, news,
// hreflang and media extensions.
//
// Parse streams: its memory does not grow with the document. It takes what real sites publish, so a fault costs the
// entry it stands in and no other, and is told as a warning. There is no tree and no stack: a tag that opens an entry ends
// whatever was open before, which is all that it takes to go on after any fault.
package sitemap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/edgewarm/edgewarm/internal/inflate"
)

const (
	// DefaultMaxEntries is twenty times what the sitemap protocol allows in one file; real files go over that, but not so far.
	DefaultMaxEntries = 1_000_000
	// DefaultMaxBytes is five times what the sitemap protocol allows in one file: sites that forget to split are read, what
	// has no end takes a second.
	DefaultMaxBytes = 250 << 20

	// protocolEntries and protocolBytes are what search engines read of one file.
	protocolEntries = 50_000
	protocolBytes   = 50 << 20
)

// Parse reads one document and calls emit for each entry in the document's order, until emit returns false. base is the
// document's own URL. r may be compressed. The entry is valid during the call only, its strings for ever.
//
// An error does not take back what was emitted: Document always tells how far Parse came.
func Parse(r io.Reader, base string, o Options, emit func(*Entry) bool) (Document, error) {
	if o.MaxEntries <= 0 {
		o.MaxEntries = DefaultMaxEntries
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	p := &parser{options: o, latest: o.Now.Add(maxAhead), emit: emit}
	p.comments.end, p.cdatas.end = commentEnd, cdataEnd
	if err := p.setBase(base); err != nil {
		return Document{}, &Error{Op: "parse", URL: base, Err: err}
	}
	in, err := inflate.NewReader(r, o.MaxBytes)
	if err != nil {
		return Document{}, &Error{Op: "read", URL: base, Err: err}
	}
	defer in.Close()
	p.src = in
	p.parse()
	return p.result(base)
}

// parse reads what the document turns out to be.
func (p *parser) parse() {
	p.decode()
	for p.pos < p.end || p.more() { // blank lines before the document
		if rest := trimLeft(p.unread()); len(rest) > 0 {
			p.pos = p.end - len(rest)
			break
		}
		p.pos = p.end
	}
	p.need(len("#EXTM3U"))
	what := other(p.unread())
	switch {
	case what != "":
		p.fail(p.notSitemap(what))
	case p.pos == p.end:
		if p.readError() == nil {
			p.fail(fmt.Errorf("%w, got an empty document", ErrNotSitemap))
		}
	case p.isXML():
		p.run()
	default:
		p.runText()
	}
}

// other names what begins like something that a crawler meets in place of a sitemap, or returns "".
func other(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("#EXTM3U")):
		return "an HLS playlist"
	case len(head) > 0 && (head[0] == '{' || head[0] == '['):
		return "JSON"
	}
	return ""
}

// readError is why there is nothing more to read, when that is not the end of the document.
func (p *parser) readError() error {
	if errors.Is(p.window.err, io.EOF) || errors.Is(p.window.err, inflate.ErrTrailing) {
		return nil
	}
	return p.window.err
}

// result is what Parse returns.
func (p *parser) result(base string) (Document, error) {
	if p.err == nil {
		p.sumUp()
	}
	if p.err == nil && p.unreadable {
		p.err = &EncodingError{Name: p.charset}
	}
	p.doc.Warnings = p.told.warnings()
	switch err := p.readError(); {
	case p.err != nil:
		return p.doc, &Error{Op: "parse", URL: base, Err: p.err}
	case err != nil && !p.stop:
		p.doc.Truncated = true
		return p.doc, &Error{Op: "read", URL: base, Err: fmt.Errorf("at byte %d: %w", p.off+int64(p.end), err)}
	}
	return p.doc, nil
}

// sumUp tells what holds for the document as a whole.
func (p *parser) sumUp() {
	add := p.told.list.Addf
	if errors.Is(p.window.err, inflate.ErrTrailing) {
		add(0, p.off+int64(p.end), "%v", p.window.err)
	}
	if p.doc.Entries == 0 && p.doc.Dropped == 0 && !p.stop && p.readError() == nil {
		add(0, 0, "the document lists nothing")
	}
	if p.doc.Format == "rss" || p.doc.Format == "atom" {
		return
	}
	if p.listed > protocolEntries {
		add(0, 0, "%d URLs: the protocol allows %d in one file, and search engines read no more", p.listed, protocolEntries)
	}
	if size := p.off + int64(p.end); size > protocolBytes {
		add(0, 0, "%d MiB: the protocol allows %d in one file", size>>20, protocolBytes>>20)
	}
}

package crawler

import (
	"encoding/binary"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// listing is a Memo.Listing: what is to be known before a request in front, then the items, compressed; see items.
type listing struct {
	mark
	// etag and modified are the document's validators (RFC 9110 section 8.8), empty where it has none that can be used;
	// source is where it came from, after redirects.
	etag, modified, source string
	// kind and role are what it turned out to be; role is empty where it stayed as it was listed.
	kind     Kind
	role     string
	document string // Document.Kind
	exported map[string]string
	warnings []Warning
	failure  failure // the zero value for a document that was read to its end
	titled   bool    // it is the beginning of a title, which one that could not be read is not
	count    int
	packed   []byte
}

// Limits of a listing beside MaxListing. What a document has beyond them makes it one that is not remembered.
const (
	maxListed     = 2_000_000 // items: twice what one sitemap may list
	maxPlain      = 64 << 20  // bytes of all items before they are compressed: those of as many items are half of it
	maxListedWord = 1 << 10   // bytes of a validator, role or change frequency
	maxListedText = 64 << 10  // bytes of a warning or variable, which a URL or two may be part of
	maxListedMany = 1000      // warnings, or variables; readers bound them to no more
	maxStatus     = 999
)

func (l *listing) conditional() bool { return l.etag != "" || l.modified != "" }

func (l *listing) question() *question { return &question{etag: l.etag, modified: l.modified} }

func (l *listing) failed() bool { return l.failure.text != "" }

// err is how the document failed, nil for one that did not.
func (l *listing) err(t *task) error {
	if !l.failed() {
		return nil
	}
	return l.failure.err(t.fetch)
}

// settle makes the task what opening its document made it.
func (l *listing) settle(t *task) {
	t.Kind, t.exported = l.kind, l.exported
	if l.role != "" {
		t.Role = l.role
	}
	t.validated(l.source, l.etag, l.modified)
	if l.titled && t.Title == "" {
		t.Title = t.URL
	}
	t.doc.Kind, t.doc.Warnings = l.document, l.warnings
}

// appendTo appends what stands in front of the items.
func (l *listing) appendTo(b []byte) []byte {
	b = append(b, l.mark[:]...)
	for _, s := range []string{l.etag, l.modified, l.source, string(l.kind), l.role, l.document} {
		b = appendWord(b, s)
	}
	b = binary.AppendUvarint(b, uint64(len(l.exported)))
	for name, value := range l.exported {
		b = appendWord(appendWord(b, name), value)
	}
	b = binary.AppendUvarint(b, uint64(len(l.warnings)))
	for _, w := range l.warnings {
		b = binary.AppendUvarint(b, uint64(w.Line))
		b = binary.AppendUvarint(b, uint64(w.Byte))
		b = appendWord(b, w.Text)
	}
	b = binary.AppendUvarint(appendWord(b, l.failure.text), uint64(l.failure.status))
	b = binary.AppendUvarint(b, number(l.titled))
	return binary.AppendUvarint(b, uint64(l.count))
}

func appendWord(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// parseListing reads what appendTo wrote, in front of the packed items; false for anything else.
func parseListing(b []byte) (*listing, bool) {
	l := &listing{}
	if len(b) < len(l.mark) {
		return nil, false
	}
	copy(l.mark[:], b)
	u := unpacker{rest: b[len(l.mark):]}
	l.etag, l.modified, l.source = u.word(maxListedWord), u.word(maxListedWord), u.word(urlkey.MaxLength)
	l.kind, l.role, l.document = Kind(u.word(maxListedWord)), u.word(maxListedWord), u.word(maxListedWord)
	if n := u.number(maxListedMany); n > 0 {
		l.exported = make(map[string]string)
		for range n {
			name := u.word(maxListedText)
			l.exported[name] = u.word(maxListedText)
		}
	}
	for range u.number(maxListedMany) {
		w := Warning{Line: int(u.number(1 << 40)), Byte: int64(u.number(1 << 60)), Text: u.word(maxListedText)}
		l.warnings = append(l.warnings, w)
	}
	l.failure = failure{u.word(maxListedText), int(u.number(maxStatus))}
	l.titled = u.number(1) == 1
	l.count, l.packed = int(u.number(maxListed)), u.rest
	return l, !u.bad && slices.Contains(kinds, l.kind) && sendable(l.etag) && sendable(l.modified)
}

// sendable reports whether a header may have the value.
func sendable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// unpacker reads numbers and words, bounded. After something that cannot be, all is zero.
type unpacker struct {
	rest []byte
	bad  bool
}

func (u *unpacker) number(limit uint64) uint64 {
	v, n := binary.Uvarint(u.rest)
	if n <= 0 || v > limit {
		u.bad, u.rest = true, nil
		return 0
	}
	u.rest = u.rest[n:]
	return v
}

func (u *unpacker) signed() int64 {
	v, n := binary.Varint(u.rest)
	if n <= 0 {
		u.bad, u.rest = true, nil
		return 0
	}
	u.rest = u.rest[n:]
	return v
}

// bytes are valid as long as what is read from.
func (u *unpacker) bytes(limit int) []byte {
	n := u.number(uint64(limit))
	if n > uint64(len(u.rest)) {
		u.bad, u.rest = true, nil
		return nil
	}
	b := u.rest[:n]
	u.rest = u.rest[n:]
	return b
}

func (u *unpacker) word(limit int) string { return string(u.bytes(limit)) }

// validators takes what a document can be asked for again by. A Last-Modified is only good when nothing can have changed
// since within the same second.
func (l *listing) validators(source string, h http.Header, now time.Time) {
	l.source = normal(source)
	l.etag, l.modified = validators(h, now)
}

// validators are the ETag and the Last-Modified of an answer, empty where they cannot be used.
func validators(h http.Header, now time.Time) (etag, modified string) {
	if e := h.Get("Etag"); len(e) <= maxListedWord && sendable(e) {
		etag = e
	}
	m := h.Get("Last-Modified")
	if t, err := http.ParseTime(m); err == nil && now.Sub(t) >= modifiedMargin {
		modified = m
	}
	return etag, modified
}

// number is 1 for true.
func number(is bool) uint64 {
	if is {
		return 1
	}
	return 0
}

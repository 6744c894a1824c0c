package crawler

import (
	"bytes"
	"compress/flate"
	"net/http"
	"sync"
	"time"
)

// record writes down what a document lists while it is listed, for Memory; see items for how.
type record struct {
	listing
	*packer
	// listed is the role that the document was listed with, inherited the rendition.
	listed    string
	inherited *Rendition
	// unfit is set for what is not to be remembered.
	unfit bool
}

// packer is the part of a record that is used again.
type packer struct {
	plain []byte        // of items, not compressed yet
	out   bytes.Buffer  // what is compressed
	flate *flate.Writer // nil until plain is full
	last  item
	bytes int // that were compressed
}

// packAt is how many bytes are compressed at once: most documents have less, and need a compressor, which is of 800 KB,
// for a moment only.
const packAt = 32 << 10

var (
	packers = sync.Pool{New: func() any { return new(packer) }}
	flates  = sync.Pool{New: func() any {
		w, err := flate.NewWriter(nil, flate.BestSpeed)
		if err != nil {
			panic(err) // the level is one of flate's own
		}
		return w
	}}
)

func newRecord(t *task, m mark) *record {
	return &record{listing: listing{mark: m}, packer: packers.Get().(*packer), listed: t.Role, inherited: t.Rendition}
}

// drop gives up the record. It may be nil, or dropped before.
func (r *record) drop() {
	if r == nil || r.packer == nil {
		return
	}
	if r.flate != nil {
		flates.Put(r.flate)
	}
	r.plain, r.flate, r.last, r.bytes = r.plain[:0], nil, item{}, 0
	r.out.Reset()
	packers.Put(r.packer)
	r.packer = nil
	r.unfit = true
}

// came notes where the document came from, and by what it can be asked for again.
func (r *record) came(url string, h http.Header) {
	if r != nil {
		r.validators(url, h, time.Now())
	}
}

// joint notes that other documents are part of the listing, for which the document's own validators cannot speak: it is
// remembered for a crawl that goes on, but read anew by the next.
func (r *record) joint() {
	if r != nil {
		r.etag, r.modified = "", ""
	}
}

// fault notes that a part could not be had: the document is not remembered.
func (r *record) fault() {
	if r != nil {
		r.unfit = true
	}
}

// fail notes how the document failed, and reports whether that can be remembered.
func (r *record) fail(err error) (ok bool) {
	r.etag, r.modified = "", ""
	r.failure, ok = failureOf(err)
	return ok
}

// add writes an item down, as its document lists it.
func (r *record) add(i *item) {
	if r.unfit {
		return
	}
	if r.count++; r.count > maxListed || !fits(i) || r.bytes > maxPlain-packAt || r.out.Len() > MaxListing {
		r.unfit = true
		return
	}
	r.plain = appendItem(r.plain, i, &r.last, r.inherited)
	r.last = *i
	if len(r.plain) >= packAt {
		r.pack()
	}
}

// pack compresses what is waiting. A buffer takes all that is written to it.
func (r *record) pack() {
	if r.flate == nil {
		r.flate = flates.Get().(*flate.Writer)
		r.flate.Reset(&r.out)
	}
	_, _ = r.flate.Write(r.plain)
	r.bytes += len(r.plain)
	r.plain = r.plain[:0]
}

// marshal ends the record of a document that was opened as t, and returns it as Memo.Listing; nil when it is not to be
// remembered.
func (r *record) marshal(t *task) []byte {
	if r.unfit || r.source == "" && !r.failed() || len(t.exported) > maxListedMany || len(t.doc.Warnings) > maxListedMany {
		return nil
	}
	r.pack()
	_ = r.flate.Close()
	r.kind, r.document, r.exported, r.warnings = t.Kind, t.doc.Kind, t.exported, t.doc.Warnings
	r.titled = t.Kind == Playlist && t.Title != ""
	if t.Role != r.listed {
		r.role = t.Role
	}
	front := r.appendTo(r.plain[:0])
	if len(front)+r.out.Len() > MaxListing {
		return nil
	}
	b := make([]byte, 0, len(front)+r.out.Len())
	b = append(append(b, front...), r.out.Bytes()...)
	if _, ok := parseListing(b); !ok { // a word of it is too long
		return nil
	}
	return b
}

package crawler

import (
	"context"
	"sync"
	"time"
)

// chunk is some of what a document lists, which travels together, since a channel operation costs as much as ten entries.
type chunk struct {
	entries []entry
	items   []item
	bytes   int // of their URLs
}

// entry is one resource of a chunk. What a playlist lists most, its segments, has all but a few fields in common: those
// are in the entries, the rest once in the item of the chunk that they name. What changes hands is a third of it so.
type entry struct {
	hash hashed
	url  string
	// Of a segment; other resources have them in the item.
	start, duration time.Duration
	bytes           int64
	index           int32
	// item is the index of the rest.
	item    int16
	segment bool
}

// What a worker may be ahead of the loop is chunksAhead chunks. One ends with chunkEntries entries, or with chunkBytes of
// URLs, which takes ones that are three times as long as most: so that a hostile site makes no more wait than a large one.
const (
	chunkEntries = 256
	chunkBytes   = 64 << 10
	chunksAhead  = 4
)

var chunks = sync.Pool{New: func() any { return &chunk{entries: make([]entry, 0, chunkEntries)} }}

// free gives the chunk back to the workers, and lets go of its strings.
func (c *chunk) free() {
	clear(c.entries)
	clear(c.items)
	c.entries, c.items, c.bytes = c.entries[:0], c.items[:0], 0
	chunks.Put(c)
}

// push returns a fresh item at the end.
func (c *chunk) push() *item {
	c.items = append(c.items, item{})
	return &c.items[len(c.items)-1]
}

// entry returns one at the end, which has what was in its place.
func (c *chunk) entry() *entry {
	n := len(c.entries)
	if n == cap(c.entries) { // the context has ended and nobody takes the chunk
		n = 0
	}
	c.entries = c.entries[:n+1]
	return &c.entries[n]
}

// lister takes what a document lists, and hands it on in chunks.
type lister struct {
	ctx    context.Context
	opener *opener
	task   *task
	hasher hasher
	chunk  *chunk
	count  int
	// segments is what the segments of a playlist have in common, common its index in the chunk or -1.
	segments Resource
	common   int16
	expiring expiring
	// record is written for Memory; nil writes none.
	record *record
	// cut is set when the context ended before all was taken.
	cut bool
}

// next returns a fresh item to fill in; add takes it.
func (l *lister) next() *item { return l.open().push() }

// open returns the chunk that is being filled.
func (l *lister) open() *chunk {
	if l.chunk == nil {
		l.chunk, l.common = chunks.Get().(*chunk), -1
	}
	return l.chunk
}

// add ends the item that next returned, and reports whether the document is to be read on.
func (l *lister) add(i *item) bool {
	if l.record != nil {
		l.record.add(i)
	}
	i.fetch = i.URL
	i.URL = l.opener.crawler.rewrite(i.URL)
	if l.task.Kind == Playlist {
		i.Title = l.task.Title
	}
	e := l.chunk.entry()
	*e = entry{url: i.URL, item: int16(len(l.chunk.items) - 1)}
	return l.push(e)
}

// nextSegment returns an entry to fill in with a segment that is like the others of its playlist; addSegment takes it.
func (l *lister) nextSegment() *entry {
	c := l.open()
	if l.common < 0 {
		l.common = int16(len(c.items))
		c.push().Resource = l.segments
	}
	e := c.entry()
	e.segment, e.item = true, l.common
	return e
}

// addSegment ends the entry that nextSegment returned, and reports whether the document is to be read on.
func (l *lister) addSegment(e *entry) bool {
	if l.record != nil {
		i := item{Resource: l.segments}
		e.fill(&i.Resource)
		l.record.add(&i)
	}
	e.url = l.opener.crawler.rewrite(e.url)
	return l.push(e)
}

// push ends the last entry of the chunk.
func (l *lister) push(e *entry) bool {
	l.count++
	l.expiring.note(e.url)
	l.hasher.hash(e.url, &e.hash)
	l.chunk.bytes += len(e.url)
	return len(l.chunk.entries) < chunkEntries && l.chunk.bytes < chunkBytes || l.flush()
}

// fill makes the resource that of the entry.
func (e *entry) fill(r *Resource) {
	r.URL = e.url
	if e.segment {
		r.Index, r.Start, r.Duration, r.Bytes = int(e.index), e.start, e.duration, e.bytes
	}
}

// flush hands the chunk to the walk, and reports whether it was taken.
func (l *lister) flush() bool {
	if l.chunk == nil || len(l.chunk.entries) == 0 {
		return true
	}
	select { // mostly there is room, which is cheaper to find out than to wait for two things
	case l.task.out <- l.chunk:
		l.chunk = nil
		return true
	default:
	}
	select {
	case l.task.out <- l.chunk:
		l.chunk = nil
		return true
	case <-l.ctx.Done():
		l.cut = true
		return false
	}
}

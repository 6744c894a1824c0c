package crawler

import (
	"context"
	"sync"
)

// chunk is some items that travel together, since a channel operation costs as much as ten items.
type chunk struct {
	items [chunkItems]item
	n     int
}

// What a worker may be ahead of the loop is chunkItems × chunksAhead items.
const (
	chunkItems  = 128
	chunksAhead = 8
)

var chunks = sync.Pool{New: func() any { return new(chunk) }}

// free gives the chunk back to the workers, and lets go of its strings.
func (c *chunk) free() {
	clear(c.items[:c.n])
	c.n = 0
	chunks.Put(c)
}

// lister takes what a document lists, and hands it on in chunks.
type lister struct {
	ctx    context.Context
	opener *opener
	task   *task
	hasher hasher
	chunk  *chunk
	count  int
	// record is written for Memory; nil writes none.
	record *record
	// cut is set when the context ended before all was taken.
	cut bool
}

// next returns a fresh item to fill in; add takes it.
func (l *lister) next() *item {
	if l.chunk == nil {
		l.chunk = chunks.Get().(*chunk)
	}
	return &l.chunk.items[l.chunk.n]
}

// add ends the item that next returned, and reports whether the document is to be read on.
func (l *lister) add(i *item) bool {
	if l.record != nil {
		l.record.add(i)
	}
	l.count++
	l.chunk.n++
	i.fetch = i.URL
	i.URL = l.opener.crawler.rewrite(i.URL)
	i.hash = l.hasher.hash(i.URL)
	if l.task.Kind == Playlist {
		i.Title = l.task.Title
	}
	return l.chunk.n < chunkItems || l.flush()
}

// flush hands the chunk to the walk, and reports whether it was taken.
func (l *lister) flush() bool {
	if l.chunk == nil || l.chunk.n == 0 {
		return true
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

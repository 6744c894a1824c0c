package ledger

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"github.com/edgewarm/edgewarm/crawler"
)

var _ crawler.ReadAheader = (*Memory)(nil)

const (
	// aheadRows bounds the documents that wait to be recalled: some of them, as those that a robots.txt closes, never are.
	aheadRows = 1024
	// aheadWeight bounds the bytes of their listings, of which most have a few hundred and one of MaxListing is rare.
	aheadWeight = 16 << 20
)

const recallDocuments = `SELECT documents.url, crawl, asked, read, lastmod, listing
	FROM (SELECT value ->> 0 AS url FROM {each}) AS v JOIN documents ON {documents is v.url}`

// ReadAhead begins to read what is remembered of the documents, all with one statement.
func (m *Memory) ReadAhead(ctx context.Context, urls []string) { m.ahead.begin(ctx, urls) }

// readAhead reads documents until their listings come to more than room, or it fails; whole is that all were read. Why it
// failed is told when they are recalled alone.
func (m *Memory) readAhead(ctx context.Context, urls []string, room int) (found map[string]*document, whole bool) {
	var list rowSet
	for _, url := range urls {
		list.add(url)
	}
	encoded, err := encodeRows(list.list)
	if err != nil {
		return nil, false
	}
	found = map[string]*document{}
	err = m.ledger.query(ctx, "recall documents from", recallDocuments, []any{encoded}, func(rows *sql.Rows) error {
		var url string
		d := &document{}
		if err := rows.Scan(append([]any{&url}, d.columns()...)...); err != nil {
			return err
		}
		if room -= len(d.listing); room < 0 {
			return errFull
		}
		found[url] = d
		return nil
	})
	return found, err == nil
}

// errFull ends the reading of what there is no room for.
var errFull = errors.New("no room")

// ahead is what was read of documents before they are recalled. What it does not know is recalled alone.
type ahead struct {
	read func(ctx context.Context, urls []string, room int) (found map[string]*document, whole bool)
	turn sync.Mutex // one batch is read after the other
	wait sync.WaitGroup

	mu      sync.Mutex
	of      map[string]*batch
	batches []*batch // the oldest first
	weight  int      // bytes of what was read
}

// batch is what is read at once.
type batch struct {
	urls []string
	// read is closed when found is what there was of them, and all of it if it is whole.
	read  chan struct{}
	found map[string]*document
	whole bool
}

func (a *ahead) begin(ctx context.Context, urls []string) {
	b := &batch{read: make(chan struct{})}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.of == nil {
		a.of = map[string]*batch{}
	}
	for len(a.batches) > 0 && len(a.of)+len(urls) > aheadRows {
		a.drop(a.batches[0])
		a.batches = a.batches[1:]
	}
	for _, url := range urls {
		if a.of[url] == nil {
			a.of[url] = b
			b.urls = append(b.urls, url)
		}
	}
	a.batches = append(a.batches, b)
	a.wait.Go(func() { a.fill(ctx, b) })
}

// drop lets go of what is left of a batch. The lock is held.
func (a *ahead) drop(b *batch) {
	for _, url := range b.urls {
		a.remove(b, url)
	}
}

// remove takes a document out of its batch. The lock is held.
func (a *ahead) remove(b *batch, url string) *document {
	if a.of[url] != b {
		return nil
	}
	delete(a.of, url)
	d := b.found[url]
	if d != nil {
		delete(b.found, url)
		a.weight -= len(d.listing)
	}
	return d
}

func (a *ahead) fill(ctx context.Context, b *batch) {
	defer close(b.read)
	a.turn.Lock()
	defer a.turn.Unlock()
	a.mu.Lock()
	room := aheadWeight - a.weight
	a.mu.Unlock()
	if room <= 0 || ctx.Err() != nil {
		return
	}
	found, whole := a.read(ctx, b.urls, room)
	a.mu.Lock()
	defer a.mu.Unlock()
	b.found, b.whole = found, whole
	for url, d := range found {
		if a.of[url] == b { // nobody has dropped it meanwhile
			a.weight += len(d.listing)
		} else {
			delete(found, url)
		}
	}
}

// take returns what was read of the document, nil for nothing, and lets go of it. It is not known where it was not read.
func (a *ahead) take(ctx context.Context, url string) (d *document, known bool) {
	a.mu.Lock()
	b := a.of[url]
	a.mu.Unlock()
	if b == nil {
		return nil, false
	}
	select {
	case <-b.read:
	case <-ctx.Done():
		return nil, false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.of[url] != b { // it was dropped, or remembered anew
		return nil, false
	}
	d = a.remove(b, url)
	return d, d != nil || b.whole
}

// forget lets go of what was read of a document, which is remembered anew.
func (a *ahead) forget(url string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if b := a.of[url]; b != nil {
		a.remove(b, url)
	}
}

// end waits until nothing is read any more. What was begun ends with its context.
func (a *ahead) end() { a.wait.Wait() }

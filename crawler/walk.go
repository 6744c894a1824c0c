package crawler

import (
	"context"
	"fmt"
	"sync"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// walk is one run of Crawl. The goroutine that ranges over it owns all of its state; workers open documents and hand
// back what they list.
//
// Documents are opened in the order they were found and drained in the same order, which makes the crawl the same every
// time: window holds those that workers have been given, the first of which is being drained.
type walk struct {
	bounds
	ctx    context.Context
	cancel context.CancelFunc
	yield  func(Resource, error) bool

	seeds []string
	seen  *seen
	grows bool // what was seen does not go to the disk
	// listings and documents are the frontier: what waits to be opened, in the order it was found; see task.lists.
	listings, documents ahead
	readAhead           func(urls []string) // see ahead
	window              queue[*task]
	// listing counts the tasks of the window that are of listings, opened all tasks but the seeds.
	listing, opened int
	waiting         int  // bytes of the tasks that are not in the window yet
	tooMany         bool // some were left closed for their number

	jobs    chan *task
	workers sync.WaitGroup
}

// lookAhead is how many documents a worker may be ahead of the one being drained, on average: enough to keep the
// workers busy while one slow document holds up the order.
const lookAhead = 2

func newWalk(ctx context.Context, c *Crawler, seeds []string, yield func(Resource, error) bool) *walk {
	w := &walk{yield: yield, seeds: seeds}
	w.seen = newSeen(w.unspilled)
	w.ctx, w.cancel = context.WithCancel(ctx)
	w.bounds = newBounds(c, newOpener(c, seeds, w.seen.seed))
	w.readAhead = w.tell()
	w.jobs = make(chan *task, lookAhead*c.concurrency())
	for range c.concurrency() {
		w.workers.Go(w.work)
	}
	return w
}

// stop ends the workers and waits for them.
func (w *walk) stop() {
	w.cancel()
	close(w.jobs)
	w.workers.Wait()
	w.open.close()
	w.seen.close()
}

func (w *walk) work() {
	for t := range w.jobs {
		w.open.open(w.ctx, t)
	}
}

func (w *walk) run() {
	for _, seed := range w.seeds {
		if !w.plant(seed) {
			return
		}
	}
	for {
		w.fill()
		t, ok := w.window.pop()
		if !ok {
			break
		}
		if !w.drain(t) {
			return
		}
		if t.listing {
			w.listing--
		}
	}
	for _, d := range append(w.open.notices.take(), w.traps.documents()...) {
		w.report(d)
	}
}

// plant puts a seed into the frontier. One that is no URL is yielded as it is, with the reason.
func (w *walk) plant(seed string) bool {
	url, err := urlkey.Normalize(withScheme(seed))
	if err != nil {
		err = &Error{Op: "seed", URL: urlkey.Redact(seed), Err: err}
		w.report(Document{URL: seed, Err: err})
		return w.yield(Resource{URL: seed, Err: err}, nil)
	}
	if hasUser(seed) {
		w.report(Document{URL: url, Warnings: []Warning{{Text: "user and password in the URL are left out: give them as a header"}}})
	}
	r := Resource{URL: w.crawler.rewrite(url), Kind: seedKind(url)}
	h := hasher{seed: w.seen.seed}
	var hash hashed
	if h.hash(r.URL, &hash); !w.seen.add(&hash, r.URL) {
		return true
	}
	tasks := w.root(r, url)
	for _, t := range tasks {
		w.waiting += t.bytes()
		w.push(t)
	}
	return len(tasks) > 0 || w.yield(r, nil)
}

// push puts a task where it waits for its turn.
func (w *walk) push(t *task) {
	if t.listing = t.lists(); t.listing {
		w.listings.push(t)
	} else {
		w.documents.push(t)
	}
}

// pop returns the next task to open. Pages and playlists wait until all sitemaps known so far are drained.
func (w *walk) pop() (*task, bool) {
	t, ok := w.listings.next(w.readAhead)
	switch {
	case ok:
		w.listing++
	case w.listing > 0:
		return nil, false
	default:
		t, ok = w.documents.next(w.readAhead)
	}
	if ok {
		w.waiting -= t.bytes()
	}
	return t, ok
}

// fill gives the workers as many documents as the window holds.
func (w *walk) fill() {
	for w.window.len() < cap(w.jobs) {
		t, ok := w.pop()
		if !ok {
			return
		}
		t.out = make(chan *chunk, chunksAhead)
		w.window.push(t)
		w.jobs <- t // never blocks: jobs holds as many as the window
	}
}

// drain yields a document and what it lists, and reports whether the walk goes on.
func (w *walk) drain(t *task) bool {
	c, more := w.receive(t)
	if w.ctx.Err() != nil {
		return w.cut()
	}
	if absent := t.guess && !more && t.doc.Err != nil; absent {
		return true
	}
	if !t.ofSite && !w.yield(t.Resource, nil) {
		return false
	}
	var held []*task
	for ; more; c, more = w.receive(t) {
		ok := w.takeAll(t, c, &held)
		c.free()
		if !ok {
			return false
		}
		w.fill()
	}
	if w.ctx.Err() != nil {
		return w.cut()
	}
	for _, child := range held {
		child.defines = t.exported
		w.push(child)
	}
	t.doc.Warnings = append(t.doc.Warnings, w.said.take()...)
	if !t.ofSite || t.doc.Err != nil || len(t.doc.Warnings) > 0 {
		w.report(t.doc)
	}
	for _, notice := range w.open.notices.take() {
		w.report(notice)
	}
	return true
}

// receive waits for the next chunk of a task; false is its end, or that of the context.
func (w *walk) receive(t *task) (*chunk, bool) {
	select { // mostly it is there, which is cheaper to find out than to wait for two things
	case c, more := <-t.out:
		return c, more
	default:
	}
	select {
	case c, more := <-t.out:
		return c, more
	case <-w.ctx.Done():
		return nil, false
	}
}

// takeAll yields what of the chunk is new and not to be opened, and puts the rest into the frontier. The children of a
// playlist are held until its end, when its variables are known.
func (w *walk) takeAll(t *task, c *chunk, held *[]*task) bool {
	for i := range c.items {
		c.items[i].Depth, c.items[i].Parent = t.Depth+1, t.URL
	}
	var segment Resource
	common := int16(-1)
	for i := range c.entries {
		e := &c.entries[i]
		isNew := w.seen.add(&e.hash, e.url)
		switch {
		case e.segment:
			if e.item != common {
				common, segment = e.item, c.items[e.item].Resource
			}
			if !isNew {
				break
			}
			if e.fill(&segment); !w.yield(segment, nil) {
				return false
			}
		case !isNew:
			w.said.ledBack(t, &c.items[e.item])
		case !w.take(t, &c.items[e.item], held):
			return false
		}
	}
	if err := w.seen.err(); err != nil {
		w.yield(Resource{}, fmt.Errorf("%w: %w", ErrSpill, err))
		return false
	}
	return true
}

// unspilled tells once that memory grows, since the disk does not take what the set of known URLs has too many of.
func (w *walk) unspilled(err error) {
	if !w.grows {
		w.grows = true
		w.report(Document{Err: fmt.Errorf("%w, they stay in memory: %w", ErrSpill, err)})
	}
}

// take yields an item that is new, or puts it where it waits to be opened; it is false when the loop has ended.
func (w *walk) take(t *task, i *item, held *[]*task) bool {
	child := w.follow(t, i)
	switch {
	case child == nil:
		return i.guess || w.yield(i.Resource, nil)
	case t.Kind == Playlist:
		*held = append(*held, child)
	default:
		w.push(child)
	}
	return true
}

// follow returns the task for an item that is to be opened, nil for one that is not.
func (w *walk) follow(t *task, i *item) *task {
	child := w.child(t, i)
	if child == nil {
		return nil
	}
	if w.opened++; w.opened > w.crawler.maxDocuments() || w.waiting > waitingAny+waitingEach*w.crawler.maxDocuments() {
		if !w.tooMany {
			w.tooMany = true
			w.report(Document{URL: i.URL, Kind: string(i.Kind), Err: ErrTooMany})
		}
		return nil
	}
	w.waiting += child.bytes()
	return child
}

func (w *walk) report(d Document) {
	if w.crawler.OnDocument != nil {
		w.crawler.OnDocument(d)
	}
}

// cut ends the walk with the context's error.
func (w *walk) cut() bool {
	w.yield(Resource{}, context.Cause(w.ctx))
	return false
}

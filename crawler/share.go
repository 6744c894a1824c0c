package crawler

import (
	"context"
	"errors"
	"hash/maphash"
	"iter"
	"slices"
	"sync"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// Share is one process's part of a crawl that several processes share. It opens single documents, in any order, has
// Crawler.Memory keep what they list, and says which further ones they lead to. Whoever shares the crawl keeps account of
// what is pending and what was opened.
//
// Once all is opened, a Crawl of the same seeds whose Memory recalls each document as Fresh yields what it would have
// without a share, in the same order and with hardly a request: those for each robots.txt, and for what could not be
// remembered. The order in which documents were opened, and by whom, makes no difference to it; one that a share had no
// need to open, or has left out, costs a request at most.
//
// All processes are to be of the same build and have the same options. It is safe for several goroutines.
type Share struct {
	seeds []string
	slots chan struct{} // one for each document that is being opened

	mu     sync.Mutex // over bounds
	bounds bounds
}

// ErrNoMemory is returned by Share.Open of a Crawler without a Memory.
var ErrNoMemory = errors.New("a shared crawl needs a Memory")

// Share begins a part of a crawl of the seeds; Close ends it. Of another process's seeds, what Origins returns there is
// enough. At most Crawler.Concurrency documents are opened at once; the bounds of Crawler.MaxAlike are for each Share, and
// that of MaxDocuments is for whoever keeps account.
func (c *Crawler) Share(seeds ...string) *Share {
	o := newOpener(c, seeds, maphash.MakeSeed())
	o.sharing = true
	return &Share{seeds: seeds, slots: make(chan struct{}, c.concurrency()), bounds: newBounds(c, o)}
}

// Close closes the connections. It is to be called when no Open is under way.
func (s *Share) Close() { s.bounds.open.close() }

// Origins are those of the seeds, each once, in their order.
func (s *Share) Origins() []string {
	return slices.Clone(s.bounds.open.client.Origins)
}

// Seeds are the documents that the crawl begins with. What is no URL is left to Crawl, which says so.
func (s *Share) Seeds() []Pending {
	var out []Pending
	met := map[string]bool{}
	for _, seed := range s.seeds {
		url, err := urlkey.Normalize(withScheme(seed))
		if err != nil {
			continue
		}
		r := Resource{URL: s.bounds.crawler.rewrite(url), Kind: seedKind(url)}
		if met[r.URL] {
			continue
		}
		met[r.URL] = true
		for _, t := range s.bounds.root(r, url) {
			out = append(out, t.pending())
		}
	}
	return out
}

// Open opens a document and yields those that it leads to and that the crawl opens, in their order and as often as they are
// listed. By the end of the sequence Memory has been told of the document, under the sequence's context; one that failed is
// remembered as that. What fails in the document is for Crawl to tell, what there is to say of its host is told to
// OnDocument, from any goroutine but one at a time.
//
// The error ends the sequence: it is the context's, or that of a Pending that was not written by a Share.
func (s *Share) Open(ctx context.Context, p Pending) iter.Seq2[Pending, error] {
	return func(yield func(Pending, error) bool) {
		t, err := p.task()
		if s.bounds.crawler.Memory == nil {
			err = ErrNoMemory
		}
		if err != nil {
			yield(Pending{}, err)
			return
		}
		select {
		case s.slots <- struct{}{}:
		case <-ctx.Done():
			yield(Pending{}, context.Cause(ctx))
			return
		}
		defer func() { <-s.slots }()
		if s.open(ctx, t, func(p Pending) bool { return yield(p, nil) }) && ctx.Err() != nil {
			yield(Pending{}, context.Cause(ctx))
		}
	}
}

// open is Open for a task that has its slot. It reports whether the loop has not ended.
func (s *Share) open(ctx context.Context, t *task, yield func(Pending) bool) bool {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t.out = make(chan *chunk, chunksAhead)
	go s.bounds.open.open(ctx, t) // ends with t.out, which is read to its end
	var held []*task
	on := true
	for c := range t.out {
		for _, child := range s.children(t, c) {
			switch {
			case !on:
			case t.Kind == Playlist: // its variables are known at its end
				held = append(held, child)
			default:
				on = yield(child.pending())
			}
		}
		c.free()
		if !on {
			cancel()
		}
	}
	for _, child := range held {
		child.defines = t.exported
		on = on && yield(child.pending())
	}
	s.tell()
	return on
}

// children are the tasks for what of the chunk is to be opened.
func (s *Share) children(t *task, c *chunk) (out []*task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range c.entries {
		e := &c.entries[i]
		if e.segment {
			continue
		}
		if child := s.bounds.child(t, &c.items[e.item]); child != nil {
			child.parent = nil // circles are for Crawl to tell
			out = append(out, child)
		}
	}
	s.bounds.said.take()
	return out
}

// tell passes on what there is to say of hosts.
func (s *Share) tell() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.bounds.open.notices.take() {
		if on := s.bounds.crawler.OnDocument; on != nil {
			on(d)
		}
	}
}

package crawler

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// past is what is remembered of a document that is about to be opened.
type past struct {
	memo    Memo
	listing *listing
}

// readOrRecall is fetch with a memory: what is unchanged is listed from there.
func (o *opener) readOrRecall(ctx context.Context, t *task, l *lister) error {
	mark, now := o.mark(t), time.Now()
	p := o.recall(ctx, t, mark, now)
	if p != nil && p.holds(t, now) && p.replay(t, l) {
		return p.listing.err(t)
	}
	l.record = newRecord(t, mark)
	if p == nil || !p.listing.conditional() {
		return o.fetch(ctx, t, nil, l)
	}
	q := p.listing.question()
	err := o.fetch(ctx, t, q, l)
	if !errors.Is(err, errUnchanged) {
		return err
	}
	l.record.drop()
	if q.unchanged == p.listing.source && p.replay(t, l) {
		o.crawler.Memory.Remember(ctx, t.fetch, Memo{Read: p.memo.Read, Asked: now, LastMod: t.LastMod})
		return nil
	}
	// It has moved, or cannot be listed from memory.
	l.record = newRecord(t, mark)
	return o.fetch(ctx, t, nil, l)
}

// recall returns what is remembered of the task's document, nil for nothing or nothing that can be used.
func (o *opener) recall(ctx context.Context, t *task, mark mark, now time.Time) *past {
	m := o.crawler.Memory.Recall(ctx, t.fetch)
	if len(m.Listing) == 0 || len(m.Listing) > MaxListing || age(m.Read, now) > maxReadAge {
		return nil
	}
	listing, ok := parseListing(m.Listing)
	if !ok || listing.mark != mark || listing.failed() && !m.Fresh {
		return nil
	}
	return &past{m, listing}
}

// age is how long ago t was; what lies ahead is as old as can be.
func age(t, now time.Time) time.Duration {
	if d := now.Sub(t); d >= 0 {
		return d
	}
	return 1<<63 - 1
}

// holds reports whether the document need not be asked for. Of sitemaps it goes by the lastmod in their index, which says
// nothing of the sitemaps that one of them lists.
func (p *past) holds(t *task, now time.Time) bool {
	switch {
	case p.memo.Fresh:
		return true
	case t.Kind != Sitemap || p.listing.kind != Sitemap || p.listing.role == roleIndex || t.LastMod.IsZero():
		return false
	}
	return p.memo.LastMod.UnixMilli() == t.LastMod.UnixMilli() &&
		p.memo.Asked.Sub(t.LastMod) >= lastModMargin && age(p.memo.Asked, now) < maxAskedAge
}

// replay lists what the document listed; false when that is not what it should be, and nothing was listed then.
func (p *past) replay(t *task, l *lister) bool {
	items := p.listing.items(t.Rendition)
	defer items.close()
	if !items.whole(p.listing.count) {
		return false
	}
	items.rewind()
	l.record = nil
	p.listing.settle(t)
	for range p.listing.count {
		i := l.next()
		items.next(i)
		if !l.add(i) {
			break
		}
	}
	return true
}

// remember keeps what the document listed. What was cut short is not kept, nor, unless the crawl is shared, what failed or
// still changes.
func (o *opener) remember(ctx context.Context, t *task, l *lister) {
	if l.record == nil {
		return
	}
	defer l.record.drop()
	if l.cut || ctx.Err() != nil || t.doc.Kind == documentRobots || t.Role == RoleLive && !o.sharing {
		return
	}
	if t.doc.Err != nil && !(o.sharing && l.record.fail(t.doc.Err)) {
		return
	}
	if b := l.record.marshal(t); b != nil {
		now := time.Now()
		o.crawler.Memory.Remember(ctx, t.fetch, Memo{Read: now, Asked: now, LastMod: t.LastMod, Listing: b})
	}
}

// question is a request for a document on the condition that it has changed.
type question struct {
	etag, modified string
	// unchanged is the URL that answered that it has not.
	unchanged string
}

// errUnchanged is what fetch returns where a question was answered so.
var errUnchanged = errors.New("unchanged")

// header is that of the request; nil for no question.
func (q *question) header() http.Header {
	if q == nil {
		return nil
	}
	h := http.Header{}
	if q.etag != "" {
		h.Set("If-None-Match", q.etag)
	}
	if q.modified != "" {
		h.Set("If-Modified-Since", q.modified)
	}
	return h
}

// answer notes that the document at url is unchanged.
func (q *question) answer(url string) error {
	q.unchanged = normal(url)
	return errUnchanged
}

// normal is the normal form of a URL that was fetched, so that those of colly's requests and our own are alike.
func normal(url string) string {
	if n, err := urlkey.Normalize(url); err == nil {
		return n
	}
	return url
}

type questionKey struct{}

// asker puts the question of a visit's context into its requests: a page.Visitor knows of none.
type asker struct{ next http.RoundTripper }

// RoundTrip sends the request with the question.
func (a *asker) RoundTrip(req *http.Request) (*http.Response, error) {
	q, _ := req.Context().Value(questionKey{}).(*question)
	if q == nil {
		return a.next.RoundTrip(req)
	}
	asked := *req
	asked.Header = req.Header.Clone()
	for name, values := range q.header() {
		asked.Header[name] = values
	}
	resp, err := a.next.RoundTrip(&asked)
	if resp != nil {
		resp.Request = req
		if resp.StatusCode == http.StatusNotModified {
			_ = q.answer(req.URL.String())
		}
	}
	return resp, err
}

package crawler

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net/http"
	"net/url"
	"slices"

	"github.com/edgewarm/edgewarm/internal/fetch"
	"github.com/edgewarm/edgewarm/internal/glob"
	"github.com/edgewarm/edgewarm/internal/page"
	"github.com/edgewarm/edgewarm/internal/sitemap"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// opener opens documents: one fetch, then the reader of what it turns out to be. All workers of a walk share it.
type opener struct {
	crawler *Crawler
	client  *fetch.Client
	visitor *page.Visitor
	robots  robotsCache
	hosts   map[string]bool
	notices notices
	shared  mark // of all documents
	// inspecting lists a document as it is: each entry of it, where a crawl takes each URL once.
	inspecting bool
	// sharing has Memory keep what only a crawl that goes on can use: failures, and what still changes.
	sharing bool
	// seed is what URLs are hashed with.
	seed maphash.Seed
}

// userAgent says who asks, as RFC 9309 section 2.2.1 wants it: the product token is what robots.txt groups name.
const (
	agent     = "edgewarm"
	userAgent = agent + "/1.0 (+https://github.com/edgewarm/edgewarm)"
)

// Limits of one document, decoded. A sitemap is read while it arrives, and may be as large as its reader takes. The
// longest playlist and page that were seen in the wild had 5 MB, and are held as a whole.
const (
	maxBody     = sitemap.DefaultMaxBytes
	maxPlaylist = 32 << 20
	maxPage     = 16 << 20
)

func newOpener(c *Crawler, seeds []string, seed maphash.Seed) *opener {
	o := &opener{crawler: c, hosts: map[string]bool{}, seed: seed}
	o.client = &fetch.Client{
		Rate:            c.Rate,
		Pace:            c.Pace,
		Timeout:         c.Timeout,
		Header:          c.Header,
		UserAgent:       userAgent,
		PrivateNetworks: c.PrivateNetworks,
		MaxBody:         maxBody,
	}
	for _, seed := range seeds {
		o.admit(seed)
	}
	o.client.Warn = o.notices.add
	transport := o.client.Transport()
	if c.Memory != nil {
		o.shared = o.sharedMark()
		transport = &asker{transport}
	}
	o.visitor = page.NewVisitor(transport, page.VisitorOptions{
		MaxBody: maxPage, UserAgent: userAgent, CheckRedirect: o.client.CheckRedirect,
	})
	return o
}

// admit takes a seed's host into the scope and among those that get the headers, and its port among those that may be
// reached.
func (o *opener) admit(seed string) {
	normal, err := urlkey.Normalize(withScheme(seed))
	if err != nil {
		return // the walk says so
	}
	u, err := url.Parse(normal)
	if err != nil {
		return
	}
	o.hosts[u.Hostname()] = true
	if origin := u.Scheme + "://" + u.Host; !slices.Contains(o.client.Origins, origin) {
		o.client.Origins = append(o.client.Origins, origin)
	}
	if port := u.Port(); port != "" && !slices.Contains(o.client.Ports, port) {
		o.client.Ports = append(o.client.Ports, port)
	}
}

func (o *opener) close() {
	_ = o.visitor.Close() // it holds no connections of its own
	o.client.Close()
}

// open reads the task's document and hands what it lists to its channel.
func (o *opener) open(ctx context.Context, t *task) {
	if ctx.Err() != nil {
		close(t.out) // nobody reads it any more
		return
	}
	o.run(ctx, t, func(l *lister) error { return o.read(ctx, t, l) })
}

// run reads a document with a lister, and ends both. A fault of a reader ends that document only.
func (o *opener) run(ctx context.Context, t *task, read func(*lister) error) {
	l := &lister{ctx: ctx, opener: o, task: t, hasher: hasher{seed: o.seed}}
	defer func() {
		if fault := recover(); fault != nil {
			t.doc.Err = o.fault(t, fmt.Errorf("a fault of edgewarm: %v", fault))
		}
		t.finish(l)
		close(t.out)
	}()
	t.doc.Err = read(l)
	l.flush()
	o.remember(ctx, t, l)
}

// finish settles what the walk reports of the document.
func (t *task) finish(l *lister) {
	if t.Kind == "" {
		t.Kind = Kind(page.KindOf(t.fetch))
	}
	if t.doc.Err != nil && l.count == 0 && !errors.Is(t.doc.Err, ErrDisallowed) {
		t.Err = t.doc.Err
	}
	if t.Depth == 0 {
		l.expiring.note(t.URL)
	}
	t.doc.Warnings = append(t.doc.Warnings, l.expiring.warnings()...)
	t.doc.URL, t.doc.Resources = t.URL, l.count
	if t.doc.Kind == "" {
		t.doc.Kind = string(t.Kind)
	}
}

// read opens the document the way its kind asks for.
func (o *opener) read(ctx context.Context, t *task, l *lister) error {
	if t.ofSite {
		return o.listSitemaps(ctx, t, l)
	}
	if isRobots(t.fetch) {
		return o.listOwnRobots(ctx, t, l)
	}
	if err := o.allowed(ctx, t.fetch); err != nil {
		return err
	}
	if o.crawler.Memory != nil {
		return o.readOrRecall(ctx, t, l)
	}
	return o.fetch(ctx, t, nil, l)
}

// fetch asks for the document and reads it. With a question the answer may be errUnchanged.
func (o *opener) fetch(ctx context.Context, t *task, q *question, l *lister) error {
	if t.Kind == Page || t.Kind == Site {
		return o.ask(ctx, t, q, l)
	}
	resp, err := o.client.Get(ctx, t.fetch, q.header())
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.Status == http.StatusNotModified {
		return q.answer(resp.URL)
	}
	t.came(resp.URL, resp.Header)
	l.record.came(resp.URL, resp.Header)
	return o.readContent(ctx, t, resp, l)
}

// ask visits the document, with the question if there is one.
func (o *opener) ask(ctx context.Context, t *task, q *question, l *lister) error {
	if q == nil {
		return o.visit(ctx, t, t.fetch, l)
	}
	err := o.visit(context.WithValue(ctx, questionKey{}, q), t, t.fetch, l)
	if q.unchanged != "" {
		return errUnchanged
	}
	return err
}

// inScope reports whether pages of the URL's host may be opened.
func (o *opener) inScope(u string) bool {
	host := urlkey.Host(u)
	if o.hosts[host] {
		return true
	}
	for _, pattern := range o.crawler.Hosts {
		if glob.Host(pattern, host) {
			return true
		}
	}
	return false
}

package crawler

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"io"
	"net/http"

	"github.com/edgewarm/edgewarm/internal/fetch"
	"github.com/edgewarm/edgewarm/internal/page"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// Input is one document to inspect.
type Input struct {
	// URL is where it is, or what the URLs in Body are relative to.
	URL string
	// Body is the document; nil fetches URL.
	Body io.Reader
	// As is playlist, sitemap, page or robots where the content does not tell; "" finds out.
	As string
	// ContentType is that of Body; "" finds out.
	ContentType string
	// Imports are the variables that a media playlist takes from its multivariant playlist (EXT-X-DEFINE:IMPORT).
	Imports map[string]string
}

// Inspect reads one document and calls emit with each resource that it lists, in its order and as often as it does,
// opening nothing else. emit returning false stops it. What is wrong with the document is in Document.Err and its
// Warnings; the error is the context's, or that of an Input that cannot be.
func (c *Crawler) Inspect(ctx context.Context, in Input, emit func(Resource) bool) (Document, error) {
	base, err := urlkey.Normalize(withScheme(in.URL))
	if err != nil {
		return Document{}, &Error{Op: "inspect", URL: urlkey.Redact(in.URL), Err: err}
	}
	o := newOpener(c, []string{base}, maphash.MakeSeed())
	o.inspecting = true
	defer o.close()
	t := &task{Resource: Resource{URL: c.rewrite(base)}, fetch: base, defines: in.Imports, out: make(chan *chunk, chunksAhead)}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { // ends with t.out, which the loop below waits for
		o.run(ctx, t, func(l *lister) error { return o.inspect(ctx, t, in, l) })
	}()
	stopped := false
	for c := range t.out {
		for i := range c.entries {
			r := c.items[c.entries[i].item].Resource
			c.entries[i].fill(&r)
			r.Parent, r.Depth = t.URL, 1
			if !stopped && !emit(r) {
				stopped = true
				cancel()
			}
		}
		c.free()
	}
	if !stopped && ctx.Err() != nil {
		return t.doc, context.Cause(ctx)
	}
	return t.doc, nil
}

func (o *opener) inspect(ctx context.Context, t *task, in Input, l *lister) error {
	if in.Body == nil {
		resp, err := o.client.Get(ctx, t.fetch, nil)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		return o.readAs(ctx, t, in.As, resp, l)
	}
	header := http.Header{}
	if in.ContentType != "" {
		header.Set("Content-Type", in.ContentType)
	}
	return o.readAs(ctx, t, in.As, &fetch.Response{URL: t.fetch, Status: http.StatusOK, Header: header, Body: io.NopCloser(in.Body)}, l)
}

// readAs reads an answer as the kind that is named, or finds it out.
func (o *opener) readAs(ctx context.Context, t *task, as string, resp *fetch.Response, l *lister) error {
	if as == "" {
		return o.readContent(ctx, t, resp, l)
	}
	plain, err := o.plain(t, resp)
	if err != nil {
		return err
	}
	defer plain.Close()
	switch as {
	case documentPlaylist:
		return o.readPlaylist(ctx, t, plain, resp.URL, l)
	case documentSitemap:
		return o.readSitemap(t, plain, resp.URL, l)
	case documentRobots:
		return o.readRobots(t, plain, resp.URL, l)
	case documentPage:
		var body bytes.Buffer
		if err := o.whole(t, &body, plain, maxPage); err != nil {
			return err
		}
		return o.readPage(t, &page.Response{URL: resp.URL, Status: resp.Status, Header: resp.Header, Body: body.Bytes()}, l)
	}
	return fmt.Errorf("unknown kind of document %q", as)
}

// Open fetches one URL by the crawler's rules, for what is no document of its own. The caller closes the body, which is
// decoded and bounded.
func (c *Crawler) Open(ctx context.Context, url string) (io.ReadCloser, error) {
	u, err := urlkey.Normalize(withScheme(url))
	if err != nil {
		return nil, &Error{Op: "open", URL: urlkey.Redact(url), Err: err}
	}
	o := newOpener(c, []string{u}, maphash.MakeSeed())
	resp, err := o.client.Get(ctx, u, nil)
	if err != nil {
		o.close()
		return nil, err
	}
	return &openBody{resp.Body, o}, nil
}

// openBody ends the opener's connections with its body.
type openBody struct {
	io.ReadCloser
	opener *opener
}

func (b *openBody) Close() error {
	err := b.ReadCloser.Close()
	b.opener.close()
	return err
}

package crawler

import (
	"bytes"
	"context"

	"github.com/edgewarm/edgewarm/internal/fetch"
	"github.com/edgewarm/edgewarm/internal/page"
)

// visit opens a URL that is likely a page, through colly. When it turns out to be something else it is read as that.
func (o *opener) visit(ctx context.Context, t *task, url string, l *lister) error {
	var inner error
	err := o.visitor.Visit(ctx, url, func(r *page.Response) {
		t.came(r.URL, r.Header)
		l.record.came(r.URL, r.Header)
		head := r.Body[:min(len(r.Body), sniffed)]
		if contentKind(head, r.URL, r.Header.Get("Content-Type"), t.Kind) == documentPage {
			inner = o.readPage(t, r, l)
			return
		}
		inner = o.readContent(ctx, t, &fetch.Response{
			URL: r.URL, Status: r.Status, Header: r.Header, Body: nopCloser{bytes.NewReader(r.Body)},
		}, l)
	})
	if err != nil {
		return err
	}
	return inner
}

type nopCloser struct{ *bytes.Reader }

func (nopCloser) Close() error { return nil }

// readPage lists what a page links to.
func (o *opener) readPage(t *task, r *page.Response, l *lister) error {
	if t.Kind != Site {
		t.Kind = Page
	}
	if page.NoIndex(r.Body, r.Header.Get("Content-Type"), r.URL, r.Header) { // to be known before anything is listed
		t.Role = "noindex"
	}
	doc, err := page.Parse(r.Body, r.Header.Get("Content-Type"), r.URL, r.Header, func(link *page.Link) bool {
		i := l.next()
		i.URL, i.Kind, i.Role, i.closed = link.URL, Kind(link.Kind), pageRole(link.Role), link.NoFollow
		return l.add(i)
	})
	t.doc.Kind = documentPage
	t.doc.Warnings = warnings(doc.Warnings)
	return err
}

// pageRole leaves out the role of a plain link, which says nothing.
func pageRole(role string) string {
	if role == "a" {
		return ""
	}
	return role
}

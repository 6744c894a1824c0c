package crawler

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/edgewarm/edgewarm/internal/dash"
	"github.com/edgewarm/edgewarm/internal/fetch"
	"github.com/edgewarm/edgewarm/internal/hls"
	"github.com/edgewarm/edgewarm/internal/inflate"
	"github.com/edgewarm/edgewarm/internal/page"
	"github.com/edgewarm/edgewarm/internal/sitemap"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// sniffed is how many bytes of a document tell its kind: past a comment, a licence or a long DOCTYPE.
const sniffed = 4 << 10

// readers are for looking at the beginning of a document before it is known what reads it.
var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 2*sniffed) }}

// readContent tells what the answer is and reads it so. Content decides, not the name or the Content-Type: sites serve
// sitemaps as text/html and playlists as text/plain. Compressed files are read as what is in them.
func (o *opener) readContent(ctx context.Context, t *task, resp *fetch.Response, l *lister) error {
	if resp.URL != t.fetch && t.parent.below(resp.URL) {
		return o.fault(t, fmt.Errorf("redirects to %s, which led here: it is not read again", urlkey.Redact(resp.URL)))
	}
	plain, err := o.plain(t, resp)
	if err != nil {
		return err
	}
	defer plain.Close()
	r := readers.Get().(*bufio.Reader)
	defer func() { r.Reset(nil); readers.Put(r) }()
	r.Reset(plain)
	head, err := r.Peek(sniffed)
	if len(head) == 0 {
		if err == io.EOF {
			err = errors.New("the answer is empty")
		}
		return o.fault(t, err)
	}
	var rest io.Reader = r
	if err != nil && err != io.EOF {
		rest = io.MultiReader(bytes.NewReader(head), failing{err}) // Peek has taken the error off
	}
	if t.Role == hls.RoleAssetList {
		return o.readAssetList(t, rest, resp.URL, l)
	}
	kind := contentKind(head, resp.URL, resp.Header.Get("Content-Type"), t.Kind)
	if err := mismatch(t, kind, head); err != nil {
		return o.fault(t, err)
	}
	switch kind {
	case documentPlaylist:
		return o.readPlaylist(ctx, t, rest, resp.URL, l)
	case documentRobots:
		return o.readRobots(t, rest, resp.URL, l)
	case documentSitemap:
		t.Role = sitemapRole(head)
		return o.readSitemap(t, rest, resp.URL, l)
	case documentPage:
		return o.handOver(ctx, t, rest, resp, l)
	}
	if rest != io.Reader(r) {
		return o.fault(t, err)
	}
	t.Kind = fileKind(resp.URL, resp.Header.Get("Content-Type"))
	return nil
}

// failing is the rest of a body that broke off.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// plain is the body with its compression taken off: that of the file, not of the transport.
func (o *opener) plain(t *task, resp *fetch.Response) (*inflate.Reader, error) {
	r, err := inflate.NewReader(resp.Body, maxBody)
	if err != nil {
		return nil, o.fault(t, err)
	}
	return r, nil
}

// The kinds of documents, as --as names them.
const (
	documentPlaylist = "playlist"
	documentSitemap  = "sitemap"
	documentPage     = "page"
	documentRobots   = "robots"
)

// contentKind is the kind of document that begins with head, "" for a file that lists nothing.
func contentKind(head []byte, url, contentType string, expected Kind) string {
	switch {
	case hls.Sniff(head), dash.Sniff(head):
		return documentPlaylist
	case page.Sniff(head):
		return documentPage
	case path.Base(urlPath(url)) == "robots.txt":
		return documentRobots
	case sitemap.Sniff(head), expected == Sitemap:
		return documentSitemap
	case expected == Playlist:
		return documentPlaylist
	case strings.HasPrefix(contentType, "text/html"), strings.HasPrefix(contentType, "application/xhtml"):
		return documentPage
	}
	return ""
}

func urlPath(url string) string {
	url, _, _ = strings.Cut(url, "?")
	return url
}

// mismatch is the error for a document that was listed, or is named, as one kind and is another: most often an error or
// login page that came with a 200.
func mismatch(t *task, kind string, head []byte) error {
	expected := t.Kind
	if expected == "" {
		expected = Kind(page.KindOf(t.fetch))
	}
	switch {
	case expected != Sitemap && expected != Playlist:
	case kind == documentPage:
		return fmt.Errorf("expected a %s, got HTML%s", expected, titled(head))
	case t.Kind == Playlist && kind == documentSitemap, t.Kind == Sitemap && kind == documentPlaylist:
		return fmt.Errorf("expected a %s, got a %s", expected, kind)
	}
	return nil
}

// titled quotes the title of an HTML page, which mostly says what went wrong.
func titled(head []byte) string {
	_, after, ok := strings.Cut(strings.ToLower(string(head)), "<title>")
	start := len(head) - len(after)
	if !ok || start < 0 || start > len(head) {
		return ""
	}
	title, _, _ := strings.Cut(string(head[start:]), "<")
	title = strings.Join(strings.Fields(title), " ")
	if title == "" || len(title) > 100 {
		return ""
	}
	return fmt.Sprintf(" (title %q)", title)
}

// fileKind is the kind of a file that lists nothing.
func fileKind(url, contentType string) Kind {
	switch kind, _, _ := strings.Cut(contentType, "/"); kind {
	case "image":
		return Image
	case "audio", "video":
		return Media
	}
	if k := page.KindOf(url); k != page.Page && k != page.Sitemap && k != page.Playlist {
		return Kind(k)
	}
	return Asset
}

// handOver lets colly go on with a page that was opened before it was known to be one.
func (o *opener) handOver(ctx context.Context, t *task, r io.Reader, resp *fetch.Response, l *lister) error {
	o.visitor.Hand(resp.URL, &http.Response{
		StatusCode: resp.Status, Header: resp.Header, Body: io.NopCloser(r),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: -1,
	})
	return o.visit(ctx, t, resp.URL, l)
}

// fault names the document in an error that does not.
func (o *opener) fault(t *task, err error) error {
	return &Error{Op: "read", URL: urlkey.Redact(t.fetch), Err: err}
}

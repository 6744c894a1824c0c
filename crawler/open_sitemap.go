package crawler

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/edgewarm/edgewarm/internal/page"
	"github.com/edgewarm/edgewarm/internal/sitemap"
	"github.com/edgewarm/edgewarm/internal/warning"
)

// readSitemap lists the entries of a sitemap, an index or a feed while it arrives.
func (o *opener) readSitemap(t *task, r io.Reader, base string, l *lister) error {
	t.Kind = Sitemap
	doc, err := sitemap.Parse(r, base, sitemap.Options{}, func(e *sitemap.Entry) bool {
		i := l.next()
		i.URL, i.LastMod, i.Priority, i.ChangeFreq = e.Loc, e.LastMod, e.Priority, e.ChangeFreq
		i.Duration, i.Published, i.Views = e.Duration, e.Published, e.ViewCount
		i.Kind, i.Role = sitemapKind(e)
		return l.add(i)
	})
	t.doc.Warnings = warnings(doc.Warnings)
	if n := doc.OtherHosts; n > 0 {
		t.doc.Warnings = append(t.doc.Warnings, Warning{Text: fmt.Sprintf("%d of its URLs are of other hosts than its own", n)})
	}
	if err == nil && doc.Truncated && !o.inspecting {
		return o.fault(t, errCutOff)
	}
	return err
}

// errCutOff is a document that ended in the middle of itself. What came before is listed. A crawl has missed something then,
// an inspection has shown all that there is, with a warning where it ends.
var errCutOff = errors.New("the document ended early: what it lists may be more than this")

// roleIndex is the role of a sitemap that lists sitemaps.
const roleIndex = "index"

// sitemapRole tells an index and a feed from a sitemap by how they begin.
func sitemapRole(head []byte) string {
	switch head = bytes.ToLower(head); {
	case bytes.Contains(head, []byte("<sitemapindex")):
		return roleIndex
	case bytes.Contains(head, []byte("<rss")), bytes.Contains(head, []byte("<feed")), bytes.Contains(head, []byte("<rdf")):
		return "feed"
	}
	return ""
}

// sitemapKind is what an entry leads to. Where the sitemap only says "a URL", its suffix tells.
func sitemapKind(e *sitemap.Entry) (Kind, string) {
	guess := Kind(page.KindOf(e.Loc))
	switch e.Kind {
	case sitemap.Sitemap:
		return Sitemap, ""
	case sitemap.Image, sitemap.Thumbnail:
		return Image, string(e.Kind)
	case sitemap.Alternate:
		return Page, string(e.Kind)
	case sitemap.URL:
		// An XML file in a urlset is mostly a sitemap, an index written as a urlset.
		return guess, ""
	}
	if guess == Page {
		return Media, string(e.Kind)
	}
	return guess, string(e.Kind)
}

func warnings(ws []warning.Warning) []Warning {
	out := make([]Warning, len(ws))
	for i, w := range ws {
		out[i] = Warning(w)
	}
	return out
}

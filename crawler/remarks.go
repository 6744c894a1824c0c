package crawler

import (
	"fmt"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// remarks are what the walk finds wrong with the document that it drains: a warning of each sort, with its count.
type remarks struct {
	// circle is the first URL that leads back to the document or to one above it, circles counts them.
	circle  string
	circles int
	// deep is the first document that is below the bound of its kind.
	deep  *task
	limit int
	deeps int
}

// tooDeep notes a document that is not opened since it is limit levels below the first.
func (r *remarks) tooDeep(t *task, limit int) {
	if r.deeps++; r.deeps == 1 {
		r.deep, r.limit = t, limit
	}
}

// ledBack notes a URL that is known already, when it is that of a document on the way to t: the circle is cut there.
func (r *remarks) ledBack(t *task, i *item) {
	if i.Kind != Playlist && i.Kind != Sitemap || i.Kind == Playlist && i.URL == t.URL {
		return // a playlist that lists itself is told by its reader
	}
	if t.below(i.URL) {
		if r.circles++; r.circles == 1 {
			r.circle = i.URL
		}
	}
}

// take returns the remarks as warnings, and begins anew.
func (r *remarks) take() (out []Warning) {
	if r.circles > 0 {
		text := urlkey.Redact(r.circle) + " leads back to here: it is not opened again"
		out = append(out, Warning{Text: text + more(r.circles)})
	}
	if r.deeps > 0 {
		text := fmt.Sprintf("%s is listed and not opened: no %s is more than %d levels deep", urlkey.Redact(r.deep.URL), r.deep.Kind, r.limit)
		out = append(out, Warning{Text: text + more(r.deeps)})
	}
	*r = remarks{}
	return out
}

// more says that one stands for several.
func more(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(" (and %d more)", n-1)
}

// below reports whether the URL is that of the task or of a document on the way to it.
func (t *task) below(url string) bool {
	for ; t != nil; t = t.parent {
		if t.URL == url || t.fetch == url {
			return true
		}
	}
	return false
}

package sitemap

import (
	"strings"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// kindOf corrects the kind of an entry by its name: an index is often written as urlset, and sometimes the other way
// round. A sitemap warmed as a page would leave out all that it lists.
func (p *parser) kindOf(k Kind, loc string) Kind {
	if p.feed || p.traits.dotless {
		return k
	}
	path := loc
	if i := strings.IndexByte(path, '?'); i >= 0 {
		path = path[:i]
	}
	switch {
	case k == URL && looksLikeSitemap(path):
		p.faultAt(faultKind, p.openAt, "%.200q is taken for a sitemap", urlkey.Redact(loc))
		return Sitemap
	case k == Sitemap && looksLikePage(path):
		p.faultAt(faultKind, p.openAt, "%.200q is taken for a page", urlkey.Redact(loc))
		return URL
	}
	return k
}

func looksLikeSitemap(path string) bool {
	switch path[len(path)-1] {
	case 'l':
		return strings.HasSuffix(path, ".xml")
	case 'z':
		return strings.HasSuffix(path, ".gz") && !strings.HasSuffix(path, ".tar.gz")
	}
	return false
}

// pages are the endings that no sitemap has; most have none of those, nor any at all.
var pages = []string{
	".html", ".htm", ".pdf", ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg", ".css", ".js",
	".mp4", ".webm", ".m3u8", ".mpd", ".ts", ".m4s", ".mp3", ".m4a",
}

func looksLikePage(path string) bool {
	dot := strings.LastIndexByte(path, '.')
	if dot < strings.LastIndexByte(path, '/') {
		return false
	}
	for _, ending := range pages {
		if path[dot:] == ending {
			return true
		}
	}
	return false
}

package crawler

import (
	"cmp"

	"github.com/edgewarm/edgewarm/internal/glob"
	"github.com/edgewarm/edgewarm/internal/hls"
)

// bounds are what a crawl opens of what it finds: by kind, depth, scope and globs, and without end nowhere.
type bounds struct {
	crawler *Crawler
	open    *opener
	traps   *traps
	said    remarks
}

func newBounds(c *Crawler, o *opener) bounds {
	return bounds{crawler: c, open: o, traps: newTraps(cmp.Or(c.MaxAlike, defaultMaxAlike))}
}

// root returns the tasks of a seed that was fetched from url, none for one that is not opened.
func (b *bounds) root(r Resource, url string) []*task {
	if !opens(r.Kind) || b.excluded(r.URL) {
		return nil
	}
	t := &task{Resource: r, fetch: url}
	if r.Kind == Site {
		return []*task{{Resource: r, fetch: url, ofSite: true}, t}
	}
	return []*task{t}
}

// child returns the task for an item that is to be opened, nil for one that is not.
func (b *bounds) child(t *task, i *item) *task {
	if i.closed || !opens(i.Kind) && i.Role != hls.RoleAssetList || b.excluded(i.URL) {
		return nil
	}
	child := &task{Resource: i.Resource, fetch: i.fetch, links: t.links, guess: i.guess}
	if !b.within(t, child) {
		return nil
	}
	return child
}

func (b *bounds) excluded(url string) bool { return glob.Any(b.crawler.Exclude, url) }

func (b *bounds) included(url string) bool {
	return len(b.crawler.Include) == 0 || glob.Any(b.crawler.Include, url)
}

// within applies the bounds of depth and scope, and counts the child's own.
func (b *bounds) within(t, child *task) bool {
	linked := t.Kind == Page || t.Kind == Site
	switch child.Kind {
	case Playlist, Asset:
		if t.Kind == Playlist || t.Kind == Asset {
			child.levels, child.parent = t.levels+1, t
		}
		return b.shallow(child, b.crawler.playlistDepth())
	case Sitemap:
		if linked && child.Role != roleSitemap && !b.open.inScope(child.fetch) {
			return false // a feed of somebody else's; its own sitemaps a site may have anywhere
		}
		if t.Kind == Sitemap {
			child.levels, child.parent = t.levels+1, t
		}
		return b.shallow(child, maxSitemapLevels)
	default:
		child.links = t.links + 1
		if child.links > b.crawler.pageDepth() || !b.open.inScope(child.fetch) || !b.included(child.URL) {
			return false
		}
		return !linked || !b.traps.refuses(child.fetch)
	}
}

// shallow reports whether a document is within the bound of its kind, and remarks on one that is not, unless none is to
// be opened at all.
func (b *bounds) shallow(t *task, limit int) bool {
	if t.levels >= limit && limit > 0 {
		b.said.tooDeep(t, limit)
	}
	return t.levels < limit
}

// roleSitemap is that of <link rel=sitemap>.
const roleSitemap = "sitemap"

// maxSitemapLevels bounds indexes of indexes. The protocol allows one level; real sites have been seen with three.
const maxSitemapLevels = 10

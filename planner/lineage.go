package planner

import (
	"cmp"

	"github.com/edgewarm/edgewarm/crawler"
)

// ancestry is what a resource has from the documents that led to it.
type ancestry struct {
	weight float64
	hints  hints
}

// lineage is that of documents, by URL. Only those are in it of which there is something to say.
type lineage map[string]ancestry

// Roles of playlists that nobody begins with.
const (
	roleIFrame = "iframe"
	roleImage  = "image"
)

// inherit returns what a resource has from where it came from, and remembers what it hands on: the weight of its seed, and
// to the parts of a title what the sitemap says of it.
func (p *Planner) inherit(r *crawler.Resource) ancestry {
	if r.Kind == crawler.Segment && p.memo.known && p.memo.parent == r.Parent {
		return p.memo.from
	}
	from, ok := p.lineage[r.Parent]
	if !ok {
		from.weight = 1
		if weight, ok := p.Weights[cmp.Or(r.Parent, r.URL)]; ok {
			// A seed, or the sitemap of a site, which comes before the site itself.
			from.weight = weight
		}
	}
	if own := hintsOf(r); own != (hints{}) || parentOf(r) == "" {
		from.hints = own
	}
	if r.Kind == crawler.Playlist && (r.Role == roleIFrame || r.Role == roleImage) {
		from.hints.aside = true
	}
	switch r.Kind {
	case crawler.Site, crawler.Sitemap, crawler.Page, crawler.Playlist:
		if from.weight != 1 || r.Kind == crawler.Playlist && from.hints != (hints{}) {
			p.lineage[r.URL] = from
		}
		p.memo = memo{}
	case crawler.Segment:
		if hintsOf(r) == (hints{}) && r.Parent != "" {
			p.memo = memo{r.Parent, from, true}
		}
	}
	return from
}

// memo is what the segment before had from its playlist, and so the next one has.
type memo struct {
	parent string
	from   ancestry
	known  bool
}

package crawler

import (
	"fmt"
	"hash/maphash"
	"strings"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

const (
	// defaultMaxAlike is what catalogues that no sitemap lists stay under; calendars and session ids have no end. At the
	// default rate it is eight minutes of a host's time.
	defaultMaxAlike = 25_000
	// pathFactor gives URLs that differ in the names of their query too some times as much: filters that can be combined
	// make thousands of shapes.
	pathFactor = 2
	// maxCuts bounds the shapes that are told one by one; nobody reads on.
	maxCuts = 1000
)

// traps keeps a crawl out of pages that have no end, and remembers what it cut off.
type traps struct {
	// alike is the budget of a shape; less than 0 is none.
	alike int
	seed  maphash.Seed
	// opened counts pages by the hashes of their shape and of their path's.
	opened map[uint64]int
	// sorted holds the hashes of URLs whose query has several parameters, in the order of their names.
	sorted map[uint64]struct{}
	cuts   []cut
	byKey  map[cutKey]int
	// untold counts the pages of shapes past maxCuts.
	untold int
}

// cut is what was not opened of one shape.
type cut struct {
	url, why string
	pages    int
}

type cutKey struct {
	why   trapKind
	shape string
}

type trapKind int

const (
	trapPath trapKind = iota
	trapOrder
	trapShape
)

func newTraps(alike int) *traps {
	return &traps{
		alike: alike, seed: maphash.MakeSeed(),
		opened: map[uint64]int{}, sorted: map[uint64]struct{}{}, byKey: map[cutKey]int{},
	}
}

// refuses reports whether a page that another page links to is one of endlessly many. Each URL is asked for once.
func (t *traps) refuses(url string) bool {
	if why := urlkey.Trap(url); why != "" {
		return t.cut(cutKey{trapPath, stem(urlkey.Shape(url))}, url, why)
	}
	shape := urlkey.Shape(url)
	if shape == url {
		return false // it has nothing that could be counted up
	}
	path, query, hasQuery := strings.Cut(shape, "?")
	if strings.Contains(query, "&") && !t.first(url) {
		return t.cut(cutKey{trapOrder, shape}, url, "the query is that of an opened page in another order")
	}
	if t.alike < 0 {
		return false
	}
	if !t.count(shape, t.alike) {
		return t.cut(cutKey{trapShape, shape}, url, fmt.Sprintf("%d others that differ in numbers and values were", t.alike))
	}
	if hasQuery && !t.count(path+"?", pathFactor*t.alike) {
		return t.cut(cutKey{trapShape, path}, url, fmt.Sprintf("%d others that differ in their query were", pathFactor*t.alike))
	}
	return false
}

// stem is a shape down to the third segment of its path: what is below is the trap itself.
func stem(shape string) string {
	const slashes = len("//") + 4
	for i, n := 0, 0; i < len(shape); i++ {
		if shape[i] == '/' {
			n++
		}
		if n == slashes {
			return shape[:i]
		}
	}
	return shape
}

// first reports whether no URL that has the same parameters in any order came before.
func (t *traps) first(url string) bool {
	form := urlkey.Form{SortQuery: true}
	sorted, err := form.Normalize(url)
	if err != nil {
		return true // longer than a URL may be once it is escaped anew
	}
	key := maphash.String(t.seed, sorted)
	if _, was := t.sorted[key]; was {
		return false
	}
	t.sorted[key] = struct{}{}
	return true
}

// count counts a page, and reports whether it is within the budget.
func (t *traps) count(shape string, budget int) bool {
	key := maphash.String(t.seed, shape)
	if t.opened[key] >= budget {
		return false
	}
	t.opened[key]++
	return true
}

// cut remembers a page that is not opened. It is true.
func (t *traps) cut(key cutKey, url, why string) bool {
	i, known := t.byKey[key]
	switch {
	case known:
		t.cuts[i].pages++
	case len(t.cuts) == maxCuts:
		t.untold++
	default:
		t.byKey[key] = len(t.cuts)
		t.cuts = append(t.cuts, cut{url, why, 1})
	}
	return true
}

// documents are what is to be told, a document a shape, its URL the first that was not opened.
func (t *traps) documents() []Document {
	out := make([]Document, 0, len(t.cuts))
	for _, c := range t.cuts {
		text := "not opened: " + c.why
		if c.pages > 1 {
			text = fmt.Sprintf("not opened, and %d more like it: %s", c.pages-1, c.why)
		}
		out = append(out, Document{URL: c.url, Kind: documentPage, Warnings: []Warning{{Text: text}}})
	}
	if t.untold > 0 {
		last := &out[len(out)-1]
		last.Warnings = append(last.Warnings, Warning{Text: fmt.Sprintf("%d more pages of other shapes are not opened", t.untold)})
	}
	return out
}

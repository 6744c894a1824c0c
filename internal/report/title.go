package report

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/submitter"
)

// Titles are the titles that the ledger's targets belong to. A title is the topmost folder that has a playlist, with all
// below it; what is in none is counted in Others, by host.
type Titles struct {
	// Titles are those that need a look first, then the largest first. They are the first of Total.
	Titles []Title `json:"titles"`
	Total  int     `json:"total"`
	Others []Title `json:"others"`
}

// Title is one title and how many of its URLs are warm.
type Title struct {
	// Name is the folder's own name behind that of its parent, or the host of others; URL the folder.
	Name string `json:"name"`
	URL  string `json:"url"`
	Readiness
	// Renditions are its folders, in the order of their names.
	Renditions []Rendition `json:"renditions,omitempty"`
}

// Rendition is one folder of a title; the empty name is the title's own.
type Rendition struct {
	Name string `json:"name"`
	Readiness
}

// Readiness counts URLs by how far they are.
type Readiness struct {
	// Ready are warm. Waiting are sent, or about to be. Failed were refused, failed at the service, or are of unknown
	// outcome. Cold were not sent, or were warm longer ago than plan.ttl.
	Ready   int `json:"ready"`
	Waiting int `json:"waiting"`
	Failed  int `json:"failed"`
	Cold    int `json:"cold"`
}

// Total is how many URLs are counted.
func (r Readiness) Total() int { return r.Ready + r.Waiting + r.Failed + r.Cold }

// Percent is how much is ready, rounded down: 100 is all.
func (r Readiness) Percent() int { return 100 * r.Ready / max(r.Total(), 1) }

// State is red when something failed, amber while something is waiting or cold, green when all is ready.
func (r Readiness) State() string {
	switch {
	case r.Failed > 0:
		return "red"
	case r.Ready < r.Total():
		return "amber"
	}
	return "green"
}

func (r *Readiness) add(o Readiness) {
	r.Ready += o.Ready
	r.Waiting += o.Waiting
	r.Failed += o.Failed
	r.Cold += o.Cold
}

// warmth tells how far a target is at a time.
type warmth struct {
	now time.Time
	ttl time.Duration // 0 is for ever
}

func (w warmth) of(t ledger.Target) Readiness {
	switch t.State {
	case submitter.Success:
		if w.ttl > 0 && max(t.Warm.UnixMilli(), t.Accepted.UnixMilli()) <= w.now.Add(-w.ttl).UnixMilli() {
			return Readiness{Cold: 1}
		}
		return Readiness{Ready: 1}
	case submitter.Planned, submitter.Intent, submitter.Accepted:
		return Readiness{Waiting: 1}
	case submitter.Deferred:
		return Readiness{Cold: 1}
	}
	return Readiness{Failed: 1}
}

// titleLimit bounds the titles that are told apart: some 20 MB of names. What is beyond is counted by host.
const titleLimit = 100_000

// ReadTitles reads the ledger's targets twice: for the playlists that titles are known by, and for what belongs to them.
func ReadTitles(ctx context.Context, l Ledger, w warmth) (Titles, error) {
	folders := map[string]bool{}
	for t, err := range l.Targets(ctx, 0) {
		if err != nil {
			return Titles{}, err
		}
		if isPlaylist(t.URL) && len(folders) < titleLimit {
			if folder := folderOf(t.URL); strings.Count(folder, "/") > 3 { // not a host's own
				folders[folder] = true
			}
		}
	}
	shelf := shelf{folders, map[string]*titleCount{}, map[string]*titleCount{}}
	for t, err := range l.Targets(ctx, 0) {
		if err != nil {
			return Titles{}, err
		}
		shelf.add(t.URL, w.of(t))
	}
	return shelf.titles(), nil
}

// isPlaylist tells by the name.
func isPlaylist(url string) bool {
	path, _, _ := strings.Cut(url, "?")
	return strings.HasSuffix(path, ".m3u8") || strings.HasSuffix(path, ".mpd")
}

// folderOf is the URL up to the last slash of its path.
func folderOf(url string) string {
	if i := strings.IndexAny(url, "?#"); i >= 0 {
		url = url[:i]
	}
	return url[:strings.LastIndexByte(url, '/')+1]
}

// shelf sorts URLs by title.
type shelf struct {
	folders       map[string]bool // that have a playlist
	known, others map[string]*titleCount
}

type titleCount struct {
	all        Readiness
	renditions map[string]Readiness
}

func (s *shelf) add(url string, r Readiness) {
	folder := folderOf(url)
	top, in := s.top(folder), s.known
	if top == "" {
		top, in = host(folder), s.others
	}
	t := in[top]
	if t == nil {
		t = &titleCount{renditions: map[string]Readiness{}}
		in[top] = t
	}
	t.all.add(r)
	if below, _, found := strings.Cut(strings.TrimPrefix(folder, top), "/"); found || below == "" {
		counted := t.renditions[below]
		counted.add(r)
		t.renditions[below] = counted
	}
}

// top is the topmost folder with a playlist that holds the folder; empty for none.
func (s *shelf) top(folder string) string {
	start := len(host(folder))
	for i := start; i < len(folder); i++ {
		if folder[i] == '/' && s.folders[folder[:i+1]] {
			return folder[:i+1]
		}
	}
	return ""
}

// host is the beginning of a URL up to the slash behind the host; all of what is no URL.
func host(url string) string {
	scheme, rest, _ := strings.Cut(url, "://")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return url[:len(scheme)+len("://")+i+1]
	}
	return url
}

func (s *shelf) titles() Titles {
	out := Titles{Titles: listed(s.known), Total: len(s.known), Others: listed(s.others)}
	out.Titles = out.Titles[:min(len(out.Titles), maxTitles)]
	out.Others = out.Others[:min(len(out.Others), maxTitles)]
	for i := range out.Others {
		out.Others[i].Renditions = nil // folders of a site are no renditions
	}
	return out
}

// worst is the order of states in which they need a look.
var worst = map[string]int{"red": 0, "amber": 1, "green": 2}

func listed(counts map[string]*titleCount) []Title {
	titles := make([]Title, 0, len(counts))
	for url, c := range counts {
		t := Title{Name: plain.URL(nameOf(url)), URL: plain.URL(url), Readiness: c.all}
		for name, r := range c.renditions {
			t.Renditions = append(t.Renditions, Rendition{plain.Text(name), r})
		}
		slices.SortFunc(t.Renditions, func(a, b Rendition) int { return cmp.Compare(a.Name, b.Name) })
		titles = append(titles, t)
	}
	slices.SortFunc(titles, func(a, b Title) int {
		return cmp.Or(cmp.Compare(worst[a.State()], worst[b.State()]), cmp.Compare(b.Total(), a.Total()), cmp.Compare(a.URL, b.URL))
	})
	return titles
}

// nameOf is the last two parts of a folder, as e01 alone may be of any series, or its host.
func nameOf(folder string) string {
	parts := strings.Split(strings.TrimSuffix(strings.TrimPrefix(folder, host(folder)), "/"), "/")
	if parts[0] == "" {
		_, name, _ := strings.Cut(folder, "://")
		return strings.TrimSuffix(name, "/")
	}
	return strings.Join(parts[max(len(parts)-2, 0):], "/")
}

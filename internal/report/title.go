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

// Titles are the titles that the ledger's targets belong to. A title is what a crawl found to be one, a playlist with all that
// it leads to; of URLs that no crawl has found, the topmost folder that has a playlist, with all below it. What is in none is
// counted in Others, by host.
type Titles struct {
	// Titles are those that need a look first, then the largest first. They are the first of Total.
	Titles []Title `json:"titles"`
	Total  int     `json:"total"`
	Others []Title `json:"others"`
}

// Title is one title and how many of its URLs are warm.
type Title struct {
	// Name is what it is called by its URL; URL is its playlist, or its folder, or the host of others.
	Name string `json:"name"`
	URL  string `json:"url"`
	Readiness
	// Renditions are the folders that its URLs are in, in the order of their names.
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
	shelf := shelf{map[string]string{}, map[string]*titleCount{}, map[string]*titleCount{}}
	for t, err := range l.Targets(ctx, 0) {
		if err != nil {
			return Titles{}, err
		}
		shelf.open(t)
	}
	for t, err := range l.Targets(ctx, 0) {
		if err != nil {
			return Titles{}, err
		}
		shelf.add(t, w.of(t))
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
	// folders are those that have a playlist, each with the title that is all of it; empty when it holds several.
	folders       map[string]string
	known, others map[string]*titleCount
}

type titleCount struct {
	all        Readiness
	renditions map[string]Readiness
}

// open notes the folder of a title, by which is known what belongs to it of URLs that no crawl has found.
func (s *shelf) open(t ledger.Target) {
	title, folder := t.Title, folderOf(t.Title)
	if title == "" && isPlaylist(t.URL) {
		folder = folderOf(t.URL)
		title = folder
	}
	if title == "" || title != folder && !isCommon(title) || folder == host(folder) {
		return
	}
	switch other, ok := s.folders[folder]; {
	case !ok && len(s.folders) < titleLimit, other == folder:
		s.folders[folder] = title
	case ok && title != folder && title != other:
		s.folders[folder] = ""
	}
}

func (s *shelf) add(t ledger.Target, r Readiness) {
	folder := folderOf(t.URL)
	key, in := cmp.Or(t.Title, s.top(folder)), s.known
	if key == "" || in[key] == nil && len(in) >= titleLimit {
		key, in = host(folder), s.others
	}
	count := in[key]
	if count == nil {
		count = &titleCount{renditions: map[string]Readiness{}}
		in[key] = count
	}
	count.all.add(r)
	name := below(folder, folderOf(key))
	counted := count.renditions[name]
	counted.add(r)
	count.renditions[name] = counted
}

// below is the folder within that of a title that another one is or is in, empty for the title's own; what is elsewhere is
// called by its whole path.
func below(folder, title string) string {
	if rest, ok := strings.CutPrefix(folder, title); ok {
		first, _, _ := strings.Cut(rest, "/")
		return first
	}
	if host(folder) == host(title) {
		folder = strings.TrimPrefix(folder, host(folder))
	}
	return strings.TrimSuffix(folder, "/")
}

// top is the title of the topmost folder with a playlist that holds the folder; empty for none.
func (s *shelf) top(folder string) string {
	start := len(host(folder))
	for i := start; i < len(folder); i++ {
		if folder[i] != '/' {
			continue
		}
		if title, ok := s.folders[folder[:i+1]]; ok {
			return cmp.Or(title, folder[:i+1])
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
	out := Titles{Titles: s.listed(s.known), Total: len(s.known), Others: s.listed(s.others)}
	out.Titles = out.Titles[:min(len(out.Titles), maxTitles)]
	out.Others = out.Others[:min(len(out.Others), maxTitles)]
	for i := range out.Others {
		out.Others[i].Renditions = nil // folders of a site are no renditions
	}
	return out
}

// worst is the order of states in which they need a look.
var worst = map[string]int{"red": 0, "amber": 1, "green": 2}

func (s *shelf) listed(counts map[string]*titleCount) []Title {
	titles := make([]Title, 0, len(counts))
	for url, c := range counts {
		t := Title{Name: plain.URL(s.name(url)), URL: plain.URL(url), Readiness: c.all}
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

// commonNames are what packagers call the playlist of any title: of those, the folder's name tells which it is.
var commonNames = []string{"master", "index", "main", "playlist", "manifest", "stream", "prog_index", "media", "video", "hls", "dash"}

func isCommon(playlist string) bool {
	return slices.Contains(commonNames, strings.ToLower(baseOf(playlist)))
}

// baseOf is the name of a file without what is behind the first point in it.
func baseOf(url string) string {
	file, _, _ := strings.Cut(strings.TrimPrefix(url, folderOf(url)), "?")
	base, _, _ := strings.Cut(file, ".")
	return base
}

// name is what a title is called: the last two parts of its folder, as e01 alone may be of any series, or its host; of a
// playlist that says more than its folder does, the folder and its own name.
func (s *shelf) name(title string) string {
	folder := folderOf(title)
	parts := strings.Split(strings.Trim(strings.TrimPrefix(folder, host(folder)), "/"), "/")
	last, base := parts[len(parts)-1], baseOf(title)
	switch {
	case title != folder && base != last && (!isCommon(title) || s.folders[folder] != title && last != ""):
		return strings.TrimPrefix(last+"/"+base, "/")
	case last == "":
		_, name, _ := strings.Cut(folder, "://")
		return strings.TrimSuffix(name, "/")
	}
	return strings.Join(parts[max(len(parts)-2, 0):], "/")
}

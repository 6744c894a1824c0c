package main

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// playlistCase is what the author of a playlist says that players request.
type playlistCase struct {
	ID, File, Base, Kind, Strength string
	Expect                         struct {
		Variants, Media, IFrames, Segments, Maps, Keys, Parts, Hints, Reports []string
	}
}

// playlistImports are the variables of multivariant playlists that are stated beside some of the cases.
var playlistImports = []string{"--import", "mvpVariable=ok,token=1234"}

// category is what the corpus calls a resource, "" where it has no word for it.
func category(r *crawler.Resource) string {
	switch r.Role {
	case "variant":
		return "variants"
	case "rendition":
		return "media"
	case "iframe":
		return "iframes"
	case "part":
		return "parts"
	case "hint":
		return "hints"
	case "report":
		return "reports"
	}
	return map[crawler.Kind]string{crawler.Segment: "segments", crawler.Init: "maps", crawler.Key: "keys"}[r.Kind]
}

// TestCorpusPlaylists wants 99 % of the playlists right in what they list in order, 98 % in each of the sets, and what
// their authors call invalid reported with its line.
func TestCorpusPlaylists(t *testing.T) {
	t.Parallel()
	dir := corpora(t)
	right, all := map[string]int{}, map[string]int{}
	for _, c := range caseLines[playlistCase](t, filepath.Join(dir, "m3u8", "cases.jsonl")) {
		args := []string{filepath.Join(dir, c.File), "--as", "playlist", "--base", c.Base}
		if c.Strength == "author-says-invalid" {
			checkInvalid(t, c, args)
			continue
		}
		lines, code := inspect[listed](t, "", append(args, playlistImports...)...)
		if c.Strength != "author" && c.Strength != "consensus" {
			continue // read without a panic, which is all that is known of it
		}
		if code != 0 && c.Kind != "empty" {
			t.Logf("%s: exit code %d", c.ID, code)
		}
		got := map[string][]string{}
		for i := range lines {
			if name := category(&lines[i].Resource); name != "" && lines[i].Document == nil {
				got[name] = append(got[name], lines[i].URL)
			}
		}
		e := c.Expect
		all["in order"]++
		if slices.Equal(got["segments"], normal(e.Segments)) && slices.Equal(got["variants"], normal(e.Variants)) {
			right["in order"]++
		} else {
			t.Logf("%s: got %q %q, want %q %q", c.ID, got["segments"], got["variants"], e.Segments, e.Variants)
		}
		for name, want := range map[string][]string{
			"media": e.Media, "iframes": e.IFrames, "maps": e.Maps, "keys": e.Keys, "parts": e.Parts, "hints": e.Hints, "reports": e.Reports,
		} {
			g, w := asSet(got[name]), asSet(normal(want))
			if len(g)+len(w) == 0 {
				continue
			}
			if all[name]++; slices.Equal(g, w) {
				right[name]++
			} else {
				t.Logf("%s: %s: got %q, want %q", c.ID, name, g, w)
			}
		}
	}
	for name, n := range all {
		share := 0.98
		if name == "in order" {
			share = 0.99
		}
		t.Logf("%s: %d of %d", name, right[name], n)
		if float64(right[name]) < share*float64(n) {
			t.Errorf("%s: got %d of %d right, want %.0f %%", name, right[name], n, 100*share)
		}
	}
}

// checkInvalid wants an error, or a warning that says where.
func checkInvalid(t *testing.T, c playlistCase, args []string) {
	t.Helper()
	lines, code := inspect[struct {
		Document *struct {
			Error    string
			Warnings []crawler.Warning
		}
	}](t, "", args...)
	last := lines[len(lines)-1].Document
	if last == nil {
		t.Fatalf("%s: the last line is not the document's", c.ID)
	}
	lined := slices.ContainsFunc(last.Warnings, func(w crawler.Warning) bool { return w.Line > 0 })
	if (last.Error == "" || code != warm.ExitPartly) && !lined {
		t.Errorf("%s: exit code %d, got %+v, want an error or a warning with a line", c.ID, code, last)
	}
}

// normal brings URLs to their normal form, and leaves what is none.
func normal(urls []string) []string {
	out := slices.Clone(urls)
	for i, u := range out {
		if n, err := urlkey.Normalize(u); err == nil {
			out[i] = n
		}
	}
	return out
}

func asSet(urls []string) []string {
	s := slices.Clone(urls)
	slices.Sort(s)
	return slices.Compact(s)
}

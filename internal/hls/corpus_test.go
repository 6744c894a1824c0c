package hls_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/hls"
	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/internal/warning"
)

// corpusCase is one playlist of the corpus, with the URLs that its author says players request.
type corpusCase struct {
	ID, File, Base, Kind, Strength string
	Expect                         map[string]json.RawMessage
	body                           []byte
}

// corpusImports are the variables of multivariant playlists that the authors' tests state beside the playlist.
var corpusImports = map[string]string{"mvpVariable": "ok", "token": "1234"}

func corpus(tb testing.TB) []corpusCase {
	tb.Helper()
	root := os.Getenv("EDGEWARM_CORPORA")
	if root == "" {
		tb.Skip("EDGEWARM_CORPORA is not set")
	}
	data, err := os.ReadFile(filepath.Join(root, "m3u8", "cases.jsonl"))
	if err != nil {
		tb.Fatal(err)
	}
	var cases []corpusCase
	for line := range bytes.Lines(data) {
		var c corpusCase
		if err := json.Unmarshal(line, &c); err != nil {
			tb.Fatal(err)
		}
		if c.body, err = os.ReadFile(filepath.Join(root, filepath.FromSlash(c.File))); err != nil {
			tb.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

// listed sorts what a playlist lists into the corpus's categories.
func listed(tb testing.TB, c corpusCase) (map[string][]string, hls.Document, error) {
	tb.Helper()
	got := map[string][]string{}
	o := hls.Options{Imports: corpusImports}
	if c.Strength == "author-says-invalid" {
		o.Imports = nil
	}
	doc, err := hls.Parse(c.body, c.Base, o, func(e *hls.Entry) bool {
		if category := categoryOf(e); category != "" {
			got[category] = append(got[category], e.URL)
		}
		return true
	})
	return got, doc, err
}

func categoryOf(e *hls.Entry) string {
	switch {
	case e.Role == hls.RoleHint:
		return "hints"
	case e.Role == hls.RolePart:
		return "parts"
	case e.Role == hls.RoleReport:
		return "reports"
	case e.Role == hls.RoleVariant:
		return "variants"
	case e.Role == hls.RoleIFrame:
		return "iframes"
	case e.Role == hls.RoleRendition:
		return "media"
	case e.Kind == hls.Segment:
		return "segments"
	case e.Kind == hls.Init:
		return "maps"
	case e.Kind == hls.Key:
		return "keys"
	}
	return ""
}

// expected brings a category of a case to the normal form of URLs, or leaves what is none.
func (c corpusCase) expected(tb testing.TB, category string) []string {
	tb.Helper()
	var urls []string
	if raw := c.Expect[category]; raw != nil {
		if err := json.Unmarshal(raw, &urls); err != nil {
			tb.Fatal(err)
		}
	}
	for i, u := range urls {
		if n, err := urlkey.Normalize(u); err == nil {
			urls[i] = n
		}
	}
	return urls
}

// TestCorpusExpectations wants 99 % of the playlists right in what they list in order, and 98 % in each of the sets.
func TestCorpusExpectations(t *testing.T) {
	t.Parallel()
	right, all := map[string]int{}, map[string]int{}
	count := func(c corpusCase, category string, ok bool, got, want []string) {
		all[category]++
		if ok {
			right[category]++
			return
		}
		t.Logf("%s: %s: got %q, want %q", c.ID, category, got, want)
	}
	for _, c := range corpus(t) {
		if c.Strength != "author" && c.Strength != "consensus" {
			continue
		}
		got, _, err := listed(t, c)
		if err != nil && c.Kind != "empty" {
			t.Logf("%s: %v", c.ID, err)
		}
		segments, variants := c.expected(t, "segments"), c.expected(t, "variants")
		count(c, "in order", slices.Equal(got["segments"], segments) && slices.Equal(got["variants"], variants),
			append(got["segments"], got["variants"]...), append(segments, variants...))
		for _, category := range []string{"media", "iframes", "maps", "keys", "parts", "hints", "reports"} {
			g, w := set(got[category]), set(c.expected(t, category))
			if len(g)+len(w) > 0 {
				count(c, category, slices.Equal(g, w), g, w)
			}
		}
	}
	for category, n := range all {
		share := 0.98
		if category == "in order" {
			share = 0.99
		}
		t.Logf("%s: %d of %d", category, right[category], n)
		if float64(right[category]) < share*float64(n) {
			t.Errorf("%s: got %d of %d right, want %.0f %%", category, right[category], n, 100*share)
		}
	}
}

func set(urls []string) []string {
	s := slices.Clone(urls)
	slices.Sort(s)
	return slices.Compact(s)
}

// TestCorpusInvalid wants each playlist that its author calls invalid reported, with a line where there is one.
func TestCorpusInvalid(t *testing.T) {
	t.Parallel()
	for _, c := range corpus(t) {
		if c.Strength != "author-says-invalid" {
			continue
		}
		_, doc, err := listed(t, c)
		if err != nil {
			t.Logf("%s: %v", c.ID, err)
			continue
		}
		lined := slices.ContainsFunc(doc.Warnings, func(w warning.Warning) bool { return w.Line > 0 })
		if !lined {
			t.Errorf("%s: got warnings %v, want one with a line", c.ID, doc.Warnings)
		}
	}
}

// TestCorpusCollapsed wants no URL twice where ranges are collapsed, and none lost.
func TestCorpusCollapsed(t *testing.T) {
	t.Parallel()
	for _, c := range corpus(t) {
		if !strings.Contains(string(c.body), "EXT-X-BYTERANGE") {
			continue
		}
		seen := map[string]int{}
		_, err := hls.Parse(c.body, c.Base, hls.Options{Collapse: true}, func(e *hls.Entry) bool {
			if e.Kind == hls.Segment || e.Kind == hls.Init {
				seen[e.URL]++
			}
			return true
		})
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
		for _, u := range c.expected(t, "segments") {
			if seen[u] != 1 {
				t.Errorf("%s: got %s %d times, want once", c.ID, u, seen[u])
			}
		}
	}
}

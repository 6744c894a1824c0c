package page_test

import (
	"bufio"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/page"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// oracle is what a browser's parser finds in a page of the corpus.
type oracle struct {
	File    string
	PageURL string `json:"page_url"`
	Base    string
	BadJSON int `json:"bad_jsonld_blocks"`
	Links   map[string][]string
}

// oracleRoles says which roles of ours are one kind of the corpus.
var oracleRoles = map[string][]string{
	"a": {"a", "area"}, "img": {"img"}, "srcset": {"srcset"}, "media": {"video", "audio", "source"}, "poster": {"poster"},
	"iframe": {"iframe"}, "script": {"script"}, "stylesheet": {"stylesheet"}, "canonical": {"canonical"},
	"alternate": {"alternate"}, "preload": {"preload"}, "og": {"og:image", "og:video", "og:audio", "twitter:image", "twitter:player"},
	"jsonld": {"json-ld"}, "m3u8_anywhere": {"inline-script", "attribute"},
}

// cleanPlaylist takes a playlist out of what the corpus has for one: what a pattern matched in the source, which in
// state that was escaped for an attribute begins far too early.
func cleanPlaylist(t *testing.T, base, matched string) string {
	t.Helper()
	for part := range strings.SplitSeq(matched, "&quot;") {
		if strings.Contains(part, ".m3u8") {
			matched = part
		}
	}
	b, err := urlkey.ParseBase(base)
	if err != nil {
		t.Fatal(err)
	}
	u, err := b.Resolve(matched)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func oracles(t *testing.T) (dir string, all []oracle) {
	t.Helper()
	dir = os.Getenv("EDGEWARM_CORPORA")
	if dir == "" {
		t.Skip("EDGEWARM_CORPORA is not set")
	}
	f, err := os.Open(filepath.Join(dir, "html", "links_oracle.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var o oracle
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	return dir, all
}

// normalSet brings the corpus's URLs, which are as browsers write them, to our form.
func normalSet(t *testing.T, urls []string) map[string]bool {
	set := make(map[string]bool)
	for _, u := range urls {
		n, err := urlkey.Normalize(u)
		if err != nil {
			t.Logf("not counted: %v", err)
			continue
		}
		set[n] = true
	}
	return set
}

type score struct{ found, expected, right, emitted int }

func TestCorpusLinks(t *testing.T) {
	t.Parallel()
	dir, all := oracles(t)
	scores := make(map[string]*score)
	for _, o := range all {
		body, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(o.File)))
		if err != nil {
			t.Fatal(err)
		}
		byRole := make(map[string]map[string]bool)
		doc, err := page.Parse(body, "", o.PageURL, nil, func(l *page.Link) bool {
			if byRole[l.Role] == nil {
				byRole[l.Role] = make(map[string]bool)
			}
			byRole[l.Role][l.URL] = true
			return true
		})
		if err != nil {
			t.Errorf("%s: %v", o.File, err)
		}
		if want, _ := urlkey.Normalize(o.Base); doc.Base != want {
			t.Errorf("%s: got base %s, want %s", o.File, doc.Base, want)
		}
		for kind, roles := range oracleRoles {
			got := make(map[string]bool)
			for _, r := range roles {
				maps.Copy(got, byRole[r])
			}
			if scores[kind] == nil {
				scores[kind] = new(score)
			}
			want := o.Links[kind]
			if kind == "m3u8_anywhere" {
				for i, u := range want {
					want[i] = cleanPlaylist(t, o.Base, u)
				}
			}
			scores[kind].count(t, o, kind, got, normalSet(t, want))
		}
	}
	report(t, scores)
}

func (s *score) count(t *testing.T, o oracle, kind string, got, want map[string]bool) {
	for u := range want {
		s.expected++
		if got[u] {
			s.found++
		} else {
			t.Logf("%s: %s: missing %s", o.File, kind, u)
		}
	}
	for u := range got {
		// The oracle reads JSON-LD with a strict parser, and so says nothing of blocks that are broken.
		if kind == "jsonld" && o.BadJSON > 0 {
			continue
		}
		s.emitted++
		if want[u] {
			s.right++
		} else {
			t.Logf("%s: %s: more than the oracle has: %s", o.File, kind, u)
		}
	}
}

func report(t *testing.T, scores map[string]*score) {
	var total score
	for _, kind := range slices.Sorted(maps.Keys(scores)) {
		s := scores[kind]
		t.Logf("%-13s recall %4d of %4d, precision %4d of %4d", kind, s.found, s.expected, s.right, s.emitted)
		total.found += s.found
		total.expected += s.expected
		total.right += s.right
		total.emitted += s.emitted
	}
	recall, precision := float64(total.found)/float64(total.expected), float64(total.right)/float64(total.emitted)
	t.Logf("all: recall %.2f %%, precision %.2f %%", 100*recall, 100*precision)
	if recall < 0.995 || precision < 0.995 {
		t.Errorf("got recall %.4f, precision %.4f, want at least 0.995", recall, precision)
	}
}

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// The corpora of other projects are asked here of the command itself; the packages that read them ask them more closely.

// corpora is their folder.
func corpora(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("EDGEWARM_CORPORA")
	if dir == "" {
		t.Skip("EDGEWARM_CORPORA is not set: the cases of other projects are read from there")
	}
	return dir
}

// inspect runs edgewarm inspect in this process and decodes its lines as T.
func inspect[T any](t *testing.T, stdin string, args ...string) (lines []T, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), append([]string{"inspect", "-q"}, args...), strings.NewReader(stdin), &stdout, &stderr)
	decoder := json.NewDecoder(&stdout)
	for decoder.More() {
		var line T
		if err := decoder.Decode(&line); err != nil {
			t.Fatalf("inspect %q: %v", args, err)
		}
		lines = append(lines, line)
	}
	return lines, code
}

// caseLines decodes a file of JSON lines.
func caseLines[T any](t *testing.T, path string) (all []T) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	decoder := json.NewDecoder(bufio.NewReader(f))
	for decoder.More() {
		var c T
		if err := decoder.Decode(&c); err != nil {
			t.Fatalf("%s: case %d: %v", path, len(all)+1, err)
		}
		all = append(all, c)
	}
	return all
}

// listed is a line of what a document lists, or that of the document.
type listed struct {
	crawler.Resource
	Document *struct{ Kind, Error string }
}

// UnmarshalJSON reads either; Resource's own would take both for itself.
func (l *listed) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte(`{"document":`)) {
		var line struct {
			Document *struct{ Kind, Error string }
		}
		err := json.Unmarshal(b, &line)
		l.Document = line.Document
		return err
	}
	return json.Unmarshal(b, &l.Resource)
}

func TestCorpusSitemaps(t *testing.T) {
	t.Parallel()
	dir := corpora(t)
	for _, c := range caseLines[struct {
		ID, File, URL string
		Expect        struct {
			IsIndex bool `json:"is_index"`
			Error   *string
			URLs    []string
			LastMod []string
		}
	}](t, filepath.Join(dir, "sitemap", "cases.jsonl")) {
		lines, code := inspect[listed](t, "", filepath.Join(dir, c.File), "--as", "sitemap", "--base", c.URL)
		urls, dates := []string{}, []string{}
		for _, l := range lines {
			if l.Document != nil || l.Role != "" { // the corpus lists no media and alternates
				continue
			}
			urls = append(urls, l.URL)
			date := ""
			if !l.LastMod.IsZero() {
				date = l.LastMod.UTC().Format("2006-01-02T15:04:05Z")
			}
			dates = append(dates, date)
			if l.Kind != crawler.Sitemap && c.Expect.IsIndex {
				t.Errorf("%s: %s is a %s, want a sitemap", c.ID, l.URL, l.Kind)
			}
		}
		if !slices.Equal(urls, c.Expect.URLs) || !slices.Equal(dates, c.Expect.LastMod) {
			t.Errorf("%s: got %q of %q, want %q of %q", c.ID, urls, dates, c.Expect.URLs, c.Expect.LastMod)
		}
		if (code != 0) != (c.Expect.Error != nil) {
			t.Errorf("%s: exit code %d, want an error: %t", c.ID, code, c.Expect.Error != nil)
		}
	}
}

func TestCorpusRobots(t *testing.T) {
	t.Parallel()
	right := map[bool]int{}
	for _, c := range caseLines[struct {
		ID, Robots, Agent, URL string
		Allowed                bool
		GoogleOnly             bool `json:"google_only"`
	}](t, filepath.Join(corpora(t), "robots", "google_cases.jsonl")) {
		lines, code := inspect[struct{ Allowed *bool }](t, c.Robots, "-", "--as", "robots", "--agent", c.Agent, "--url", c.URL)
		if code != 0 || len(lines) != 1 || lines[0].Allowed == nil || *lines[0].Allowed != c.Allowed {
			t.Errorf("%s: %s on %.80q: got %+v, exit code %d, want %t", c.ID, c.Agent, c.URL, lines, code, c.Allowed)
			continue
		}
		right[c.GoogleOnly]++
	}
	t.Logf("right: %d of RFC 9309, %d beyond it", right[false], right[true])
}

// htmlRoles says which roles are one kind of the corpus. Links to playlists that stand in scripts are looked at in
// internal/page: the corpus has them by a pattern that begins too early.
var htmlRoles = map[string][]string{
	"a": {"", "area"}, "img": {"img"}, "srcset": {"srcset"}, "media": {"video", "audio", "source"}, "poster": {"poster"},
	"iframe": {"iframe"}, "script": {"script"}, "stylesheet": {"stylesheet"}, "canonical": {"canonical"},
	"alternate": {"alternate"}, "preload": {"preload"}, "og": {"og:image", "og:video", "og:audio", "twitter:image", "twitter:player"},
	"jsonld": {"json-ld"},
}

func TestCorpusPages(t *testing.T) {
	t.Parallel()
	dir := corpora(t)
	found, expected, emitted := 0, 0, 0
	for _, c := range caseLines[struct {
		File    string
		PageURL string `json:"page_url"`
		BadJSON int    `json:"bad_jsonld_blocks"`
		Links   map[string][]string
	}](t, filepath.Join(dir, "html", "links_oracle.jsonl")) {
		lines, code := inspect[listed](t, "", filepath.Join(dir, c.File), "--as", "page", "--base", c.PageURL)
		if code != 0 {
			t.Errorf("%s: exit code %d", c.File, code)
		}
		byRole := map[string]map[string]bool{}
		for _, l := range lines {
			if byRole[l.Role] == nil {
				byRole[l.Role] = map[string]bool{}
			}
			byRole[l.Role][l.URL] = true
		}
		for kind, roles := range htmlRoles {
			if kind == "jsonld" && c.BadJSON > 0 {
				continue // it says nothing of blocks that its strict parser could not read
			}
			got := map[string]bool{}
			for _, role := range roles {
				for url := range byRole[role] {
					got[url] = url != ""
				}
			}
			delete(got, "") // the line of the document
			want := map[string]bool{}
			for _, url := range c.Links[kind] {
				if normal, err := urlkey.Normalize(url); err == nil { // what is no URL to fetch is not counted
					want[normal] = true
				}
			}
			expected, emitted = expected+len(want), emitted+len(got)
			for url := range want {
				if got[url] {
					found++
				} else {
					t.Logf("%s: %s: missing %s", c.File, kind, url)
				}
			}
		}
	}
	recall, precision := float64(found)/float64(expected), float64(found)/float64(emitted)
	t.Logf("%d of %d found, %d listed", found, expected, emitted)
	if recall < 0.995 || precision < 0.995 || expected < 1000 {
		t.Errorf("got recall %.4f, precision %.4f of %d, want at least 0.995", recall, precision, expected)
	}
}

// urlCase is one of the corpus of URLs.
type urlCase struct{ ID, Input, Base, Expect string }

func urlCases(t *testing.T, name string) []urlCase {
	t.Helper()
	return caseLines[[]urlCase](t, filepath.Join(corpora(t), "url", name))[0]
}

// unlike are the cases in which no form of ours is the corpus's.
var unlike = map[string]string{
	// "http:///path" has no host: nobody can fetch it, so that it is an error here and "http:/path" there.
	"norm/066": "no host",
	"norm/067": "no host",
}

// The corpus's normal form goes further than ours, which unites only what no server tells apart: it sorts queries, merges
// slashes, knows other schemes and takes a word for a host. The flags ask for that; internal/urlkey names each case.
func TestCorpusURLs(t *testing.T) {
	t.Parallel()
	cases := urlCases(t, "normalize.json")
	var list strings.Builder
	for _, c := range cases {
		list.WriteString(c.Input + "\n")
	}
	lines, _ := inspect[normalLine](t, list.String(), "-", "--as", "url",
		"--sort-query", "--merge-slashes", "--any-scheme", "--default-scheme", "http")
	if len(lines) != len(cases) {
		t.Fatalf("got %d answers to %d lines", len(lines), len(cases))
	}
	right := 0
	for i, c := range cases {
		switch got := lines[i]; {
		case got.URL != c.Input:
			t.Fatalf("%s: got the answer to %q", c.ID, got.URL)
		case got.Normal == c.Expect:
			right++
		case unlike[c.ID] == "":
			t.Errorf("%s: %q: got %q %s, want %q", c.ID, c.Input, got.Normal, got.Error, c.Expect)
		}
	}
	t.Logf("%d of %d", right, len(cases))
	if right < 105 {
		t.Errorf("got %d, want at least 105", right)
	}
}

// The corpus keeps fragments, userinfo and escapes in lower case, which say nothing of resolving: what it expects is brought
// to our form.
func TestCorpusReferences(t *testing.T) {
	t.Parallel()
	form := urlkey.Form{AnyScheme: true} // of the one whose base is a file
	for _, c := range urlCases(t, "resolve.json") {
		want, err := form.Normalize(c.Expect)
		if err != nil {
			t.Fatal(err)
		}
		lines, code := inspect[normalLine](t, c.Input+"\n", "-", "--as", "url", "--any-scheme", "--base", c.Base)
		if code != 0 || len(lines) != 1 || lines[0].Normal != want {
			t.Errorf("%s: %q + %q: got %+v, exit code %d, want %q", c.ID, c.Base, c.Input, lines, code, want)
		}
	}
}

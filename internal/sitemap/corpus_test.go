package sitemap_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/sitemap"
)

// corpusCase is one line of the corpus of crawler-commons.
type corpusCase struct {
	ID, File, URL string
	Expect        struct {
		Type    string
		IsIndex bool `json:"is_index"`
		Error   *string
		URLs    []string
		LastMod []string
	}
}

var corpusTypes = map[string]string{"urlset": "XML", "index": "INDEX", "text": "TEXT", "rss": "RSS", "atom": "ATOM"}

// TestCorpus reads what another parser was written against. Media and alternates, which it does not list, are left out.
func TestCorpus(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("EDGEWARM_CORPORA")
	if dir == "" {
		t.Skip("EDGEWARM_CORPORA is not set: the cases of other projects are read from there")
	}
	f, err := os.Open(filepath.Join(dir, "sitemap", "cases.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	n := 0
	for lines.Scan() {
		var c corpusCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		n++
		t.Run(c.ID, func(t *testing.T) { c.check(t, dir) })
	}
	if n == 0 || lines.Err() != nil {
		t.Fatalf("got %d cases, %v", n, lines.Err())
	}
}

func (c *corpusCase) check(t *testing.T, dir string) {
	f, err := os.Open(filepath.Join(dir, c.File))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	urls, lastMods := []string{}, []string{}
	doc, err := sitemap.Parse(f, c.URL, sitemap.Options{}, func(e *sitemap.Entry) bool {
		if e.Kind == sitemap.URL || e.Kind == sitemap.Sitemap {
			urls = append(urls, e.Loc)
			lastMods = append(lastMods, dateText(e.LastMod))
		}
		return true
	})
	if (err != nil) != (c.Expect.Error != nil) {
		t.Fatalf("got error %v, want one: %t", err, c.Expect.Error != nil)
	}
	if !slices.Equal(urls, c.Expect.URLs) {
		t.Errorf("got %q, want %q", urls, c.Expect.URLs)
	}
	if !slices.Equal(lastMods, c.Expect.LastMod) {
		t.Errorf("got lastmod %q, want %q", lastMods, c.Expect.LastMod)
	}
	if got := corpusTypes[doc.Format]; err == nil && got != c.Expect.Type {
		t.Errorf("got %s, want %s", got, c.Expect.Type)
	}
	if err == nil && (doc.Format == "index") != c.Expect.IsIndex {
		t.Errorf("got format %s, want an index: %t", doc.Format, c.Expect.IsIndex)
	}
}

func dateText(d time.Time) string {
	if d.IsZero() {
		return ""
	}
	return d.Format("2006-01-02T15:04:05Z")
}

package crawler

import (
	"encoding/json"
	"fmt"
	"time"
)

// Pending is a document that is yet to be opened, in a form that can be written down and handed to another process.
type Pending struct {
	// Key names the document within its crawl, which opens it once.
	Key string
	// Kind is what it is taken for: site, sitemap, page or playlist; "" is not known yet.
	Kind Kind
	// Path is how the crawl came to it: JSON of the Crawler's own.
	Path []byte
}

// way is a task before it is opened, as it is written down. Of what was said of it, it has what its listing depends on.
type way struct {
	URL       string            `json:"url"`
	Fetch     string            `json:"fetch,omitzero"` // where it is another
	Kind      Kind              `json:"kind,omitzero"`
	Role      string            `json:"role,omitzero"`
	LastMod   time.Time         `json:"lastmod,omitzero"`
	Bandwidth int64             `json:"bandwidth,omitzero"`
	Title     string            `json:"title,omitzero"`
	Rendition *Rendition        `json:"rendition,omitzero"`
	Links     int               `json:"links,omitzero"`
	Levels    int               `json:"levels,omitzero"`
	Guess     bool              `json:"guess,omitzero"`
	OfSite    bool              `json:"site,omitzero"`
	Defines   map[string]string `json:"defines,omitempty"`
}

// siteKey stands before the URL of a site in the key of the task that finds its sitemaps: its page is a document too.
const siteKey = "sitemaps of "

// pending writes the task down.
func (t *task) pending() Pending {
	p := way{
		URL: t.URL, Kind: t.Kind, Role: t.Role, LastMod: t.LastMod, Bandwidth: t.Bandwidth, Title: t.Title,
		Rendition: t.Rendition, Links: t.links, Levels: t.levels, Guess: t.guess, OfSite: t.ofSite, Defines: t.defines,
	}
	if t.fetch != t.URL {
		p.Fetch = t.fetch
	}
	key := t.URL
	if t.ofSite {
		key = siteKey + key
	}
	text, _ := json.Marshal(p) // plain strings and numbers always marshal
	return Pending{Key: key, Kind: t.Kind, Path: text}
}

// task reads what pending wrote.
func (p *Pending) task() (*task, error) {
	var from way
	if err := json.Unmarshal(p.Path, &from); err != nil {
		return nil, fmt.Errorf("the path to %.200q cannot be read: %w", p.Key, err)
	}
	t := &task{
		Resource: Resource{
			URL: from.URL, Kind: from.Kind, Role: from.Role, LastMod: from.LastMod, Bandwidth: from.Bandwidth,
			Title: from.Title, Rendition: from.Rendition,
		},
		fetch: from.Fetch, links: from.Links, levels: from.Levels, guess: from.Guess, ofSite: from.OfSite, defines: from.Defines,
	}
	if t.fetch == "" {
		t.fetch = t.URL
	}
	return t, nil
}

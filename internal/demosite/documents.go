package demosite

import (
	"bytes"
	"compress/gzip"
	"embed"
	"net/url"
	"strings"
	"text/template"
	"time"
)

//go:embed pages
var pagesFS embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{"escaped": escaped}).ParseFS(pagesFS, "pages/*"))

// escaped writes slashes as the JSON encoders of many sites do.
func escaped(s string) string { return strings.ReplaceAll(s, "/", `\/`) }

// document is a page, sitemap or feed: a template, and what it is filled with.
type document struct {
	template string
	title    title
	heading  string
	gzipped  bool
	kind     string // the media type, where the path does not tell
}

// documents are what is made on serving, by path.
var documents = func() map[string]document {
	all := map[string]document{
		"/robots.txt":                {template: "robots.txt"},
		"/sitemap.xml":               {template: "sitemap.xml"},
		"/sitemap-pages.xml":         {template: "sitemap-pages.xml"},
		"/sitemap-video.xml.gz":      {template: "sitemap-video.xml", gzipped: true},
		"/sitemap-series.xml":        {template: "sitemap-series.xml"},
		"/sitemap-playlists.txt":     {template: "sitemap-playlists.txt"},
		"/feeds/new.rss":             {template: "new.rss"},
		"/feeds/podcast.rss":         {template: "podcast.rss"},
		"/feeds/notes.atom":          {template: "notes.atom"},
		"/":                          {template: "home.html"},
		"/series/harbour/":           {template: "series.html"},
		"/podcast/":                  {template: "podcast.html"},
		"/embed/aurora/":             {template: "embed.html", title: titles[1]},
		"/help/":                     {template: "text.html", heading: "Help"},
		"/über-uns/":                 {template: "text.html", heading: "Über uns"},
		"/private/trailer/":          {template: "text.html", heading: "Trailer"},
		"/private/drafts/":           {template: "text.html", heading: "Drafts"},
		"/account/":                  {template: "text.html", heading: "Your account"},
		"/search":                    {template: "text.html", heading: "Search"},
		"/vod/withdrawn/master.m3u8": {template: "withdrawn.html", kind: "text/html; charset=utf-8"},
	}
	for _, t := range titles {
		if _, has := all[t.Page]; !has {
			all[t.Page] = document{template: "title.html", title: t}
		}
	}
	return all
}()

// redirects are answered with 302.
var redirects = map[string]string{
	"/latest/":         "/series/harbour/e06/",
	"/vod/latest.m3u8": "/vod/harbour/e06/index.m3u8",
}

// view is what a template sees.
type view struct {
	// Base is the address of the site, Other that of the same server under a host that belongs to no zone.
	Base, Other string
	title
	Titles, Series []title
	Episodes       []episode
	Heading        string
	Today          string
}

// siteDay is the day that the site was last changed.
var siteDay = day(time.November, 1)

func (d document) render(base string) ([]byte, error) {
	v := view{Base: base, Other: otherHost(base), title: d.title, Titles: titles, Episodes: episodes(), Heading: d.heading, Today: siteDay.Format(time.DateOnly)}
	for _, t := range titles {
		if t.Series != "" {
			v.Series = append(v.Series, t)
		}
	}
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, d.template, v); err != nil || !d.gzipped {
		return b.Bytes(), err
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, err := w.Write(b.Bytes())
	if err == nil {
		err = w.Close()
	}
	return z.Bytes(), err
}

// otherHost is base under another name: localhost is the same server, and another host to a crawler.
func otherHost(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() != "127.0.0.1" {
		return "https://partner.example.net"
	}
	u.Host = strings.Replace(u.Host, "127.0.0.1", "localhost", 1)
	return u.String()
}

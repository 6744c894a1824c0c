package demosite

import (
	"net/http"
	"time"

	"github.com/edgewarm/edgewarm/internal/crowd"
)

// The agents of machines that people's tools know.
const (
	searchBot   = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
	otherBot    = "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"
	feedReader  = "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 12 subscribers)"
	monitorTool = "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)"
	scanTool    = "python-requests/2.32.3"
)

// crawl is a search engine that reads sitemaps and pages, those that nobody watches too.
func (c *visitors) crawl(at time.Time) {
	who := c.machine("192.0.2.10", searchBot)
	if c.random.IntN(3) == 0 {
		who = c.machine("192.0.2.20", otherBot)
	}
	c.ask(who, at, "/robots.txt", "")
	c.ask(who, at, "/sitemap.xml", "")
	for range 4 {
		at = at.Add(3 * time.Second)
		t := titles[c.random.IntN(len(titles))]
		c.ask(who, at, t.Page, "")
		c.ask(who, at, t.Playlist, "")
	}
	if c.random.IntN(3) == 0 {
		c.refused(who, at, "/titles/lost/", http.StatusNotFound)
	}
}

// monitor looks whether the site is there.
func (c *visitors) monitor(at time.Time) {
	who := c.machine("192.0.2.30", monitorTool)
	for _, p := range []string{"/", "/live/channel.m3u8"} {
		c.ask(who, at, p, "")
		r := &c.requests[len(c.requests)-1]
		r.Method, r.Bytes = http.MethodHead, 0
	}
}

// pollFeeds is a feed reader, and the podcast player of somebody who subscribes.
func (c *visitors) pollFeeds(at time.Time) {
	c.ask(c.machine("192.0.2.40", feedReader), at, "/feeds/new.rss", "")
	c.ask(c.machine("192.0.2.40", feedReader), at, "/feeds/podcast.rss", "")
	if c.random.IntN(2) == 0 {
		c.ask(crowd.Person(c.random), at.Add(time.Minute), episodes()[c.random.IntN(2)].Path, "")
	}
}

// scan is somebody who looks for doors.
func (c *visitors) scan(at time.Time) {
	who := c.machine("192.0.2.50", scanTool)
	for _, p := range []string{"/wp-login.php", "/.env", "/admin/"} {
		c.refused(who, at, p, http.StatusNotFound)
	}
	c.refused(who, at, "/private/drafts/", http.StatusForbidden)
	c.refused(who, at, "/xmlrpc.php", http.StatusMethodNotAllowed)
	c.requests[len(c.requests)-1].Method = http.MethodPost
}

func (c *visitors) refused(who *crowd.Client, at time.Time, p string, status int) {
	c.requests = append(c.requests, crowd.Request{At: at, Client: who, Method: http.MethodGet, Path: p, Status: status, Bytes: 153})
}

package demosite

import "time"

// title is something to watch or to hear.
type title struct {
	// Page is the path of its page, Playlist that of its multivariant or only playlist, Image that of its poster.
	Page, Playlist, Image string
	Name, About, Series   string
	Seconds               int
	// Published is also the sitemap's lastmod and the feeds' date.
	Published time.Time
	Views     int
	Live      bool
	// Related are the pages of other titles.
	Related []string
}

// Small is the path of the smaller poster.
func (t title) Small() string { return t.Image[:len(t.Image)-len(".jpg")] + "-small.jpg" }

// Day is the date in the form of sitemaps and structured data.
func (t title) Day() string { return t.Published.Format(time.DateOnly) }

// RFC822 is the date in the form of RSS, RFC3339 in that of Atom.
func (t title) RFC822() string  { return t.Published.Format(time.RFC1123Z) }
func (t title) RFC3339() string { return t.Published.Format(time.RFC3339) }

func day(month time.Month, d int) time.Time { return time.Date(2026, month, d, 6, 30, 0, 0, time.UTC) }

// titles are the catalogue, the most watched first: that is the order of the access log's Zipf law.
var titles = []title{
	{Page: "/series/harbour/e06/", Playlist: "/vod/harbour/e06/index.m3u8", Image: "/img/harbour-e06.jpg", Name: "Harbour: The Fog", About: "The pilot boat does not come back.", Series: "Harbour", Seconds: 20, Published: day(10, 30), Views: 9120, Related: []string{"/series/harbour/e05/", "/titles/aurora/"}},
	{Page: "/titles/aurora/", Playlist: "/vod/aurora/master.m3u8", Image: "/img/aurora.jpg", Name: "Aurora", About: "A winter under the northern lights, in two languages.", Seconds: 16, Published: day(10, 12), Views: 7204, Related: []string{"/titles/breakers/", "/titles/ember/"}},
	{Page: "/titles/breakers/", Playlist: "/vod/breakers/master.m3u8", Image: "/img/breakers.jpg", Name: "Breakers & Swell", About: "Surfers, and the people who wait for them.", Seconds: 24, Published: day(9, 4), Views: 5511, Related: []string{"/titles/drift/", "/titles/aurora/"}},
	{Page: "/series/harbour/e05/", Playlist: "/vod/harbour/e05/index.m3u8", Image: "/img/harbour-e05.jpg", Name: "Harbour: Night Shift", About: "A crane, a ship, one driver.", Series: "Harbour", Seconds: 20, Published: day(10, 23), Views: 4930, Related: []string{"/series/harbour/e04/", "/series/harbour/e06/"}},
	{Page: "/live/", Playlist: "/live/channel.m3u8", Image: "/img/live.jpg", Name: "The harbour camera", About: "What goes on in the harbour now.", Seconds: 0, Published: day(1, 2), Views: 4100, Live: true, Related: []string{"/series/harbour/"}},
	{Page: "/titles/ember/", Playlist: "/vod/ember/master.m3u8", Image: "/img/ember.jpg", Name: "Ember", About: "The stove was lit before dawn. With subtitles.", Seconds: 16, Published: day(10, 28), Views: 3120, Related: []string{"/titles/cipher/"}},
	{Page: "/series/harbour/e04/", Playlist: "/vod/harbour/e04/index.m3u8", Image: "/img/harbour-e04.jpg", Name: "Harbour: Salt", About: "Rust never sleeps.", Series: "Harbour", Seconds: 20, Published: day(10, 16), Views: 2875, Related: []string{"/series/harbour/e03/"}},
	{Page: "/titles/drift/", Playlist: "/vod/drift/master.m3u8", Image: "/img/drift.jpg", Name: "Drift", About: "A raft, a river, no hurry.", Seconds: 20, Published: day(6, 19), Views: 1460, Related: []string{"/titles/breakers/"}},
	{Page: "/podcast/", Playlist: "/audio/talk.m3u8", Image: "/img/talk.jpg", Name: "Table Talk", About: "Half a minute of conversation, without the words.", Seconds: 30, Published: day(10, 2), Views: 900, Related: []string{"/"}},
	{Page: "/series/harbour/e03/", Playlist: "/vod/harbour/e03/index.m3u8", Image: "/img/harbour-e03.jpg", Name: "Harbour: The Customs Man", About: "Nothing to declare.", Series: "Harbour", Seconds: 20, Published: day(10, 9), Views: 860, Related: []string{"/series/harbour/e02/"}},
	{Page: "/series/harbour/e02/", Playlist: "/vod/harbour/e02/index.m3u8", Image: "/img/harbour-e02.jpg", Name: "Harbour: Low Water", About: "What the tide leaves.", Series: "Harbour", Seconds: 20, Published: day(10, 2), Views: 640, Related: []string{"/series/harbour/e01/"}},
	{Page: "/series/harbour/e01/", Playlist: "/vod/harbour/e01/index.m3u8", Image: "/img/harbour-e01.jpg", Name: "Harbour: Arrivals", About: "A ship comes in.", Series: "Harbour", Seconds: 20, Published: day(9, 25), Views: 610, Related: []string{"/series/harbour/e02/"}},
	{Page: "/titles/cipher/", Playlist: "/vod/cipher/master.m3u8", Image: "/img/cipher.jpg", Name: "Cipher", About: "Letters that were meant for one reader. Encrypted.", Seconds: 16, Published: day(3, 15), Views: 215, Related: []string{"/titles/ember/"}},
}

// episode is a file of the podcast's feed.
type episode struct {
	Path, Name string
	Bytes      int64
	Published  time.Time
}

// RFC822 is the date in the form of RSS.
func (e episode) RFC822() string { return e.Published.Format(time.RFC1123Z) }

func episodes() []episode {
	list := []episode{
		{Path: "/audio/episode-3.m4a", Name: "Three", Published: day(10, 2)},
		{Path: "/audio/episode-2.m4a", Name: "Two", Published: day(9, 2)},
		{Path: "/audio/episode-1.m4a", Name: "One", Published: day(8, 2)},
	}
	for i := range list {
		list[i].Bytes = fileSize(list[i].Path)
	}
	return list
}

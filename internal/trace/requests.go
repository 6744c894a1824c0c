package trace

import (
	"net/http"
	"path"
	"slices"
	"time"

	"github.com/edgewarm/edgewarm/internal/crowd"
)

// The habits of viewers, as shares.
const (
	fromPage  = 0.5  // come by the page of the title; the others' player knows the playlist
	switching = 0.04 // change the rendition after a segment
	resuming  = 0.08 // go on where they left
	browsing  = 0.3  // so many more only look at a page
	failing   = 0.004
	atWeekend = 1.35 // so many times as many come
)

// lifetime is how long the edges may keep an object. Pages are made for each request: EdgeOne does not cache what states
// no lifetime and has no suffix of a static file.
func lifetime(r *crowd.Request) time.Duration {
	if path.Ext(r.Path) == "" {
		return 0
	}
	return 30 * 24 * time.Hour
}

// requests are those of a day, with what the edges made of them.
func (t *Trace) requests(day int, date time.Time) []crowd.Request {
	weekend := date.Weekday() == time.Saturday || date.Weekday() == time.Sunday
	viewings := float64(t.Viewings)
	if weekend {
		viewings *= atWeekend
	}
	d := &visitors{Trace: t, date: date, shares: t.shares(day, weekend)}
	for range int(viewings) {
		d.watch()
		if t.random.Float64() < browsing {
			d.look()
		}
	}
	d.crawl(day)
	all := slices.DeleteFunc(d.all, func(r crowd.Request) bool { return r.At.Sub(date) >= 24*time.Hour })
	slices.SortStableFunc(all, func(a, b crowd.Request) int { return a.At.Compare(b.At) })
	for i := range all {
		all[i].Cache = t.edges.Ask(&all[i])
	}
	return all
}

// shares are how much of what is watched on a day is of each title.
func (t *Trace) shares(day int, weekend bool) []float64 {
	shares := make([]float64, len(t.titles))
	sum := 0.0
	for i, title := range t.titles {
		shares[i] = title.weight(day, weekend)
		sum += shares[i]
	}
	for i := range shares {
		shares[i] /= sum
	}
	return shares
}

// visitors are those of one day.
type visitors struct {
	*Trace
	date   time.Time
	shares []float64
	all    []crowd.Request
}

func (v *visitors) moment() time.Time {
	for {
		at := v.date.Add(time.Duration(v.random.IntN(24*60*60)) * time.Second)
		if crowd.Comes(v.random, at) {
			return at
		}
	}
}

func (v *visitors) pick() *title { return v.titles[crowd.Pick(v.random, v.shares)] }

func (v *visitors) ask(who *crowd.Client, at time.Time, p string, bytes int64) {
	r := crowd.Request{At: at, Client: who, Method: http.MethodGet, Path: p, Status: http.StatusOK, Bytes: bytes}
	if v.random.Float64() < failing {
		r.Status, r.Bytes = http.StatusBadGateway, 552
	}
	v.all = append(v.all, r)
}

// look is somebody who reads and watches nothing.
func (v *visitors) look() {
	who, t, at := crowd.Person(v.random), v.pick(), v.moment()
	v.ask(who, at, t.page(), pageBytes)
	v.ask(who, at, t.poster(), posterBytes)
}

// crawl is a search engine: each page once a week, whether people come to it or not.
func (v *visitors) crawl(day int) {
	bot := &crowd.Client{
		Address: "192.0.2.10", Region: "US", Agent: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
	}
	for i, t := range v.titles {
		if t.day <= day && i%7 == day%7 {
			v.ask(bot, v.moment(), t.page(), pageBytes)
		}
	}
}

// watch is somebody who watches a title, until they leave.
func (v *visitors) watch() {
	who, t, at := crowd.Person(v.random), v.pick(), v.moment()
	if v.random.Float64() < fromPage {
		v.ask(who, at, t.page(), pageBytes)
		v.ask(who, at, t.poster(), posterBytes)
	}
	v.ask(who, at, t.master(), playlistBytes)
	r := v.level(who)
	v.begin(who, at, t, r)
	first := 0
	if v.random.Float64() < resuming {
		first = v.random.IntN(t.segments)
	}
	for n := first; n < t.segments; n++ {
		v.ask(who, at, t.segment(r, n), r.segmentBytes())
		at = at.Add(segmentSeconds * time.Second)
		if t.patience.Leaves(v.random, n) {
			return
		}
		if v.random.Float64() < switching {
			r = ladder[v.random.IntN(len(ladder))]
			v.begin(who, at, t, r)
		}
	}
}

// level is the rendition that a player starts with.
func (v *visitors) level(who *crowd.Client) rendition {
	var shares [len(ladder)]float64
	for i, r := range ladder {
		if shares[i] = r.desktop; who.Mobile {
			shares[i] = r.mobile
		}
	}
	return ladder[crowd.Pick(v.random, shares[:])]
}

// begin asks for a media playlist and its init section.
func (v *visitors) begin(who *crowd.Client, at time.Time, t *title, r rendition) {
	v.ask(who, at, t.playlist(r), playlistBytes)
	if t.fmp4 {
		v.ask(who, at, t.init(r), initBytes)
	}
}

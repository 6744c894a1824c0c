package popularity_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

const cdn = "https://cdn.example.com"

var night = time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC)

// pushed is the log of a CDN, in JSON lines of EdgeOne.
type pushed struct{ strings.Builder }

func (p *pushed) ask(at time.Time, path, cache string) {
	fmt.Fprintf(p, `{"RequestTime":%q,"RequestHost":"cdn.example.com","RequestUrl":%q,"RequestMethod":"GET",`+
		`"EdgeResponseStatusCode":200,"EdgeResponseBodyBytes":1000,"EdgeCacheStatus":%q,"ClientIP":"192.0.2.1",`+
		`"RequestUA":"Mozilla/5.0","RequestID":"%d"}`+"\n", at.Format(time.RFC3339), path, cache, p.Len())
}

// model learns from what was pushed.
func (p *pushed) model(t *testing.T) *popularity.Model {
	t.Helper()
	c := &popularity.Counter{HalfLife: 72 * time.Hour, Until: night}
	stats, err := c.Read(t.Context(), "log", strings.NewReader(p.String()))
	if err != nil {
		t.Fatal(err)
	}
	if stats.Counted != stats.Lines {
		t.Fatalf("%d of %d lines counted", stats.Counted, stats.Lines)
	}
	return &popularity.Model{Counter: c, At: night}
}

// watch is n viewings of a title of 40 segments, of which each tenth segment loses half of the viewers.
func (p *pushed) watch(at time.Time, title string, n int) {
	for range n {
		p.ask(at, title+"master.m3u8", "miss")
		p.ask(at, title+"720p/index.m3u8", "miss")
	}
	for i := range 40 {
		for range n >> (i / 10) {
			p.ask(at.Add(time.Duration(i)*6*time.Second), fmt.Sprintf("%s720p/seg-%05d.ts", title, i), "miss")
		}
	}
}

// forecast is what a planner would be told.
func forecast(m *popularity.Model, r *crawler.Resource) planner.Forecast {
	return m.Forecast(r, m.Demand(r.URL))
}

func segment(title string, i int) *crawler.Resource {
	return &crawler.Resource{
		URL: cdn + fmt.Sprintf("%s720p/seg-%05d.ts", title, i), Kind: crawler.Segment, Index: i, Start: time.Duration(i) * 6 * time.Second,
		Duration: 6 * time.Second, Parent: cdn + title + "720p/index.m3u8", Title: cdn + title + "master.m3u8",
	}
}

// How far people get into a title is learned from those like it, and gives segments that nobody has asked for their
// share.
func TestDepthIsLearned(t *testing.T) {
	t.Parallel()
	var log pushed
	for day := range 5 {
		log.watch(night.AddDate(0, 0, day-5).Add(20*time.Hour), fmt.Sprintf("/vod/film-%d/", day), 64)
	}
	// Of one title only the playlist is in the log: its segments have another host there, say.
	for range 64 {
		log.ask(night.Add(-time.Hour), "/vod/film-9/master.m3u8", "miss")
	}
	m := log.model(t)
	for _, c := range []struct {
		index int
		want  float64
	}{{0, 1}, {7, 1}, {12, 0.5}, {20, 0.375}, {34, 0.125}} {
		f := forecast(m, segment("/vod/film-9/", c.index))
		if math.Abs(f.Depth-c.want) > 0.13 {
			t.Errorf("segment %d: got a depth of %v, want about %v", c.index, f.Depth, c.want)
		}
		if f.Requests != 0 || f.Expected <= 0 || f.Expected > f.Views*f.Share*f.Depth+1e-9 {
			t.Errorf("segment %d: got %+v, want what the title's views say, less that nobody asked for it", c.index, f)
		}
	}
	if first, last := forecast(m, segment("/vod/film-9/", 0)), forecast(m, segment("/vod/film-9/", 39)); last.Expected > first.Expected/4 {
		t.Errorf("got %v for the first segment and %v for the last", first.Expected, last.Expected)
	}
}

// A new episode is asked for as the ones before it were, each series for itself; an old title that nobody asked for is not.
func TestNewEpisodesInherit(t *testing.T) {
	t.Parallel()
	var log pushed
	for week := range 4 {
		at := night.AddDate(0, 0, week*3-13).Add(20 * time.Hour)
		log.watch(at, fmt.Sprintf("/vod/loved/e%02d/", week+1), 60)
		log.watch(at, fmt.Sprintf("/vod/unloved/e%02d/", week+1), 6)
	}
	m := log.model(t)
	fresh := func(title string, lastMod time.Time) float64 {
		r := segment(title, 0)
		r.LastMod = lastMod
		return forecast(m, r).Expected
	}
	loved, unloved := fresh("/vod/loved/e05/", night), fresh("/vod/unloved/e05/", night)
	if loved < 3*unloved || unloved <= 0 {
		t.Errorf("got %v for the next episode of the loved series, %v of the other", loved, unloved)
	}
	if old := fresh("/vod/loved/e00/", night.AddDate(-1, 0, 0)); old > loved/4 {
		t.Errorf("got %v for an old episode that nobody asks for, %v for a new one", old, loved)
	}
}

// What is always in the cache is worth little, however much it is asked for: 5,000 hits come after 40 misses.
func TestAlwaysHitRanksBelowMissed(t *testing.T) {
	t.Parallel()
	var log pushed
	at := night.Add(-5 * time.Hour)
	for i := range 5000 {
		log.ask(at.Add(time.Duration(i)*time.Second), "/hot.mp4", "hit")
	}
	for i := range 100 {
		cache := "hit"
		if i%5 < 2 {
			cache = "miss"
		}
		log.ask(at.Add(time.Duration(i)*time.Minute), "/missed.mp4", cache)
	}
	p := planner.Planner{
		Zones: map[string][]string{"zone-a": {"*"}}, Budget: map[string]int{"zone-a": 2}, Popularity: log.model(t),
	}
	for _, url := range []string{"/hot.mp4", "/missed.mp4"} {
		p.Add(crawler.Resource{URL: cdn + url, Kind: crawler.Media})
	}
	targets := p.Plan().Targets
	missed, hot := targets[0], targets[1]
	if missed.URL != cdn+"/missed.mp4" || missed.Score < 10*hot.Score {
		t.Errorf("got %s with %v before %s with %v, want the missed one with ten times as much", missed.URL, missed.Score, hot.URL, hot.Score)
	}
	if hot.Why.Requests < 4000 || hot.Why.Misses != 0 || hot.Why.Cold > 0.01 || missed.Why.Cold < 0.3 {
		t.Errorf("got %+v\nand %+v", hot.Why, missed.Why)
	}
}

// Of a log that is long enough the hours that come count: what is asked for at weekends is worth more before one.
func TestHoursOfTheWeek(t *testing.T) {
	t.Parallel()
	var log pushed
	for day := -21; day < 0; day++ { // the night is one to Tuesday
		date := night.AddDate(0, 0, day)
		weekend := date.Weekday() == time.Saturday || date.Weekday() == time.Sunday
		for i := range 200 {
			at := date.Add(time.Duration(i) * 7 * time.Minute)
			log.ask(at, "/news/a.html", "miss")
			if weekend || i%10 == 0 {
				log.ask(at, "/sport/a.html", "miss")
			}
		}
	}
	m := log.model(t)
	sport := &crawler.Resource{URL: cdn + "/sport/a.html", Kind: crawler.Page}
	tuesday := forecast(m, sport)
	saturday := forecast(&popularity.Model{Counter: m.Counter, At: night.AddDate(0, 0, 4)}, sport)
	if tuesday.Hours > 0.6 || saturday.Hours < 2 || saturday.Expected < 4*tuesday.Expected {
		t.Errorf("got %+v for a Tuesday and %+v for a Saturday", tuesday, saturday)
	}
	if news := forecast(m, &crawler.Resource{URL: cdn + "/news/a.html", Kind: crawler.Page}); math.Abs(news.Hours-1) > 0.1 {
		t.Errorf("got %v for what is asked for every day, want about 1", news.Hours)
	}
}

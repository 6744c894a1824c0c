package planner_test

import (
	"fmt"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
)

// views is a Popularity of one's own: what an analytics database counted.
type views map[string]float64

func (v views) Demand(url string) planner.Demand { return planner.Demand{Requests: v[url]} }

func ExamplePopularity() {
	p := planner.Planner{
		Budget: map[string]int{"zone-a": 1},
		Zones:  map[string][]string{"zone-a": {"cdn.example.com"}},
		Popularity: views{
			"https://cdn.example.com/a.mp4": 3,
			"https://cdn.example.com/b.mp4": 120,
		},
	}
	for _, url := range []string{"https://cdn.example.com/a.mp4", "https://cdn.example.com/b.mp4"} {
		p.Add(crawler.Resource{URL: url, Kind: crawler.Media})
	}
	for _, t := range p.Plan().Targets {
		fmt.Println(t.Rank, t.URL, t.Why.Requests)
	}
	// Output:
	// 1 https://cdn.example.com/b.mp4 120
}

// Where the URLs are known already, as those of a catalogue or an upload hook are, nothing need be crawled: add them.
// Title ties the parts of a film together, so that no segment is planned without its playlist.
func ExamplePlanner_Add_ownSource() {
	const film = "https://cdn.example.com/film/"
	p := planner.Planner{
		Zones:  map[string][]string{"zone-a": {"cdn.example.com"}},
		Budget: map[string]int{"zone-a": 2},
		OnLeftOut: func(l planner.LeftOut) {
			fmt.Println("left out:", l.URL, l.Reason)
		},
	}
	p.Add(crawler.Resource{URL: film + "index.m3u8", Kind: crawler.Playlist, Title: film + "index.m3u8"})
	for i := range 3 {
		p.Add(crawler.Resource{
			URL: fmt.Sprintf("%s%d.ts", film, i), Kind: crawler.Segment, Index: i,
			Parent: film + "index.m3u8", Depth: 1, Title: film + "index.m3u8",
		})
	}
	p.Add(crawler.Resource{URL: "https://elsewhere.example.net/ad.mp4", Kind: crawler.Media})
	for _, t := range p.Plan().Targets {
		fmt.Println(t.Rank, t.URL)
	}
	// Output:
	// left out: https://elsewhere.example.net/ad.mp4 no_zone
	// left out: https://cdn.example.com/film/1.ts over_quota
	// left out: https://cdn.example.com/film/2.ts over_quota
	// 1 https://cdn.example.com/film/index.m3u8
	// 2 https://cdn.example.com/film/0.ts
}

package popularity_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/planner/popularity"
)

func Example() {
	log := `{"RequestTime":"2026-01-09T20:00:00Z","RequestHost":"cdn.example.com","RequestUrl":"/a/master.m3u8","RequestMethod":"GET","EdgeResponseStatusCode":200,"EdgeResponseBytes":1000,"EdgeCacheStatus":"hit"}
{"RequestTime":"2026-01-06T20:00:00Z","RequestHost":"cdn.example.com","RequestUrl":"/a/master.m3u8","RequestMethod":"GET","EdgeResponseStatusCode":200,"EdgeResponseBytes":1000,"EdgeCacheStatus":"miss"}
{"RequestTime":"2026-01-09T20:00:00Z","RequestHost":"cdn.example.com","RequestUrl":"/b/master.m3u8","RequestMethod":"GET","EdgeResponseStatusCode":200,"EdgeResponseBytes":1000,"EdgeCacheStatus":"miss"}
{"RequestTime":"2026-01-09T20:00:01Z","RequestHost":"cdn.example.com","RequestUrl":"/b/master.m3u8","RequestMethod":"HEAD","EdgeResponseStatusCode":200}
`
	c := &popularity.Counter{
		HalfLife: 72 * time.Hour,
		Until:    time.Date(2026, 1, 9, 20, 0, 0, 0, time.UTC),
	}
	stats, err := c.Read(context.Background(), "today.log", strings.NewReader(log))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %d of %d requests counted\n", stats.Format, stats.Counted, stats.Records)
	for url, d := range c.All() {
		fmt.Printf("%s: %.2f requests, %.2f misses\n", url, d.Requests, d.Misses)
	}
	// Output:
	// edgeone: 3 of 4 requests counted
	// https://cdn.example.com/a/master.m3u8: 1.50 requests, 0.50 misses
	// https://cdn.example.com/b/master.m3u8: 1.00 requests, 1.00 misses
}

// A table of URLs and weights, as an analytics tool exports it, is a log too.
func ExampleCounter_Demand() {
	var c popularity.Counter
	table := "url,requests\nhttps://cdn.example.com/a.mp4,120\n/b.mp4,3\n"
	if _, err := c.Read(context.Background(), "top.csv", strings.NewReader(table)); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Demand("https://cdn.example.com/a.mp4").Requests)
	fmt.Println(c.Demand("https://any.example.com/b.mp4").Requests)
	// Output:
	// 120
	// 3
}

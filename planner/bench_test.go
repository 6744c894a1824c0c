package planner_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

// benchResources is how many resources are planned for the benchmarks; EDGEWARM_BENCH_RESOURCES overrides it. The full
// size is 10,000,000.
const benchResources = 1_000_000

// benchTitle is how many segments a title has, two hours of six seconds each in chunks that are made ahead of time.
const benchTitle = 1200

// BenchmarkPlan plans resources into a quota of 10,000 and, beside it in the same run, looks each URL up once in a Go map
// of its demand; x-lookup is how many times that the planning takes. A tenth of the titles is in the map. Of plan, that map
// is the popularity; of model, it is learned from a log of the same counts. testdata/bench/plan.txt has what came of it.
func BenchmarkPlan(b *testing.B) {
	n := benchResources
	if text := os.Getenv("EDGEWARM_BENCH_RESOURCES"); text != "" {
		n, _ = strconv.Atoi(text)
	}
	titles := n / (benchTitle + 2)
	demand := map[string]planner.Demand{}
	var log strings.Builder
	for title := 0; title < titles; title += 10 {
		for i, r := range benchTitleOf(title) {
			requests := float64((title*7919%997 + 1) * 100 / (i + 20))
			demand[r.URL] = planner.Demand{Requests: requests}
			fmt.Fprintf(&log, "%s,%v\n", r.URL, requests)
		}
	}
	counter := &popularity.Counter{Memory: 1 << 30}
	if _, err := counter.Read(b.Context(), "log", strings.NewReader(log.String())); err != nil {
		b.Fatal(err)
	}
	log.Reset()
	b.Run("plan", func(b *testing.B) { benchPlan(b, titles, demand, mapped(demand)) })
	b.Run("model", func(b *testing.B) { benchPlan(b, titles, demand, &popularity.Model{Counter: counter}) })
}

// mapped is a Popularity of a Go map.
type mapped map[string]planner.Demand

func (m mapped) Demand(url string) planner.Demand { return m[url] }

// benchPlan takes turns with every few titles, so that what else the machine does weighs on both alike.
func benchPlan(b *testing.B, titles int, demand map[string]planner.Demand, from planner.Popularity) {
	var planning, looking time.Duration
	var sum float64
	for b.Loop() {
		p := planner.Planner{Zones: zones, Budget: map[string]int{"zone-a": 10_000}, Popularity: from}
		chunk := make([]crawler.Resource, 0, 20*(benchTitle+2)) // once: what it leaves behind would be collected while planning
		for title := 0; title < titles; title += 20 {
			b.StopTimer()
			chunk = chunk[:0]
			for i := range min(20, titles-title) {
				chunk = append(chunk, benchTitleOf(title+i)...)
			}
			from := time.Now()
			for i := range chunk {
				sum += demand[chunk[i].URL].Requests
			}
			looking += time.Since(from)
			b.StartTimer()
			from = time.Now()
			for i := range chunk {
				p.Add(chunk[i])
			}
			planning += time.Since(from)
		}
		from := time.Now()
		if plan := p.Plan(); len(plan.Targets) != 10_000 {
			b.Fatalf("got %d targets", len(plan.Targets))
		}
		planning += time.Since(from)
	}
	if sum == 0 {
		b.Fatal("nothing was looked up")
	}
	b.ReportMetric(planning.Seconds()/looking.Seconds(), "x-lookup")
	b.ReportMetric(float64(planning.Nanoseconds())/float64(b.N*titles*(benchTitle+2)), "ns/resource")
}

// benchTitleOf is a title as a crawl finds it.
func benchTitleOf(n int) []crawler.Resource {
	folder := fmt.Sprintf("https://a.example/vod/title-%06d/", n)
	master, variant := folder+"master.m3u8", folder+"1080p/index.m3u8"
	all := make([]crawler.Resource, 0, benchTitle+2)
	all = append(all,
		crawler.Resource{URL: master, Kind: crawler.Playlist, Title: master},
		crawler.Resource{URL: variant, Kind: crawler.Playlist, Role: "variant", Parent: master, Depth: 1, Title: master})
	for i := range benchTitle {
		all = append(all, crawler.Resource{
			URL: folder + "1080p/seg-" + fmt.Sprintf("%05d", i) + ".ts", Kind: crawler.Segment, Parent: variant, Depth: 2, Title: master,
			Index: i, Start: time.Duration(i) * 6 * time.Second, Duration: 6 * time.Second,
		})
	}
	return all
}

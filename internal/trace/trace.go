// Package trace makes up a video site and what people ask of it, day after day, to measure plans on: titles come out every
// day, some of them as the next episode of a series; what people like drifts; most of them leave before the end; more of
// them come in the evening and at the weekend; and the edges of a CDN, which hold a part of the catalogue only, miss what
// was not asked for lately.
//
// A Trace gives one Day after the other: what the site publishes, as the crawler would find it, and the requests, with
// the cache status of each. Write makes access logs of them. The same Options make the same trace, byte for byte.
package trace

import (
	"iter"
	"math/rand/v2"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/crowd"
)

// Options say how large a trace is. A field that is 0 has its default.
type Options struct {
	// Seed makes traces that differ.
	Seed uint64
	// Base is the URL of the site, without a slash at the end. Default: https://vod.example.com.
	Base string
	// Start is the first midnight. Default: Monday, 5 October 2026, in UTC.
	Start time.Time
	// Days is how many days there are. Default: 14.
	Days int
	// Films and Series are those that are published when the trace begins. Default: 60 and 14.
	Films, Series int
	// NewFilms is how many films come out each day; a series has an episode a week. Default: 2.
	NewFilms int
	// Viewings is how many people begin to watch something on a usual day. Default: 4000.
	Viewings int
	// Cached is the share of the first day's catalogue, in bytes, that each edge holds. Default: 0.12.
	Cached float64
}

func (o Options) withDefaults() Options {
	set := func(n *int, otherwise int) {
		if *n == 0 {
			*n = otherwise
		}
	}
	set(&o.Days, 14)
	set(&o.Films, 60)
	set(&o.Series, 14)
	set(&o.NewFilms, 2)
	set(&o.Viewings, 4000)
	if o.Base == "" {
		o.Base = "https://vod.example.com"
	}
	if o.Start.IsZero() {
		o.Start = time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC)
	}
	if o.Cached == 0 {
		o.Cached = 0.12
	}
	return o
}

// Day is one day of a trace.
type Day struct {
	// Date is its midnight.
	Date time.Time
	// Resources are what a crawl in the night before finds, in its order: what comes out on the day is published already.
	Resources []crawler.Resource
	// Requests are those of the day, in order of time.
	Requests []crowd.Request
}

// Trace is a site and its visitors.
type Trace struct {
	Options

	random *rand.Rand
	titles []*title
	edges  *crowd.Edges
}

// New makes up a site.
func New(o Options) *Trace {
	o = o.withDefaults()
	t := &Trace{Options: o, random: rand.New(rand.NewPCG(o.Seed, 0x7ace))}
	t.publish()
	t.edges = &crowd.Edges{Lifetime: lifetime, Capacity: int64(o.Cached * float64(t.bytes(0)))}
	return t
}

// Days yields the days, in order. It can be ranged over once.
func (t *Trace) Days() iter.Seq[Day] {
	return func(yield func(Day) bool) {
		for n := range t.Options.Days {
			date := t.Start.AddDate(0, 0, n)
			if !yield(Day{Date: date, Resources: t.resources(n), Requests: t.requests(n, date)}) {
				return
			}
			t.drift()
		}
	}
}

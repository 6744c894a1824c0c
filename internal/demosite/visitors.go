package demosite

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/crowd"
)

// visitors makes the requests of everybody who comes to the site.
type visitors struct {
	base     string
	start    time.Time
	random   *rand.Rand
	zipf     []float64 // by title, adding up to 1
	sizes    map[string]int64
	requests []crowd.Request
}

func newVisitors(base string, end time.Time) *visitors {
	c := &visitors{
		base: base, start: end.Add(-LogSpan), random: rand.New(rand.NewPCG(1, 2)), sizes: map[string]int64{},
		zipf: crowd.Zipf(len(titles), 0.9),
	}
	return c
}

// arrive lets the next one come: of a hundred, so many are who they are.
func (c *visitors) arrive() {
	at := c.moment()
	switch n := c.random.IntN(100); {
	case n < 72:
		c.watch(at)
	case n < 84:
		c.read(at)
	case n < 89:
		c.crawl(at)
	case n < 93:
		c.monitor(at)
	case n < 97:
		c.pollFeeds(at)
	default:
		c.scan(at)
	}
}

// moment is a time of the span, in the evening more likely than in the morning.
func (c *visitors) moment() time.Time {
	for {
		at := c.start.Add(time.Duration(c.random.Int64N(int64(LogSpan/time.Second)))*time.Second - 10*time.Minute)
		if at.Before(c.start) {
			at = c.start
		}
		if crowd.Comes(c.random, at) {
			return at
		}
	}
}

func (c *visitors) machine(address, agent string) *crowd.Client {
	return &crowd.Client{Address: address, Region: "US", Agent: agent}
}

// ask adds a request for a whole file.
func (c *visitors) ask(who *crowd.Client, at time.Time, p, referer string) {
	r := crowd.Request{
		At: at, Client: who, Method: http.MethodGet, Path: p, Referer: referer, Status: http.StatusOK, Bytes: c.size(p),
	}
	switch n := c.random.IntN(1000); {
	case n < 4: // the client hangs up
		r.Status, r.Bytes = 499, r.Bytes/3
	case n < 7:
		r.Status, r.Bytes = http.StatusBadGateway, 552
	case n < 35 && !strings.HasPrefix(p, "/vod/"): // the browser has it still
		r.Status, r.Bytes = http.StatusNotModified, 0
	}
	c.requests = append(c.requests, r)
}

// fetch adds what a player asks for to have a part.
func (c *visitors) fetch(who *crowd.Client, at time.Time, p part, referer string) {
	c.ask(who, at, p.path, referer)
	if p.length == 0 {
		return
	}
	r := &c.requests[len(c.requests)-1]
	if r.Status == http.StatusOK {
		r.Status, r.Bytes = http.StatusPartialContent, p.length
		r.Range = fmt.Sprintf("bytes=%d-%d", p.offset, p.offset+p.length-1)
	}
}

// size is how long the answer to a path is.
func (c *visitors) size(p string) int64 {
	if f, ok := files()[p]; ok {
		return f.size
	}
	n, known := c.sizes[p]
	if d, ok := documents[p]; ok && !known {
		body, _ := d.render(c.base)
		n = int64(len(body))
		c.sizes[p] = n
	}
	return n
}

// read is a visitor who looks at pages and watches nothing.
func (c *visitors) read(at time.Time) {
	who := crowd.Person(c.random)
	p, referer := "/", ""
	for range 1 + c.random.IntN(3) {
		c.open(who, at, p, referer)
		referer, p = c.base+crowd.Escaped(p), c.pick().Page
		at = at.Add(time.Duration(4+c.random.IntN(40)) * time.Second)
	}
	if c.random.IntN(3) == 0 {
		c.ask(who, at, []string{"/help/", "/über-uns/", "/account/"}[c.random.IntN(3)], referer)
	}
	if c.random.IntN(6) == 0 {
		c.ask(who, at.Add(time.Second), "/search", referer)
		c.requests[len(c.requests)-1].Query = []string{"q=sea", "q=harbour", "q=%2e%2e%2f"}[c.random.IntN(3)]
	}
}

// open is a page with what belongs to it, as far as the browser does not have it.
func (c *visitors) open(who *crowd.Client, at time.Time, p, referer string) {
	c.ask(who, at, p, referer)
	here := c.base + crowd.Escaped(p)
	if referer == "" && c.random.IntN(3) == 0 {
		for _, asset := range []string{"/assets/site.css", "/assets/player.css", "/assets/player.js", "/assets/icon.svg"} {
			c.ask(who, at.Add(time.Second), asset, here)
		}
	}
	if p == "/" {
		c.ask(who, at.Add(time.Second), "/img/aurora.jpg", here)
		for _, t := range titles[:4+c.random.IntN(len(titles)-3)] { // lazy: as far as he scrolls
			c.ask(who, at.Add(time.Second), t.Small(), here)
		}
		return
	}
	if i := slices.IndexFunc(titles, func(t title) bool { return t.Page == p }); i >= 0 {
		c.ask(who, at.Add(time.Second), titles[i].Image, here)
	}
}

// pick is a title by Zipf's law.
func (c *visitors) pick() title { return titles[crowd.Pick(c.random, c.zipf)] }

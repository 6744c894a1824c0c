package demosite

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"
)

// crowd makes the requests of everybody who comes to the site.
type crowd struct {
	base     string
	start    time.Time
	random   *rand.Rand
	zipf     []float64 // by title, adding up to 1
	sizes    map[string]int64
	requests []request
}

// client is who asks.
type client struct {
	address, region, agent string
	edge                   int
	mobile                 bool
}

// request is one line of the log.
type request struct {
	at                           time.Time
	client                       *client
	method, path, query, referer string
	ranges                       string
	status                       int
	bytes                        int64
	cache                        string
}

func newCrowd(base string, end time.Time) *crowd {
	c := &crowd{
		base: base, start: end.Add(-LogSpan), random: rand.New(rand.NewPCG(1, 2)), sizes: map[string]int64{},
	}
	sum := 0.0
	for i := range titles {
		c.zipf = append(c.zipf, 1/math.Pow(float64(i+1), 0.9))
		sum += c.zipf[i]
	}
	for i := range c.zipf {
		c.zipf[i] /= sum
	}
	return c
}

// arrive lets the next one come: of a hundred, so many are who they are.
func (c *crowd) arrive() {
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
func (c *crowd) moment() time.Time {
	for {
		at := c.start.Add(time.Duration(c.random.Int64N(int64(LogSpan/time.Second)))*time.Second - 10*time.Minute)
		if at.Before(c.start) {
			at = c.start
		}
		hour := float64(at.Hour()) + float64(at.Minute())/60
		if c.random.Float64() < 0.55+0.45*math.Cos((hour-20)/24*2*math.Pi) {
			return at
		}
	}
}

var people = []struct {
	agent  string
	mobile bool
}{
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36", false},
	{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15", false},
	{"Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", false},
	{"AppleCoreMedia/1.0.0.22F76 (Apple TV; U; CPU OS 18_5 like Mac OS X; en_us)", false},
	{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", true},
	{"Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36", true},
	{"ExoPlayerLib/2.19.1 (Linux; Android 14)", true},
}

var regions = []string{"DE", "DE", "FR", "SG", "SG", "US", "BR", "JP"}

// person is a viewer or reader; there are some hundreds.
func (c *crowd) person() *client {
	n := c.random.IntN(600)
	p := people[n%len(people)]
	return &client{
		address: fmt.Sprintf("198.51.%d.%d", 100+n/250, 1+n%250), region: regions[n%len(regions)], agent: p.agent,
		edge: n % edgeCount, mobile: p.mobile,
	}
}

func (c *crowd) machine(address, agent string) *client {
	return &client{address: address, region: "US", agent: agent, edge: 0}
}

// ask adds a request for a whole file.
func (c *crowd) ask(who *client, at time.Time, p, referer string) {
	r := request{at: at, client: who, method: http.MethodGet, path: p, referer: referer, status: http.StatusOK, bytes: c.size(p)}
	switch n := c.random.IntN(1000); {
	case n < 4: // the client hangs up
		r.status, r.bytes = 499, r.bytes/3
	case n < 7:
		r.status, r.bytes = http.StatusBadGateway, 552
	case n < 35 && !strings.HasPrefix(p, "/vod/"): // the browser has it still
		r.status, r.bytes = http.StatusNotModified, 0
	}
	c.requests = append(c.requests, r)
}

// fetch adds what a player asks for to have a part.
func (c *crowd) fetch(who *client, at time.Time, p part, referer string) {
	c.ask(who, at, p.path, referer)
	if p.length == 0 {
		return
	}
	r := &c.requests[len(c.requests)-1]
	if r.status == http.StatusOK {
		r.status, r.bytes = http.StatusPartialContent, p.length
		r.ranges = fmt.Sprintf("bytes=%d-%d", p.offset, p.offset+p.length-1)
	}
}

// size is how long the answer to a path is.
func (c *crowd) size(p string) int64 {
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
func (c *crowd) read(at time.Time) {
	who := c.person()
	p, referer := "/", ""
	for range 1 + c.random.IntN(3) {
		c.open(who, at, p, referer)
		referer, p = c.base+encoded(p), c.pick().Page
		at = at.Add(time.Duration(4+c.random.IntN(40)) * time.Second)
	}
	if c.random.IntN(3) == 0 {
		c.ask(who, at, []string{"/help/", "/über-uns/", "/account/"}[c.random.IntN(3)], referer)
	}
	if c.random.IntN(6) == 0 {
		c.ask(who, at.Add(time.Second), "/search", referer)
		c.requests[len(c.requests)-1].query = []string{"q=sea", "q=harbour", "q=%2e%2e%2f"}[c.random.IntN(3)]
	}
}

// open is a page with what belongs to it, as far as the browser does not have it.
func (c *crowd) open(who *client, at time.Time, p, referer string) {
	c.ask(who, at, p, referer)
	here := c.base + encoded(p)
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
func (c *crowd) pick() title {
	x := c.random.Float64()
	for i, share := range c.zipf {
		if x -= share; x < 0 {
			return titles[i]
		}
	}
	return titles[0]
}

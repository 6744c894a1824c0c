package config

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The bounds of what makes sense, so that a slip of the finger is seen before a run.
const (
	maxConcurrency   = 1024   // sockets of one process
	maxCrawlRate     = 10_000 // requests a second that one host could bear
	maxPageDepth     = 100    // links deep
	maxPlaylistDepth = 3      // levels that EdgeOne itself resolves
	maxSubmitRate    = 20     // requests a second that EdgeOne's API takes
	maxWeight        = 1e9    // far above any count of requests
	maxTimeout       = 24 * time.Hour
	maxHeaders       = 100  // of requests
	maxHeaderValue   = 4096 // bytes
)

// Validate checks every value once more, after flags or code have set some, and brings the zones' hosts to their normal
// form. The error is an *Error with all problems;
// they have no place, because what was wrong in the file was said by Load.
func (c *Config) Validate() error {
	unplaced := *c
	unplaced.file, unplaced.places = "", nil
	d := decoder{config: &unplaced}
	d.validate()
	if len(d.problems) > 0 {
		return &Error{Problems: d.inOrder()}
	}
	return nil
}

// validate adds what is wrong with the values, but of those that already have a problem.
func (d *decoder) validate() {
	c := d.config
	d.words()
	d.endpoint(c.Account.Endpoint)
	d.zones(c.Account.Zones)
	for i, s := range c.Sources {
		d.checkSource(fmt.Sprintf("sources[%d]", i), s)
	}
	d.crawl(&c.Crawl)
	d.renditions(&c.Playlists.Renditions)
	d.duration("submit.propagation", c.Submit.Propagation, 0)
	d.duration("playlists.from", c.Playlists.From, 0)
	d.duration("playlists.start", c.Playlists.Start, 0)
	d.count("playlists.live_last", c.Playlists.LiveLast, 0, 1_000_000)
	d.popularity(&c.Popularity)
	d.plan(&c.Plan)
	d.number("submit.rate", c.Submit.Rate, submitRate(c.Account.API))
	if !c.Submit.Early.isValid() {
		d.wrong("submit.early", "", "submit.early is neither a share from 0%% to 100%% nor a number of units")
	}
	d.account(c)
	d.headers("submit.headers", c.Submit.Headers)
	d.texts("submit.keyed_headers", c.Submit.KeyedHeaders)
	d.serve(&c.Serve, c.Sources)
	d.state(c.State)
	if c.Crawl.Workers && !strings.Contains(c.State, "://") {
		d.wrong("crawl.workers", "state: postgres://USER@HOST:5432/DATABASE, or leave crawl.workers out",
			"crawl.workers is true, and state names a file: workers on other machines share a ledger on PostgreSQL")
	}
}

// wrong adds a problem of the value at key, placed where it, or else what holds it, was read.
func (d *decoder) wrong(key, hint, format string, args ...any) {
	if slices.ContainsFunc(d.problems, func(p Problem) bool { return p.Key == key }) {
		return
	}
	p := Problem{Key: key, Text: fmt.Sprintf(format, args...), Hint: hint}
	for at := key; at != ""; at = at[:max(0, strings.LastIndexAny(at, ".["))] {
		if where, ok := d.config.places[at]; ok {
			p.Line, p.Column, p.Variable = where.line, where.column, where.variable
			break
		}
	}
	d.add(p)
}

// words checks the values that are one of a few words, which code or flags may have set.
func (d *decoder) words() {
	for _, l := range leaves(d.config) {
		words := strings.Fields(l.tag.Get("oneof"))
		if len(words) > 0 && !slices.Contains(words, l.value.String()) {
			wrong, hint := setWord(l.value, l.key, words, l.value.String())
			d.wrong(l.key, hint, "%s", wrong)
		}
	}
}

func (d *decoder) crawl(c *Crawl) {
	d.texts("crawl.include", c.Include)
	d.texts("crawl.exclude", c.Exclude)
	for i, r := range c.Rewrite {
		d.rewrite(fmt.Sprintf("crawl.rewrite[%d]", i), r)
	}
	d.count("crawl.page_depth", c.PageDepth, 0, maxPageDepth)
	d.count("crawl.playlist_depth", c.PlaylistDepth, 0, maxPlaylistDepth)
	d.count("crawl.concurrency", c.Concurrency, 1, maxConcurrency)
	d.number("crawl.rate", c.Rate, maxCrawlRate)
	d.duration("crawl.timeout", c.Timeout, 1)
	if c.Timeout > maxTimeout {
		d.wrong("crawl.timeout", "", "crawl.timeout is more than a day")
	}
	d.headers("crawl.headers", c.Headers)
}

func (d *decoder) renditions(r *Renditions) {
	const key = "playlists.renditions"
	for name, n := range map[string]int64{
		"min_height": int64(r.MinHeight), "max_height": int64(r.MaxHeight), "min_bandwidth": r.MinBandwidth,
		"max_bandwidth": r.MaxBandwidth, "best": int64(r.Best), "worst": int64(r.Worst),
	} {
		if n < 0 {
			d.wrong(join(key, name), "", "%s.%s is %d, which is below 0", key, name, n)
		}
	}
	if r.MaxHeight > 0 && r.MinHeight > r.MaxHeight {
		d.wrong(key+".min_height", "", "%s.min_height is above max_height: no rendition is left", key)
	}
	if r.MaxBandwidth > 0 && r.MinBandwidth > r.MaxBandwidth {
		d.wrong(key+".min_bandwidth", "", "%s.min_bandwidth is above max_bandwidth: no rendition is left", key)
	}
	d.texts(key+".languages", r.Languages)
	d.texts(key+".codecs", r.Codecs)
}

func (d *decoder) plan(p *Plan) {
	if p.Quota < 0 && p.Quota != AutoQuota {
		d.wrong("plan.quota", "", "plan.quota is %d, which is below 0", p.Quota)
	}
	if !p.Reserve.isValid() {
		d.wrong("plan.reserve", "", "plan.reserve is neither a share from 0%% to 100%% nor a number of units")
	}
	d.duration("plan.ttl", p.TTL, 0)
	d.rules(p)
}

func (d *decoder) count(key string, n, least, most int) {
	if n < least || n > most {
		d.wrong(key, "", "%s is %d, which is not from %d to %d", key, n, least, most)
	}
}

func (d *decoder) number(key string, f float64, most float64) {
	if !(f > 0 && f <= most) || math.IsNaN(f) {
		d.wrong(key, "", "%s is %v, which is not above 0 and at most %v", key, f, most)
	}
}

func (d *decoder) duration(key string, t, least time.Duration) {
	switch {
	case t < 0:
		d.wrong(key, "", "%s is below 0", key)
	case t < least:
		d.wrong(key, "", "%s is 0: nothing would be done in time", key)
	case t > maxDuration:
		d.wrong(key, "", "%s is more than ten years", key)
	}
}

func (d *decoder) text(key, s string) {
	switch {
	case strings.TrimSpace(s) == "":
		d.wrong(key, "leave it out for its default", "%s is empty", key)
	case strings.ContainsFunc(s, isControl):
		d.wrong(key, "", "%s has a control character", key)
	}
}

func (d *decoder) texts(key string, list []string) {
	for i, s := range list {
		item := fmt.Sprintf("%s[%d]", key, i)
		switch {
		case strings.TrimSpace(s) == "":
			d.wrong(item, "", "%s is empty", item)
		case strings.ContainsFunc(s, isControl):
			d.wrong(item, "", "%s has a control character", item)
		}
	}
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// headers checks names and values; values are never shown.
func (d *decoder) headers(key string, h map[string]string) {
	if len(h) > maxHeaders {
		d.wrong(key, "", "%s has %d headers; at most %d go with a request", key, len(h), maxHeaders)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		item := join(key, name)
		switch value := h[name]; {
		case !isHeaderName(name):
			d.wrong(item, "a name has letters, digits and hyphens", "%s has the header name %s, which cannot be sent", key, show(name))
		case strings.ContainsFunc(value, isControl):
			d.wrong(item, "", "%s: the value has a line break or another control character", item)
		case len(value) > maxHeaderValue:
			d.wrong(item, "", "%s: the value is longer than %d bytes", item, maxHeaderValue)
		}
	}
}

// isHeaderName says whether name is a token of RFC 9110, section 5.6.2.
func isHeaderName(name string) bool {
	const marks = "!#$%&'*+-.^_`|~"
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune(marks, r))
	})
}

var zoneID = regexp.MustCompile(`^(zone-[0-9A-Za-z][0-9A-Za-z-]*|\*)$`)

// zoneName is that of a group of hosts which no service knows.
var zoneName = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$`)

package planner

import (
	"hash/maphash"
	"math"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
)

// Planner chooses what to warm. Add the resources, documents before what they list, then ask for the Plan. It does no I/O,
// has no goroutine and no clock: the same resources give the same targets, in whatever order they were added otherwise. A
// Planner makes one plan and is not safe for concurrent use.
type Planner struct {
	// Budget is how many units of quota each zone may spend. A zone that it lacks has none; a nil map bounds nothing, and
	// holds every target in memory.
	Budget map[string]int
	// Days plans so many days ahead: the best on the first day's Budget, the next best on the Daily one of the day after.
	// 0 and 1 are one day. A nil Daily is the Budget again.
	Days  int
	Daily map[string]int
	// Zones are the hosts of each zone: cdn.example.com, *.example.com, or * for all. The exact one wins over a wildcard,
	// a longer wildcard over a shorter one.
	Zones map[string][]string
	// Include, when it is not empty, holds globs one of which a target's URL must match; Exclude those that it must not,
	// which wins. * stands for any run of characters.
	Include, Exclude []string
	// Pin has patterns of what comes before everything else, whatever it is worth, with what it needs; Block of what is
	// never a target. A pattern without a slash names a host, as in Zones. Any other is a glob of the URL, or of the URL
	// of the title, and then holds for all of the title.
	Pin, Block []string
	// Boost multiplies scores; where several match, their product does.
	Boost []Boost
	// Floor is what matching targets get at least, if there are so many, and Cap what they get at most. The first that
	// matches counts. TitleCap is how many units the parts of one title may take; 0 is any number.
	Floor, Cap []Bound
	TitleCap   int
	// Popularity tells what people asked for; one that is a Forecaster, what to expect. nil knows nothing, and sitemaps and
	// playlists alone order the plan.
	Popularity Popularity
	// Miss is what a miss costs.
	Miss MissCost
	// At is the time that the plan is for, by which what came out lately is known. Zero: what is newer only breaks ties.
	At time.Time
	// Weights are those of seeds, by the URL that the crawler yields each under; they hold for all that the seed led to.
	// A seed that is not in it has 1. See Why for what they do.
	Weights map[string]float64
	// Warm tells that a URL need not be warmed again. nil takes all for cold.
	Warm func(zone, url string) bool
	// Cold is the probability that what was warmed before is needed again: the share of the coming hours for which it is
	// cold, from 0 to 1. nil is 1 for everything.
	Cold func(zone, url string) float64
	// Keys plans decryption keys too. They are secrets that caches mostly must not hold, so they are left out by default.
	Keys bool
	// HoldOut keeps a share of the targets out, to measure by. Zero: none.
	HoldOut HoldOut
	// OnLeftOut, when set, is told of each resource that is left out, when that is certain: at the latest in Plan.
	OnLeftOut func(LeftOut)

	started    bool
	unbounded  bool
	forecaster Forecaster
	hosts      zoneTable
	zones      map[string]*zone
	origin     origin
	lineage    lineage
	memo       memo
	batch      batch
	pool       pool
	curve      curve
	leftOut    map[Reason]int
	// hopeless counts those of them that leaveHopeless left out.
	hopeless   int
	discovered int
}

var inf = math.Inf(1)

func (p *Planner) start() {
	if p.started {
		return
	}
	p.started = true
	p.unbounded = p.Budget == nil
	p.forecaster, _ = p.Popularity.(Forecaster)
	p.hosts = newZoneTable(p.Zones)
	p.zones = map[string]*zone{}
	p.lineage = lineage{}
	p.pool = pool{limit: leastRoom, seed: maphash.MakeSeed(), gone: map[uint64]struct{}{}}
	p.leftOut = map[Reason]int{}
}

// Add considers one resource. A resource is to be added once.
func (p *Planner) Add(r crawler.Resource) {
	p.start()
	p.discovered++
	p.gather(&r)
}

// consider decides whether a resource may become a target.
func (p *Planner) consider(g *gathered) {
	r := &g.Resource
	if r.LastMod = dateOf(r); r.LastMod.IsZero() {
		r.LastMod = g.from.hints.date // that of its title
	}
	f := p.forecast(r, g.counted)
	var why Why
	m := p.value(&why, r, &f, &g.from, g.cold)
	if m.hopeless(g.zone) {
		p.leaveHopeless(r.URL)
		return
	}
	why.count(&f)
	c := &candidate{
		Target: Target{
			URL: r.URL, Zone: g.zone.name, Kind: r.Kind, Title: r.Title, Cost: 1, Score: m.own, Why: why, State: statePlanned,
		},
		parent: parentOf(r), zone: g.zone, lastMod: r.LastMod, start: r.Start, level: levelOf(r), merit: m,
	}
	c.drawn = p.HoldOut.draws(&c.Target)
	p.offer(c)
}

// value finds what a candidate is worth, and what of its chances is up to rules.
func (p *Planner) value(why *Why, r *crawler.Resource, f *Forecast, from *ancestry, cold float64) (m merit) {
	why.Expected, why.Cold, why.Miss = rounded(f.Expected), rounded(f.Cold*cold), p.Miss.of(r, f.Demand)
	why.Prior, why.Weight, why.Boost = rounded(p.prior(r, &from.hints)), from.weight, p.boost(r)
	m.own = why.own()
	m.needed, m.hot = isNeeded(r), f.Cold*cold < hotEnough
	m.pinned = anyMatches(p.Pin, r)
	m.floor, m.cap = bound(p.Floor, r), bound(p.Cap, r)
	p.curve.add(m.own, why.Expected*why.Cold)
	return m
}

func (p *Planner) leave(url string, reason Reason) { p.tell(LeftOut{URL: url, Reason: reason}) }

// leaveHopeless leaves out what could not be chosen any more when it came: nearly everything, so that it costs next to
// nothing when nobody listens.
func (p *Planner) leaveHopeless(url string) {
	if p.OnLeftOut == nil {
		p.hopeless++
		return
	}
	p.leave(url, OverQuota)
}

// leaveOver leaves out what others were worth more than.
func (p *Planner) leaveOver(c *candidate) { p.leaveWorth(c, OverQuota) }

// leaveWorth leaves out what is worth something.
func (p *Planner) leaveWorth(c *candidate, reason Reason) {
	p.tell(LeftOut{URL: c.URL, Reason: reason, Zone: c.zone.name, Score: c.Score, Why: c.Why})
}

func (p *Planner) tell(l LeftOut) {
	p.leftOut[l.Reason]++
	if p.OnLeftOut != nil {
		p.OnLeftOut(l)
	}
}

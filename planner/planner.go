package planner

import (
	"cmp"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/glob"
)

// Planner chooses what to warm. Add the resources, then ask for the Plan. It does no I/O, has no goroutine and no clock:
// the same resources give the same plan, in whatever order they were added; where Weights are set, documents come before
// what they list. It holds as many targets as the budget has units, and with Weights the documents of weighted seeds. A Planner makes one plan and is not safe for concurrent use.
type Planner struct {
	// Budget is how many units of quota each zone may spend. A zone that it lacks has none; a nil map bounds nothing, and
	// holds every target in memory.
	Budget map[string]int
	// Zones are the hosts of each zone: cdn.example.com, *.example.com, or * for all. The exact one wins over a wildcard,
	// a longer wildcard over a shorter one.
	Zones map[string][]string
	// Include, when it is not empty, holds globs one of which a target's URL must match; Exclude those that it must not,
	// which wins. * stands for any run of characters.
	Include, Exclude []string
	// Popularity tells what people asked for. nil knows nothing, and sitemaps and playlists alone order the plan.
	Popularity Popularity
	// Weights are those of seeds, by the URL that the crawler yields each under; they hold for all that the seed led to.
	// A seed that is not in it has 1. See Why for what they do.
	Weights map[string]float64
	// Warm tells that a URL need not be warmed again. nil takes all for cold.
	Warm func(zone, url string) bool
	// Keys plans decryption keys too. They are secrets that caches mostly must not hold, so they are left out by default.
	Keys bool
	// OnLeftOut, when set, is told of each resource that is left out, as soon as that is certain.
	OnLeftOut func(LeftOut)

	started    bool
	hosts      zoneTable
	lineage    map[string]float64
	queues     map[string]*targetHeap
	leftOut    map[Reason]int
	discovered int
}

// Popularity is demand by URL. popularity.Counter has it from access logs.
type Popularity interface {
	// Demand returns the zero Demand for a URL that nobody asked for. It is called once a resource.
	Demand(url string) Demand
}

func (p *Planner) start() {
	if p.started {
		return
	}
	p.started = true
	p.hosts = newZoneTable(p.Zones)
	p.lineage = map[string]float64{}
	p.queues = map[string]*targetHeap{}
	p.leftOut = map[Reason]int{}
}

// Add considers one resource. A resource is to be added once; what it lists, after it.
func (p *Planner) Add(r crawler.Resource) {
	p.start()
	p.discovered++
	weight := p.inherit(&r)
	zone, reason := p.place(&r)
	if reason != "" {
		p.leave(r.URL, reason)
		return
	}
	t := Target{URL: r.URL, Zone: zone, Kind: r.Kind, Cost: 1, State: statePlanned, lastMod: r.LastMod, start: r.Start}
	var demand Demand
	if p.Popularity != nil {
		demand = p.Popularity.Demand(r.URL)
	}
	t.Why = explain(&r, demand, weight)
	t.Score = t.Why.score()
	p.offer(t)
}

// statePlanned is the state of each target of a plan; submitting moves it on.
const statePlanned = "planned"

// place returns the zone of a resource, or why it can't be a target.
func (p *Planner) place(r *crawler.Resource) (string, Reason) {
	if reason := p.unfit(r); reason != "" {
		return "", reason
	}
	zone, ok := p.hosts.zone(hostOf(r.URL))
	switch {
	case !ok:
		return "", NoZone
	case p.Warm != nil && p.Warm(zone, r.URL):
		return "", Warm
	}
	return zone, ""
}

// unfit is why a resource can't be a target whatever its zone.
func (p *Planner) unfit(r *crawler.Resource) Reason {
	switch {
	case r.Err != nil && r.Kind == "":
		return Invalid
	case r.Err != nil:
		return Failed
	case r.Kind == crawler.Sitemap:
		return DocumentOnly
	case r.Kind == crawler.Key && !p.Keys:
		return Key
	case r.Kind == crawler.Playlist && r.Role == crawler.RoleLive:
		return Live
	case r.Role == crawler.RoleGap:
		return Gap
	case glob.Any(p.Exclude, r.URL), len(p.Include) > 0 && !glob.Any(p.Include, r.URL):
		return Excluded
	}
	return ""
}

// inherit returns the weight of the seed that a resource came from. Only documents of weighted seeds are remembered.
func (p *Planner) inherit(r *crawler.Resource) float64 {
	if len(p.Weights) == 0 {
		return 1
	}
	weight, ok := p.lineage[r.Parent]
	if !ok { // a seed, or the sitemap of a site, which comes before the site itself
		weight, ok = p.Weights[cmp.Or(r.Parent, r.URL)]
	}
	if !ok {
		return 1
	}
	switch r.Kind {
	case crawler.Site, crawler.Sitemap, crawler.Page, crawler.Playlist:
		p.lineage[r.URL] = weight
	}
	return weight
}

// offer puts a target into its zone's queue, from which the worst one falls when the budget is spent.
func (p *Planner) offer(t Target) {
	q := p.queues[t.Zone]
	if q == nil {
		q = new(targetHeap)
		p.queues[t.Zone] = q
	}
	if p.Budget == nil || q.len() < p.Budget[t.Zone] {
		q.push(t)
		return
	}
	if q.len() > 0 && t.before(q.worst()) {
		t, *q.worst() = *q.worst(), t
		q.sink()
	}
	p.leave(t.URL, OverQuota)
}

func (p *Planner) leave(url string, reason Reason) {
	p.leftOut[reason]++
	if p.OnLeftOut != nil {
		p.OnLeftOut(LeftOut{URL: url, Reason: reason})
	}
}

// Plan returns what the budget holds of what was added, best first. Discovered = len(Targets) + the sum of LeftOut.
func (p *Planner) Plan() *Plan {
	p.start()
	plan := &Plan{Discovered: p.discovered, LeftOut: p.leftOut}
	for _, q := range p.queues {
		plan.Targets = append(plan.Targets, q.targets...)
	}
	plan.rank()
	return plan
}

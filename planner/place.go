package planner

import (
	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/glob"
)

// place returns the zone of a resource, or why it can't be a target.
func (p *Planner) place(r *crawler.Resource) (*zone, Reason) {
	if reason := p.unfit(r); reason != "" {
		return nil, reason
	}
	name, ok := p.hosts.zone(hostOf(r.URL))
	switch {
	case !ok:
		return nil, NoZone
	case p.Warm != nil && p.Warm(name, r.URL):
		return nil, Warm
	}
	z := p.zones[name]
	if z == nil {
		z = &zone{name: name, units: p.budget(name), unbounded: p.unbounded}
		p.zones[name] = z
	}
	return z, ""
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
	case anyMatches(p.Block, r):
		return Blocked
	}
	return ""
}

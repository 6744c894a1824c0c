package planner

import (
	"strings"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/glob"
)

// place returns the zone of a resource, or why it can't be a target.
func (p *Planner) place(r *crawler.Resource) (*zone, Reason) {
	if reason := p.unfit(r); reason != "" {
		return nil, reason
	}
	z := p.zoneOf(r.URL)
	switch {
	case z == nil:
		return nil, NoZone
	case p.Warm != nil && p.Warm(z.name, r.URL):
		return nil, Warm
	}
	return z, ""
}

// origin is the zone of the last origin that was asked for: most URLs are of the same one as those before.
type origin struct {
	prefix string
	zone   *zone
}

// zoneOf is the zone of a URL, nil for none.
func (p *Planner) zoneOf(url string) *zone {
	if n := len(p.origin.prefix); n > 0 && len(url) > n && url[n] == '/' && url[:n] == p.origin.prefix {
		return p.origin.zone
	}
	host := hostOf(url)
	name, ok := p.hosts.zone(host)
	if !ok {
		return nil
	}
	z := p.zones[name]
	if z == nil {
		z = &zone{name: name, units: p.budget(name), unbounded: p.unbounded}
		p.zones[name] = z
	}
	if at := strings.Index(url, "://"+host+"/"); at >= 0 {
		p.origin = origin{url[:at+len("://")+len(host)], z}
	}
	return z
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

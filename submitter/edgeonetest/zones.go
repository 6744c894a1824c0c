package edgeonetest

// The API's pages of these lists.
const (
	defaultPage    = 20
	maxZonesPage   = 100
	maxDomainsPage = 200
)

// page is which part of a list is asked for.
type page struct{ Offset, Limit *int64 }

// cut gives the bounds of the page in a list, or why there is none.
func (p page) cut(length, largest int) (from, to int, fail *answer) {
	offset, limit := int64(0), int64(defaultPage)
	if p.Offset != nil {
		offset = *p.Offset
	}
	if p.Limit != nil {
		limit = *p.Limit
	}
	if offset < 0 || limit < 0 || limit > int64(largest) {
		return 0, 0, refused("InvalidParameterValue", "Offset is at least 0, and Limit between 0 and %d", largest)
	}
	from = int(min(offset, int64(length)))
	return from, int(min(int64(from)+limit, int64(length))), nil
}

func (s *Simulator) describeZones(c *call) answer {
	var p struct {
		page
		Filters []filter
	}
	if fail := c.decode(&p); fail != nil {
		return *fail
	}
	all := []any{}
	for _, z := range s.o.Zones {
		if matches(p.Filters, "zone-id", z.ID) && matches(p.Filters, "zone-name", z.Name) {
			all = append(all, map[string]any{"ZoneId": z.ID, "ZoneName": z.Name, "Status": "active", "Paused": z.Paused, "ActiveStatus": "active", "Type": "partial"})
		}
	}
	from, to, fail := p.cut(len(all), maxZonesPage)
	if fail != nil {
		return *fail
	}
	return answer{fields: map[string]any{"TotalCount": len(all), "Zones": all[from:to]}}
}

func (s *Simulator) describeAccelerationDomains(c *call) answer {
	var p struct {
		page
		ZoneID  string
		Filters []filter
	}
	if fail := c.decode(&p); fail != nil {
		return *fail
	}
	z := s.zone(p.ZoneID)
	if z == nil {
		return refuse("InvalidParameter.ZoneNotFound", "the zone %q is not found", p.ZoneID)
	}
	c.zone = z.ID
	all := []any{}
	add := func(host, status string) {
		if matches(p.Filters, "domain-name", host) {
			all = append(all, map[string]any{"ZoneId": z.ID, "DomainName": host, "DomainStatus": status, "Cname": host + ".eo.dnse0.com"})
		}
	}
	for _, host := range z.Hosts {
		add(host, "online")
	}
	for _, host := range z.Offline {
		add(host, "offline")
	}
	from, to, fail := p.cut(len(all), maxDomainsPage)
	if fail != nil {
		return *fail
	}
	return answer{fields: map[string]any{"TotalCount": len(all), "AccelerationDomains": all[from:to]}}
}

func (s *Simulator) zone(id string) *Zone {
	for i := range s.o.Zones {
		if s.o.Zones[i].ID == id {
			return &s.o.Zones[i]
		}
	}
	return nil
}

// filter is how lists are narrowed.
type filter struct {
	Name   string
	Values []string
	Fuzzy  bool
}

// matches is whether the filters of a name, if any, let the value through.
func matches(filters []filter, name, value string) bool {
	for _, f := range filters {
		if f.Name == name && !f.lets(value) {
			return false
		}
	}
	return true
}

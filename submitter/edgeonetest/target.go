package edgeonetest

import (
	"net/url"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/internal/glob"
)

// maxTarget is longer than any URL that a browser takes.
const maxTarget = 8 << 10

// placed is a target with the zone that it belongs to.
type placed struct {
	url  string
	zone *Zone
}

// place finds the zone of each target: the zone itself, or with "*" the one that has the host. One that is wrong refuses
// them all.
func (s *Simulator) place(zone *Zone, targets []string) ([]placed, *answer) {
	out := make([]placed, 0, len(targets))
	for _, t := range targets {
		host, ok := targetHost(t)
		if !ok {
			return nil, refused("InvalidParameter.Target", "the target %.200q is not a URL", t)
		}
		for _, bad := range s.o.Bad {
			if glob.Match(bad.Glob, t) {
				orElse(&bad.Reason, "the target is not valid")
				return nil, refused("InvalidParameter.Target", "%s", bad.Reason)
			}
		}
		z := s.owner(zone, host)
		if z == nil {
			return nil, refused("InvalidParameter.DomainNotFound", "the domain name %.200q does not exist or does not belong to the zone", host)
		}
		out = append(out, placed{t, z})
	}
	return out, nil
}

// targetHost is false for what is not an absolute http URL in printable ASCII.
func targetHost(target string) (string, bool) {
	if len(target) > maxTarget || strings.ContainsFunc(target, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return "", false
	}
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", false
	}
	return strings.ToLower(u.Hostname()), true
}

// owner is the zone that has the host, an exact name before a wildcard; zone nil looks in all of them.
func (s *Simulator) owner(zone *Zone, host string) *Zone {
	if zone != nil {
		if slices.ContainsFunc(zone.Hosts, func(p string) bool { return glob.Host(p, host) }) {
			return zone
		}
		return nil
	}
	var wild *Zone
	for i := range s.o.Zones {
		z := &s.o.Zones[i]
		switch {
		case z.Paused:
		case slices.Contains(z.Hosts, host):
			return z
		case wild == nil && s.owner(z, host) != nil:
			wild = z
		}
	}
	return wild
}

// failReason is why a target is put on the FailedList; empty when it is not.
func (s *Simulator) failReason(target string) string {
	for _, m := range s.o.Fail {
		if glob.Match(m.Glob, target) {
			orElse(&m.Reason, "the URL cannot be prefetched")
			return m.Reason
		}
	}
	return ""
}

package planner

import (
	"cmp"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/internal/glob"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// zoneTable finds the zone of a host: first by its exact name, then by the longest wildcard.
type zoneTable struct {
	exact     map[string]string
	wildcards []wildcard
}

type wildcard struct{ pattern, zone string }

func newZoneTable(zones map[string][]string) zoneTable {
	t := zoneTable{exact: map[string]string{}}
	names := make([]string, 0, len(zones))
	for name := range zones {
		names = append(names, name)
	}
	slices.Sort(names) // a host that two zones name goes to the first, every time
	for _, name := range names {
		for _, pattern := range zones[name] {
			t.add(strings.ToLower(pattern), name)
		}
	}
	slices.SortStableFunc(t.wildcards, func(a, b wildcard) int { return cmp.Compare(len(b.pattern), len(a.pattern)) })
	return t
}

func (t *zoneTable) add(pattern, zone string) {
	if strings.HasPrefix(pattern, "*") {
		t.wildcards = append(t.wildcards, wildcard{pattern, zone})
		return
	}
	if _, taken := t.exact[pattern]; !taken {
		t.exact[pattern] = zone
	}
}

func (t *zoneTable) zone(host string) (string, bool) {
	if zone, ok := t.exact[host]; ok {
		return zone, true
	}
	for _, w := range t.wildcards {
		if glob.Host(w.pattern, host) {
			return w.zone, true
		}
	}
	return "", false
}

// ZoneFinder returns a function that finds the zone of a URL by the rules of Planner.Zones; false when its host is in
// none. It serves what submits URLs that no plan has.
func ZoneFinder(zones map[string][]string) func(url string) (zone string, ok bool) {
	t := newZoneTable(zones)
	return func(url string) (string, bool) { return t.zone(hostOf(url)) }
}

func hostOf(url string) string { return urlkey.Host(url) }

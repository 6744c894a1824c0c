package warm_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// Zones that the service names are found by the exact host before the wildcard, all in one run; one that is paused is told.
func TestZonesOfTheService(t *testing.T) {
	t.Parallel()
	w := newWorld(t, edgeonetest.Options{Zones: []edgeonetest.Zone{
		{ID: "zone-wild", Name: "wild.example", Hosts: []string{"*.0.0.1"}},
		{ID: "zone-exact", Name: "exact.example", Hosts: []string{"127.0.0.1"}},
		{ID: "zone-off", Name: "off.example", Hosts: []string{"off.example.com"}, Paused: true},
	}}, films(), "/b/index.m3u8")
	w.config.Account.Zones = nil
	if s := w.mustRun(t, warm.RunOptions{}); s.Accepted != 5 {
		t.Errorf("got %+v", s)
	}
	for _, a := range w.sim.Accepted() {
		if a.Zone != "zone-exact" {
			t.Errorf("%s went to %s", a.URL, a.Zone)
		}
	}
	w.said(t, "zone zone-off (off.example) is paused")
}

// A zone of the config that is paused, or that lacks the feature, is said so with what to do, and the others go on.
func TestZonesThatDoNotServe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		o    edgeonetest.Options
		want string
	}{
		"paused":              {edgeonetest.Options{}, "the zone is paused or not active"},
		"without the feature": {edgeonetest.Options{Faults: []edgeonetest.Fault{{Kind: edgeonetest.Code, Code: "UnsupportedOperation", Action: "DescribeContentQuota", Times: 1}}}, "does not have this feature"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := everyZone(t, c.o)
				w.config.Account.Zones = map[string][]string{"zone-cdn": {"cdn.example.com"}, "zone-vod": {"*.vod.example.com"}}
				if name == "paused" {
					w.sim.Update(func(o *edgeonetest.Options) { o.Zones[1].Paused = true })
				}
				s, err := w.send(t, 5, "cdn.example.com", "a.vod.example.com")
				if err != nil || s.Accepted != 5 || s.Deferred != 5 || s.Exit != warm.ExitPartly {
					t.Errorf("%v: %+v", err, s)
				}
				if len(w.faults) != 1 || !strings.Contains(w.faults[0], c.want) {
					t.Errorf("it says %q", w.faults)
				}
			})
		})
	}
}

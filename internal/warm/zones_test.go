package warm_test

import (
	"testing"

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

package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/daemon"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// Runs of one config share a client of the service; after a reload the next has one by the new config, whatever changed.
func TestServeJobsTakeUpTheConfig(t *testing.T) {
	t.Parallel()
	origin := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer origin.Close()
	c := config.Default()
	c.Account.API, c.Account.Zones = "http", map[string][]string{"cache": {"127.0.0.1"}}
	c.Crawl.PrivateNetworks, c.Crawl.Robots = true, "ignore"
	c.State = filepath.Join(t.TempDir(), "edgewarm.db")
	c.Plan.Quota, c.Plan.Reserve = 1, config.Reserve{}
	for _, path := range []string{"/a.mp4", "/b.mp4", "/c.mp4"} {
		c.Sources = append(c.Sources, config.Source{URL: origin.URL + path, Weight: 1})
	}
	j := &jobs{}
	defer j.close()
	run := func(accepted int) *warm.Warmer {
		t.Helper()
		given := *c
		s, err := j.run(t.Context(), &given, daemon.Job{Name: daemon.All, Sources: c.Sources}, warm.Watch{})
		if err != nil || s.Accepted != accepted {
			t.Errorf("got %+v, %v, want %d accepted", s, err, accepted)
		}
		return j.warmer
	}
	first := run(1)
	if run(0) != first {
		t.Error("the same config has another client")
	}
	c.Plan.Quota = 2
	if run(1) == first {
		t.Error("another config has the old client")
	}
}

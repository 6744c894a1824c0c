package submitter_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// simulated is a service with the rate of the real one, that lists tasks late.
func simulated(change func(*edgeonetest.Options)) *edgeonetest.Simulator {
	o := edgeZone()
	o.Rate, o.Batch, o.Latency, o.ListDelay = 20, 50, 30*time.Millisecond, 3*time.Second
	change(&o)
	return edgeonetest.New(o)
}

// simulatedTargets are n targets of the simulated zone.
func simulatedTargets(n int) []submitter.Target {
	all := targets("zone-1", n)
	for i, u := range edgeBatch(n).URLs {
		all[i].URL = u
	}
	return all
}

// wantSeen is that the service accepted each once, and was never asked too much.
func wantSeen(t *testing.T, sim *edgeonetest.Simulator, accepted int) {
	t.Helper()
	seen := sim.Summary()
	if seen.Accepted != accepted || seen.Duplicates != 0 || seen.Peak > 20 {
		t.Errorf("the service saw %d accepted, %d twice, %d requests in a second", seen.Accepted, seen.Duplicates, seen.Peak)
	}
	if q := seen.Quota["zone-1"]; q.Available < 0 {
		t.Errorf("the quota is overspent: %+v", q)
	}
}

// A zone that is paused is told apart from one that works.
func TestSimulatedPausedZone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sim := simulated(func(o *edgeonetest.Options) {
			o.Zones = append(o.Zones, edgeonetest.Zone{ID: "zone-2", Hosts: []string{"b.example.com"}, Paused: true})
		})
		all := simulatedTargets(100)
		all[50].Zone, all[50].URL = "zone-2", "https://b.example.com/1.ts"
		summary, err := (&submitter.Submitter{API: inProcess(sim)}).Submit(t.Context(), slices.Values(all))
		if _, ok := errors.AsType[*submitter.Error](err); !ok {
			t.Errorf("got %v", err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 99, Deferred: 1})
	})
}

// On a real socket and a real clock the pace is the same.
func TestSimulatedRealTime(t *testing.T) {
	t.Parallel()
	sim := simulated(func(o *edgeonetest.Options) { o.Batch, o.Latency = 1, 0 })
	server, err := sim.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	api := &submitter.EdgeOne{Endpoint: server.URL, Credentials: simulatorKeys}
	t.Cleanup(api.Close)
	summary, err := (&submitter.Submitter{API: api}).Submit(t.Context(), slices.Values(simulatedTargets(60)))
	if err != nil {
		t.Fatal(err)
	}
	wantTally(t, summary, submitter.Tally{Accepted: 60})
	wantSeen(t, sim, 60)
}

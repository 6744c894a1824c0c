package submitter_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/internal/simulator"
	"github.com/edgewarm/edgewarm/submitter"
)

// simulated is a service with the rate of the real one, that lists tasks late.
func simulated(change func(*simulator.Options)) *simulator.Simulator {
	o := edgeZone()
	o.Rate, o.Batch, o.Latency, o.ListDelay = 20, 50, 30*time.Millisecond, 3*time.Second
	change(&o)
	return simulator.New(o)
}

// simulatedTargets are n targets of the simulated zone.
func simulatedTargets(n int) []submitter.Target {
	all := targets("zone-1", n)
	for i, u := range edgeBatch(n).URLs {
		all[i].URL = u
	}
	return all
}

// TestSimulated submits through the client of EdgeOne to the simulator, in virtual time: whatever goes wrong, each
// target is accepted once or accounted for.
func TestSimulated(t *testing.T) {
	t.Parallel()
	on := func(f simulator.Fault) func(*simulator.Options) {
		if f.Action == "" {
			f.Action = "CreatePrefetchTask"
		}
		return func(o *simulator.Options) { o.Faults = []simulator.Fault{f} }
	}
	for name, test := range map[string]struct {
		options func(*simulator.Options)
		want    submitter.Tally
	}{
		"fault 85 too many requests": {on(simulator.Fault{Kind: simulator.Limit, Chance: 0.3}), submitter.Tally{Accepted: 1000}},
		"fault 85 any action":        {func(o *simulator.Options) { o.Faults = []simulator.Fault{{Kind: simulator.Limit, Chance: 0.3}} }, submitter.Tally{Accepted: 1000}},
		"fault 86 daily quota":       {func(o *simulator.Options) { o.Daily = 730 }, submitter.Tally{Accepted: 730, Deferred: 270}},
		"fault 88 a bad URL": {
			func(o *simulator.Options) { o.Batch = 1000; o.Bad = []simulator.Match{{Glob: "*/617.ts*"}} },
			submitter.Tally{Accepted: 999, Failed: 1},
		},
		"fault 88 failed list":       {func(o *simulator.Options) { o.Fail = []simulator.Match{{Glob: "*7.ts*"}} }, submitter.Tally{Accepted: 900, Failed: 100}},
		"fault 89 no job":            {on(simulator.Fault{Kind: simulator.NoJob, Every: 4}), submitter.Tally{Accepted: 1000}},
		"fault 89 html, not taken":   {on(simulator.Fault{Kind: simulator.HTML, Every: 8}), submitter.Tally{Accepted: 1000}},
		"fault 89 html, taken":       {on(simulator.Fault{Kind: simulator.HTML, Taken: true, Every: 4}), submitter.Tally{Accepted: 1000}},
		"fault 90 cut, not taken":    {on(simulator.Fault{Kind: simulator.Cut, Every: 8}), submitter.Tally{Accepted: 1000}},
		"fault 90 cut, taken":        {on(simulator.Fault{Kind: simulator.Cut, Taken: true, Every: 4}), submitter.Tally{Accepted: 1000}},
		"fault 90 internal error":    {on(simulator.Fault{Kind: simulator.Code, Every: 8}), submitter.Tally{Accepted: 1000}},
		"fault 90 answered too late": {on(simulator.Fault{Kind: simulator.Delay, Delay: 90 * time.Second, Every: 5}), submitter.Tally{Accepted: 1000}},
		"fault 92 unauthorized":      {func(o *simulator.Options) { o.Deny = []string{"CreatePrefetchTask"} }, submitter.Tally{Deferred: 1000}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sim, journal := simulated(test.options), &memory{}
				s := &submitter.Submitter{API: inProcess(sim), Journal: journal}
				summary, err := s.Submit(t.Context(), slices.Values(simulatedTargets(1000)))
				if denied := test.want.Accepted == 0; (err != nil) != denied || denied && submitter.ClassOf(err) != submitter.ClassUnauthorized {
					t.Errorf("got %v", err)
				}
				wantTally(t, summary, test.want)
				wantSeen(t, sim, test.want.Accepted)
				if got := journal.count(submitter.Intent) + journal.count(submitter.Unknown); got != 0 {
					t.Errorf("%d targets are not settled", got)
				}
			})
		})
	}
}

// wantSeen is that the service accepted each once, and was never asked too much.
func wantSeen(t *testing.T, sim *simulator.Simulator, accepted int) {
	t.Helper()
	seen := sim.Summary()
	if seen.Accepted != accepted || seen.Duplicates != 0 || seen.Peak > 20 {
		t.Errorf("the service saw %d accepted, %d twice, %d requests in a second", seen.Accepted, seen.Duplicates, seen.Peak)
	}
	if q := seen.Quota["zone-1"]; q.Available < 0 {
		t.Errorf("the quota is overspent: %+v", q)
	}
}

// Somebody else spends, and the batch shrinks, while we submit.
func TestSimulatedQuotaChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sim *simulator.Simulator
		sim = simulated(func(o *simulator.Options) {
			o.Batch, o.Daily = 100, 1000
			o.Before = func(number int, _ string) {
				switch number {
				case 3:
					sim.Update(func(o *simulator.Options) { o.Batch = 40 })
				case 6:
					sim.Spend("zone-1", 500)
				}
			}
		})
		s := &submitter.Submitter{API: inProcess(sim), Journal: &memory{}}
		summary, err := s.Submit(t.Context(), slices.Values(simulatedTargets(1000)))
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 500, Deferred: 500})
		wantSeen(t, sim, 500)
		if got := sim.Summary().Quota["zone-1"].Available; got != 0 {
			t.Errorf("%d units are left", got)
		}
	})
}

// A zone that is paused is told apart from one that works.
func TestSimulatedPausedZone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sim := simulated(func(o *simulator.Options) {
			o.Zones = append(o.Zones, simulator.Zone{ID: "zone-2", Hosts: []string{"b.example.com"}, Paused: true})
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
	if testing.Short() {
		t.Skip("takes three seconds of the real clock")
	}
	sim := simulated(func(o *simulator.Options) { o.Batch, o.Latency = 1, 0 })
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

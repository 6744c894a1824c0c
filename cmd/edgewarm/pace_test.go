package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/postgres/postgrestest"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// Two processes on one ledger, one that submits and one that asks for quotas, for more than ten seconds of the real clock:
// the service never sees more than 20 requests in any sliding second, and lets each through.
func TestTwoProcessesShareThePace(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes ten seconds of the real clock")
	}
	for name, state := range map[string]func(testing.TB) string{
		"file":     func(testing.TB) string { return "edgewarm.db" },
		"postgres": postgrestest.Schema,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shareThePace(t, state(t))
		})
	}
}

func shareThePace(t *testing.T, state string) {
	const zones, targets = 120, 120
	o := edgeonetest.Options{Batch: 1}
	config := "state: " + state + "\naccount:\n  endpoint: $API\n  zones:\n"
	for i := range zones {
		id, host := fmt.Sprintf("zone-%d", i), fmt.Sprintf("h%d.example.com", i)
		o.Zones = append(o.Zones, edgeonetest.Zone{ID: id, Hosts: []string{host}})
		config += fmt.Sprintf("    %s: [%s]\n", id, host)
	}
	w := start(t, o) // it looks at the peak in the end
	w.write(t, "edgewarm.yaml", config)
	var urls strings.Builder
	for i := range targets {
		fmt.Fprintf(&urls, "https://h0.example.com/%d.ts\n", i)
	}
	w.write(t, "urls.txt", urls.String())
	submit, quota := w.start(t, "submit", "urls.txt", "--json"), w.start(t, "quota", "--json")
	if code := quota.end(t); code != 0 {
		t.Errorf("quota: exit code %d: %s", code, quota.stderr.String())
	}
	if s := submit.summary(t, submit.end(t)); s.Accepted != targets {
		t.Errorf("%d of %d were accepted", s.Accepted, targets)
	}
	sum := w.service.Load().Summary()
	rate, lasted := together(w.service.Load().Requests())
	t.Logf("%.2f requests a second over the %v that both were at it; at most %d in any second", rate, lasted, sum.Peak)
	// A machine that does much else lets fewer through. That no pace is lost is a test in virtual time.
	if sum.Peak > 20 || sum.Codes["RequestLimitExceeded"] > 0 || rate > 20 || lasted < 8*time.Second {
		t.Errorf("%.2f requests a second, at most %d in any, %d refused", rate, sum.Peak, sum.Codes["RequestLimitExceeded"])
	}
}

// together is how many requests a second came over the whole seconds between the first and the last that both processes
// made: one that submits to the zone zone-0, and one that asks for the quota of all zones.
func together(all []edgeonetest.Request) (perSecond float64, lasted time.Duration) {
	first, last := map[bool]time.Time{}, map[bool]time.Time{}
	for _, r := range all {
		submits := r.Zone == "zone-0"
		if first[submits].IsZero() {
			first[submits] = r.Time
		}
		last[submits] = r.Time
	}
	from, to := first[true], last[true]
	if first[false].After(from) {
		from = first[false]
	}
	if last[false].Before(to) {
		to = last[false]
	}
	lasted = to.Sub(from).Truncate(time.Second)
	n := 0
	for _, r := range all {
		if !r.Time.Before(from) && r.Time.Before(from.Add(lasted)) {
			n++
		}
	}
	return float64(n) / lasted.Seconds(), lasted
}

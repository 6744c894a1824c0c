package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/simulator"
)

// Two processes on one ledger, one that submits and one that asks for quotas, for ten seconds of the real clock: the
// service never sees more than 20 requests in any sliding second, and lets each through.
func TestTwoProcessesShareThePace(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes ten seconds of the real clock")
	}
	const zones, targets = 100, 130
	o := simulator.Options{Batch: 1}
	config := "account:\n  endpoint: $API\n  zones:\n"
	for i := range zones {
		id, host := fmt.Sprintf("zone-%d", i), fmt.Sprintf("h%d.example.com", i)
		o.Zones = append(o.Zones, simulator.Zone{ID: id, Hosts: []string{host}})
		config += fmt.Sprintf("    %s: [%s]\n", id, host)
	}
	w := start(t, o) // it looks at the peak in the end
	w.write(t, "edgewarm.yaml", config)
	var urls strings.Builder
	for i := range targets {
		fmt.Fprintf(&urls, "https://h0.example.com/%d.ts\n", i)
	}
	w.write(t, "urls.txt", urls.String())
	began := time.Now()
	submit, quota := w.start(t, "submit", "urls.txt", "--json"), w.start(t, "quota", "--json")
	if code := quota.end(t); code != 0 {
		t.Errorf("quota: exit code %d: %s", code, quota.stderr.String())
	}
	if s := submit.summary(t, submit.end(t)); s.Accepted != targets {
		t.Errorf("%d of %d were accepted", s.Accepted, targets)
	}
	took := time.Since(began).Seconds()
	sum := w.service.Load().Summary()
	t.Logf("%d requests in %.1f s, %.1f a second; at most %d in any second", sum.Requests, took, float64(sum.Requests)/took, sum.Peak)
	if sum.Peak > 20 || sum.Codes["RequestLimitExceeded"] > 0 || took < 10 {
		t.Errorf("at most %d requests in a second, %d refused, over %.1f s", sum.Peak, sum.Codes["RequestLimitExceeded"], took)
	}
}

package warm_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// everyZone is a world whose account has two zones, and whose config names none of them but *.
func everyZone(t *testing.T, o edgeonetest.Options) *world {
	t.Helper()
	w := quiet(t, o)
	w.sim.Update(func(o *edgeonetest.Options) {
		o.Zones = []edgeonetest.Zone{
			{ID: "zone-cdn", Hosts: []string{"cdn.example.com"}, Daily: 70},
			{ID: "zone-vod", Hosts: []string{"*.vod.example.com"}, Daily: 1000},
			{ID: "zone-aside", Hosts: []string{"aside.example.com"}},
		}
	})
	w.config.Account.Zones = map[string][]string{"*": {"cdn.example.com", "a.vod.example.com"}}
	return w
}

// send submits so many URLs of each of the hosts, in turn.
func (w *world) send(t *testing.T, n int, hosts ...string) (warm.Summary, error) {
	t.Helper()
	w.notes, w.faults = nil, nil
	if err := w.config.Validate(); err != nil {
		t.Fatal(err)
	}
	job := w.warmer()
	job.SetTransport(w.sim.Transport())
	var targets []submitter.Target
	for i := range n {
		for _, host := range hosts {
			targets = append(targets, submitter.Target{URL: fmt.Sprintf("https://%s/%03d.ts", host, i)})
		}
	}
	s, err := job.Submit(t.Context(), targets, false)
	if s.Discovered != s.Planned+s.LeftOut["no_zone"]+s.LeftOut["warm"] || s.Planned != s.Accepted+s.Failed+s.Unknown+s.Deferred {
		t.Errorf("the summary does not add up: %+v", s)
	}
	return s, err
}

// perZone are how many targets the service accepted in each zone.
func (w *world) perZone() map[string]int {
	zones := map[string]int{}
	for _, a := range w.sim.Accepted() {
		zones[a.Zone]++
	}
	return zones
}

// The zones behind * are asked from the service, and each has its own quota.
func TestEveryZoneIsFound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := everyZone(t, edgeonetest.Options{})
		zones, err := w.transported().Zones(t.Context())
		want := map[string][]string{"zone-cdn": {"cdn.example.com"}, "zone-vod": {"a.vod.example.com"}}
		if diff := cmp.Diff(want, zones); diff != "" || err != nil {
			t.Errorf("%v; zones (-want +got):\n%s", err, diff)
		}
		s, err := w.send(t, 100, "cdn.example.com", "a.vod.example.com", "b.vod.example.com")
		if err != nil || s.Accepted != 170 || s.Deferred != 30 || s.LeftOut["no_zone"] != 100 || s.Exit != warm.ExitQuota {
			t.Errorf("%v: %+v", err, s)
		}
		if diff := cmp.Diff(map[string]int{"zone-cdn": 70, "zone-vod": 100}, w.perZone()); diff != "" {
			t.Errorf("accepted (-want +got):\n%s", diff)
		}
	})
}

func (w *world) transported() *warm.Warmer {
	job := w.warmer()
	job.SetTransport(w.sim.Transport())
	return job
}

// An account that may not list its zones submits to *: targets of several zones in a call, within plan.quota by its own
// books, and what becomes of a call whose answer is lost is asked for there.
func TestEveryZoneIsSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := everyZone(t, edgeonetest.Options{
			AllZones: true, Deny: []string{"DescribeZones"},
			Faults: []edgeonetest.Fault{{Action: "CreatePrefetchTask", Kind: edgeonetest.Cut, Taken: true, Times: 1}},
		})
		w.config.Plan.Quota = 100
		for day, want := range []struct{ accepted, deferred int }{{100, 20}, {0, 20}} {
			s, err := w.send(t, 60, "cdn.example.com", "a.vod.example.com")
			if err != nil || s.Accepted != want.accepted || s.Deferred != want.deferred {
				t.Errorf("run %d: %v: %+v; want %+v", day, err, s, want)
			}
		}
		if diff := cmp.Diff(map[string]int{"zone-cdn": 50, "zone-vod": 50}, w.perZone()); diff != "" {
			t.Errorf("accepted (-want +got):\n%s", diff)
		}
		if sum := w.sim.Summary(); sum.Duplicates > 0 {
			t.Errorf("%d were sent twice", sum.Duplicates)
		}
		jobs := map[string]map[string]bool{}
		for _, a := range w.sim.Accepted() {
			if jobs[a.JobID] == nil {
				jobs[a.JobID] = map[string]bool{}
			}
			jobs[a.JobID][a.Zone] = true
		}
		for job, zones := range jobs {
			if len(zones) != 2 {
				t.Errorf("the call of %s has targets of %v only", job, slices.Collect(maps.Keys(zones)))
			}
		}
	})
}

// What is missing for * is said: a quota, or the right to use it.
func TestEveryZoneIsNotAllowed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		o          edgeonetest.Options
		quota      int
		err, hints string
	}{
		"no quota": {edgeonetest.Options{AllZones: true}, -1, "the quota of zone * cannot be read", "set plan.quota"},
		"no right": {edgeonetest.Options{}, 100, "ZoneNotFound", "the account may not use the zone *"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c.o.Deny = []string{"DescribeZones"}
				w := everyZone(t, c.o)
				w.config.Plan.Quota = c.quota
				s, err := w.send(t, 5, "cdn.example.com")
				var hinted *warm.HintError
				if err == nil || !strings.Contains(err.Error(), c.err) || !errors.As(err, &hinted) || !strings.Contains(hinted.Hint, c.hints) {
					t.Errorf("got %v, %+v", err, hinted)
				}
				if s.Deferred != 5 || len(w.sim.Accepted()) > 0 {
					t.Errorf("got %+v", s)
				}
				var found []string
				_ = w.transported().Check(t.Context(), func(f warm.Finding) {
					if f.Err != nil {
						found = append(found, f.Err.Error()+" ("+f.Hint+")")
					}
				})
				if text := strings.Join(found, "\n"); !strings.Contains(text, c.err) || !strings.Contains(text, c.hints) {
					t.Errorf("check finds %q", found)
				}
			})
		})
	}
}

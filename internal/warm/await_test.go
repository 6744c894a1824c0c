package warm_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// quiet is a world in virtual time: the service within the process, and no origin.
func quiet(t *testing.T, o edgeonetest.Options) *world {
	t.Helper()
	o.Zones = []edgeonetest.Zone{{ID: zoneID, Hosts: []string{"cdn.example.com"}}}
	w := &world{sim: edgeonetest.New(o), config: config.Default()}
	w.config.Account.Endpoint = "http://127.0.0.1:1"
	w.config.Account.Zones = map[string][]string{zoneID: {"cdn.example.com"}}
	w.config.State = filepath.Join(t.TempDir(), "ledger.db")
	return w
}

// submit sends n targets, and waits for so many resets.
func (w *world) submit(t *testing.T, n, resets int) warm.Summary {
	t.Helper()
	w.notes, w.faults = nil, nil
	job := w.warmer()
	job.WaitQuota = resets
	job.SetTransport(w.sim.Transport())
	targets := make([]submitter.Target, n)
	for i := range targets {
		targets[i] = submitter.Target{URL: fmt.Sprintf("https://cdn.example.com/%04d.ts", i), Zone: zoneID}
	}
	s, err := job.Submit(t.Context(), targets, false)
	if err != nil || len(w.faults) > 0 {
		t.Fatalf("%v, faults %q", err, w.faults)
	}
	return s
}

// perDay are how many targets the service accepted on each of its days.
func (w *world) perDay(zone *time.Location) []int {
	days := map[string]int{}
	for _, a := range w.sim.Accepted() {
		days[a.Time.In(zone).Format(time.DateOnly)]++
	}
	var counts []int
	for _, day := range slices.Sorted(maps.Keys(days)) {
		counts = append(counts, days[day])
	}
	return counts
}

var shanghai = time.FixedZone("UTC+8", 8*60*60)

func TestWaitQuota(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		n        int
		resets   int
		want     []int
		deferred int
		exit     int
	}{
		"not at all":     {1000, 0, []int{300}, 700, warm.ExitQuota},
		"for one reset":  {1000, 1, []int{300, 300}, 400, warm.ExitQuota},
		"for all it has": {500, 5, []int{300, 200}, 0, warm.ExitDone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := quiet(t, edgeonetest.Options{Daily: 300})
				s := w.submit(t, test.n, test.resets)
				if diff := cmp.Diff(test.want, w.perDay(shanghai)); diff != "" {
					t.Errorf("accepted a day (-want +got):\n%s", diff)
				}
				if s.Deferred != test.deferred || s.Exit != test.exit || w.sim.Summary().Duplicates != 0 {
					t.Errorf("got %+v", s)
				}
			})
		})
	}
}

// The service makes quotas whole at another hour than the config says: it is noticed, used and said.
func TestWaitQuotaLearnsTheHour(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := quiet(t, edgeonetest.Options{Daily: 300, Day: time.UTC})
		w.config.Submit.Reset = "23:00 Asia/Tokyo" // 14:00 UTC
		if s := w.submit(t, 500, 1); s.Accepted != 500 {
			t.Errorf("%d accepted, want all 500", s.Accepted)
		}
		if diff := cmp.Diff([]int{300, 200}, w.perDay(time.UTC)); diff != "" {
			t.Errorf("accepted a day (-want +got):\n%s", diff)
		}
		w.said(t, "the quota was made whole within the 15m0s before 00:0")
	})
}

// A plan that may wait is made for the days that it waits for, each less the reserve.
func TestWaitQuotaPlansForLaterDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, edgeonetest.Options{Daily: 100}, films(), "/b/index.m3u8")
	w.config.Plan.Reserve = config.Reserve{Percent: 10}
	w.sim.Spend(zoneID, 60)
	for resets, want := range []int{30, 30 + 90, 30 + 2*90} {
		job := w.warmer()
		job.WaitQuota = resets
		quotas, err := job.Quotas(t.Context(), w.config.Account.Zones)
		if err != nil || quotas[zoneID].Budget != want {
			t.Errorf("%d resets: a budget of %d, %v; want %d", resets, quotas[zoneID].Budget, err, want)
		}
		job.Close()
	}
}

// Units that somebody else spent, and an hour that cannot be right, are told.
func TestDrift(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := quiet(t, edgeonetest.Options{Daily: 1000, Day: time.UTC})
		w.submit(t, 100, 0)
		w.sim.Spend(zoneID, 312)
		s := w.submit(t, 150, 0)
		if s.Quota[zoneID].Others != 312 {
			t.Errorf("got %+v", s.Quota[zoneID])
		}
		w.said(t, "312 units were spent by somebody else today")
	})
}

func TestNextReset(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ reset, at, want string }{
		{"00:00 Asia/Shanghai", "2026-03-01T15:59:59Z", "2026-03-01T16:00:00Z"},
		{"00:00 Asia/Shanghai", "2026-03-01T16:00:00Z", "2026-03-02T16:00:00Z"},
		{"08:00 UTC", "2026-12-31T09:00:00Z", "2027-01-01T08:00:00Z"},
		// The day on which clocks go forward has 23 hours, and no 02:00.
		{"00:00 Europe/Berlin", "2026-03-28T23:30:00Z", "2026-03-29T22:00:00Z"},
		{"02:00 Europe/Berlin", "2026-03-28T23:30:00Z", "2026-03-29T01:00:00Z"},
	} {
		w := &world{config: config.Default()}
		w.config.Submit.Reset = c.reset
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.warmer().NextReset(at).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s after %s: got %s, want %s", c.reset, c.at, got, c.want)
		}
	}
}

func TestResetIsValidated(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.Submit.Reset = "noon"
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "submit.reset") {
		t.Errorf("got %v", err)
	}
}

package warm_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// reads takes down what the service says of the world's quota, as often as its runs would.
func (w *world) reads(t *testing.T, q submitter.Quota) {
	t.Helper()
	l, err := ledger.OpenShared(t.Context(), w.config.State, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.RecordQuota(t.Context(), zoneID, q); err != nil {
		t.Fatal(err)
	}
}

// grows is a quota that becomes whole again within 20 minutes from now, three days in a row.
func (w *world) grows(t *testing.T) {
	t.Helper()
	for range 3 {
		w.reads(t, submitter.Quota{Daily: 300})
		time.Sleep(20 * time.Minute)
		w.reads(t, submitter.Quota{Daily: 300, Available: 300})
		time.Sleep(24*time.Hour - 20*time.Minute)
	}
}

// The hour at which the service makes quotas whole is learned from what it says, and then used: for the wait, and for the
// quota day.
func TestResetIsLearned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(9*time.Hour + 50*time.Minute) // since midnight of 2000-01-01, UTC
		w := quiet(t, edgeonetest.Options{Daily: 300, Day: time.FixedZone("", -10*60*60)})
		reset := func() warm.Reset { return w.warmer().Reset(t.Context()) }
		if r := reset(); r.String() != "00:00 Asia/Shanghai, the default: two rises of a quota that agree on an hour tell another" {
			t.Errorf("at first it is %v", r)
		}
		w.grows(t)
		if r := reset(); r.String() != "10:00 UTC, learned from 3 rises of a quota from 2000-01-01 to 2000-01-03" {
			t.Errorf("it is %v", r)
		}
		if s := w.submit(t, 500, 1); s.Accepted != 500 {
			t.Errorf("%d accepted, want all 500", s.Accepted)
		}
		w.said(t, "waiting for the next, at 10:00 UTC (learned)")
		if diff := cmp.Diff([]int{300, 200}, w.perDay(time.FixedZone("", -10*60*60))); diff != "" {
			t.Errorf("accepted a day (-want +got):\n%s", diff)
		}
		if next := w.learned(t).NextReset(time.Now()).UTC().Format(time.DateTime); next != "2000-01-05 10:00:00" {
			t.Errorf("the next is at %s", next)
		}
		w.config.Submit.Reset = "00:00 Asia/Shanghai"
		if r := reset(); r.String() != "00:00 Asia/Shanghai, by submit.reset" {
			t.Errorf("with one in the config, it is %v", r)
		}
		if o := w.warmer().LedgerOptions(t.Context()); o.ResetHour != 0 || o.Location.String() != "Asia/Shanghai" {
			t.Errorf("the ledger is opened with %+v", o)
		}
	})
}

// learned is an edgewarm that has asked when quotas are whole.
func (w *world) learned(t *testing.T) *warm.Warmer {
	job := w.warmer()
	job.Reset(t.Context())
	return job
}

// A quota that is whole sooner than anybody expects is used at once: what was spent before it is of the day before.
func TestWaitQuotaIsWholeSooner(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(9*time.Hour + 50*time.Minute)
		w := quiet(t, edgeonetest.Options{Daily: 300, Day: time.FixedZone("", -10*60*60)})
		s := w.submit(t, 500, 1)
		if s.Accepted != 500 || s.Quota[zoneID].Others != 0 {
			t.Errorf("got %+v; want all 500 accepted, and nobody else", s)
		}
		if late := time.Since(time.Date(2000, 1, 1, 10, 0, 0, 0, time.UTC)); late > time.Hour {
			t.Errorf("it ended %s after the quota was whole", late)
		}
		w.said(t, "which is not when it was expected (default): it is remembered")
	})
}

// A config that names another hour than the quotas tell is told so.
func TestResetOfTheConfigIsDoubted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := starting(t, edgeonetest.Options{Daily: 300, Day: time.UTC}, 5)
		w.config.Submit.Early = config.Reserve{}
		w.config.Submit.Reset = "16:00 UTC"
		time.Sleep(24*time.Hour - 10*time.Minute)
		w.grows(t)
		if _, err := w.night(t, t.Context()); err != nil {
			t.Fatal(err)
		}
		w.said(t, "quotas grew at 00:00 UTC, as 3 readings tell since 2000-01-02, and submit.reset is 16:00 UTC")
	})
}

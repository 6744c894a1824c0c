package submitter_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/edgewarm/edgewarm/submitter"
)

func quotaOf(batch, daily, available int) map[string]*submitter.Quota {
	return map[string]*submitter.Quota{"a": {Batch: batch, Daily: daily, Available: available}}
}

func TestQuotaIsNotExceeded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		quota map[string]*submitter.Quota
		spent int
		cost  int
		want  int
	}{
		"less than the plan":         {quotaOf(100, 1000, 250), 0, 1, 250},
		"nothing":                    {quotaOf(100, 1000, 0), 1000, 1, 0},
		"costs":                      {quotaOf(100, 1000, 250), 0, 20, 12},
		"our own count is higher":    {quotaOf(100, 1000, 900), 990, 1, 10},
		"no batch size is said":      {quotaOf(0, 1000, 250), 0, 1, 0},
		"more is available than all": {quotaOf(100, 0, 250), 0, 1, 250},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := &service{quota: test.quota}
				all := targets("a", 400)
				for i := range all {
					all[i].Cost = test.cost
				}
				s := &submitter.Submitter{API: api, Journal: spender{&memory{spent: test.spent}}}
				summary, err := s.Submit(t.Context(), slices.Values(all))
				if name == "no batch size is said" {
					if submitter.ClassOf(err) != submitter.ClassBatchQuota {
						t.Errorf("got %v", err)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				wantTally(t, summary, submitter.Tally{Accepted: test.want, Deferred: 400 - test.want})
				wantURLs(t, "accepted", api.accepted(), urlsOf(all[:test.want]))
				if !summary.QuotaSpent() || summary.Zones["a"].Units != test.want*test.cost {
					t.Errorf("got %+v, want that the quota is spent", summary.Zones["a"])
				}
			})
		})
	}
}

func TestFault86StopsForTheDay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		left int // what the service says is left when it has refused the second batch
		want int
	}{
		"somebody else spent some":   {30, 130},
		"somebody else spent all":    {0, 100},
		"the service disagrees":      {500, 100},
		"just the batch that it had": {100, 100},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := &service{quota: quotaOf(100, 1000, 1000)}
				calls := 0
				api.before = func(_ int, b submitter.Batch) error {
					if b.Zone != "a" {
						return nil
					}
					if calls++; calls == 2 {
						api.quota["a"].Available = test.left
						return code("LimitExceeded.DailyQuota")
					}
					return nil
				}
				var deferred []string
				journal := &memory{}
				s := &submitter.Submitter{API: api, Journal: journal, OnTarget: func(t submitter.Target, s submitter.State, _ string) {
					if s == submitter.Deferred {
						deferred = append(deferred, t.URL)
					}
				}}
				all := append(targets("a", 400), targets("b", 10)...)
				summary, err := s.Submit(t.Context(), slices.Values(all))
				if err != nil {
					t.Fatal(err)
				}
				wantTally(t, summary, submitter.Tally{Accepted: test.want + 10, Deferred: 400 - test.want})
				wantURLs(t, "deferred", deferred, urlsOf(all[test.want:400]))
				if !summary.Zones["a"].QuotaSpent || summary.Zones["b"].QuotaSpent {
					t.Errorf("got %+v", summary.Zones)
				}
				if got := journal.count(submitter.Intent) + journal.count(submitter.Unknown); got != 0 {
					t.Errorf("%d targets are not settled", got)
				}
			})
		})
	}
}

func TestFault87SplitsTheBatch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{}
		largest := 1000
		api.before = func(n int, b submitter.Batch) error {
			if n == 3 {
				largest = 60 // though the quota still says 1000
			}
			if len(b.URLs) > largest {
				return code("LimitExceeded.BatchQuota")
			}
			return nil
		}
		all := targets("a", 3000)
		summary, err := (&submitter.Submitter{API: api, Journal: &memory{}}).Submit(t.Context(), slices.Values(all))
		if err != nil {
			t.Fatal(err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 3000})
		wantURLs(t, "accepted", api.accepted(), urlsOf(all))
	})
}

func TestQuotaCannotBeRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{onQuota: func() error { return code("InvalidParameter.ZoneNotFound") }}
		summary, err := (&submitter.Submitter{API: api}).Submit(t.Context(), slices.Values(targets("a", 10)))
		if submitter.ClassOf(err) != submitter.ClassOther {
			t.Errorf("got %v", err)
		}
		wantTally(t, summary, submitter.Tally{Deferred: 10})
		if len(api.arrived) != 1 {
			t.Errorf("got %d calls, want 1", len(api.arrived))
		}
	})
}

func TestReadsAreMadeAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := 0
		api := &service{onQuota: func() error {
			if n++; n < 4 {
				return errors.New("unexpected EOF")
			}
			return nil
		}}
		quota, err := (&submitter.Submitter{API: api}).Quota(t.Context(), "a")
		if err != nil || quota.Batch != 1000 || n != 4 {
			t.Errorf("got %+v, %v after %d calls", quota, err, n)
		}
	})
}

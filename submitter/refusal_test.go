package submitter_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/edgewarm/edgewarm/submitter"
)

func TestFault88Bisects(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string][]int{
		"none":     {},
		"one":      {617},
		"first":    {0},
		"last":     {999},
		"several":  {3, 4, 500, 998},
		"too many": {0, 100, 200, 300, 400, 500, 600, 700, 800, 900},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				isBad := map[string]bool{}
				for _, i := range bad {
					isBad[urlOf("a", i)] = true
				}
				api := &service{before: func(_ int, b submitter.Batch) error {
					if slices.ContainsFunc(b.URLs, func(u string) bool { return isBad[u] }) {
						return &submitter.Error{
							Op: "CreatePrefetchTask", Code: "InvalidParameter.Target", Message: "target is not valid", RequestID: "r-1",
						}
					}
					return nil
				}}
				var refused []submitter.Failure
				s := &submitter.Submitter{API: api, Journal: &memory{}, OnReceipt: func(r submitter.Receipt) {
					refused = append(refused, r.Failed...)
					if len(r.Failed) > 0 && (r.RequestID != "r-1" || r.Accepted != 0) {
						t.Errorf("got the receipt %+v", r)
					}
				}}
				all := targets("a", 1000)
				summary, err := s.Submit(t.Context(), slices.Values(all))
				if err != nil {
					t.Fatal(err)
				}
				wantTally(t, summary, submitter.Tally{Accepted: 1000 - len(bad), Failed: len(bad)})
				good := slices.DeleteFunc(slices.Clone(all), func(t submitter.Target) bool { return isBad[t.URL] })
				wantURLs(t, "accepted", api.accepted(), urlsOf(good))
				for i, f := range refused {
					if want := (submitter.Failure{URL: urlOf("a", bad[i]), Reason: "InvalidParameter.Target: target is not valid"}); f != want {
						t.Errorf("got %+v, want %+v", f, want)
					}
				}
				if most := 1 + 20*len(bad); summary.Calls > most {
					t.Errorf("got %d calls, want %d at most", summary.Calls, most)
				}
			})
		})
	}
}

// A service may write a URL it refuses otherwise than it was sent.
func TestFault88SpelledOtherwise(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{}
		sent := []submitter.Target{
			{URL: "https://a.example.com/x%20y.ts", Zone: "a"}, {URL: "https://a.example.com/%41.ts", Zone: "a"},
			{URL: "https://a.example.com/A.ts", Zone: "a"},
		}
		s := &submitter.Submitter{API: spelled{api, []submitter.Failure{
			{URL: "https://a.example.com/x y.ts", Reason: "one"},
			{URL: "https://a.example.com/A.ts", Reason: "two"},
			{URL: "https://b.example.com/", Reason: "not ours"},
		}}}
		got := map[string]string{}
		s.OnTarget = func(t submitter.Target, state submitter.State, reason string) {
			got[t.URL] = string(state) + " " + reason
		}
		if _, err := s.Submit(t.Context(), slices.Values(sent)); err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{"refused one", "accepted ", "refused two"} {
			if got := got[sent[i].URL]; got != want {
				t.Errorf("%s: got %q, want %q", sent[i].URL, got, want)
			}
		}
	})
}

func TestFault92StopsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		denied := &submitter.Error{Op: "CreatePrefetchTask", Code: "UnauthorizedOperation.CamUnauthorized", Hint: "grant teo:CreatePrefetchTask"}
		api, journal := &service{before: func(int, submitter.Batch) error { return denied }}, &memory{}
		s := &submitter.Submitter{API: api, Journal: journal, BatchSize: 10}
		summary, err := s.Submit(t.Context(), slices.Values(zonesOf(3, 100)))
		if got, ok := errors.AsType[*submitter.Error](err); !ok || got.Hint != denied.Hint {
			t.Errorf("got %v, want it with its hint", err)
		}
		wantTally(t, summary, submitter.Tally{Deferred: 300})
		if summary.Calls > 3 {
			t.Errorf("got %d calls, want one a zone at most", summary.Calls)
		}
		if got := journal.count(submitter.Planned); got != 10*summary.Calls {
			t.Errorf("got %d planned in the journal, want all that was intended", got)
		}
	})
}

func TestErrorOfOneZone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &service{before: func(_ int, b submitter.Batch) error {
			if b.Zone == "z1" {
				return code("OperationDenied.ZoneIsPaused")
			}
			return nil
		}}
		summary, err := (&submitter.Submitter{API: api}).Submit(t.Context(), slices.Values(zonesOf(3, 100)))
		if submitter.ClassOf(err) != submitter.ClassOther {
			t.Errorf("got %v", err)
		}
		wantTally(t, summary, submitter.Tally{Accepted: 200, Deferred: 100})
	})
}

func TestFault96JournalFails(t *testing.T) {
	t.Parallel()
	full := errors.New("the disk is full")
	for name, test := range map[string]struct {
		op   string
		n    int
		want submitter.Tally
	}{
		"reading":  {"unsettled", 1, submitter.Tally{Deferred: 100}},
		"intend":   {"intend", 3, submitter.Tally{Accepted: 20, Deferred: 80}},
		"settling": {"settle", 3, submitter.Tally{Accepted: 20, Unknown: 10, Deferred: 70}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n, api := 0, &service{}
				journal := &memory{fail: func(op string, _ submitter.Batch) error {
					if op == test.op {
						n++
					}
					if n >= test.n {
						return full
					}
					return nil
				}}
				s := &submitter.Submitter{API: api, Journal: journal, BatchSize: 10}
				summary, err := s.Submit(t.Context(), slices.Values(targets("a", 100)))
				if _, ok := errors.AsType[*submitter.JournalError](err); !ok || !errors.Is(err, full) {
					t.Errorf("got %v, want a *JournalError", err)
				}
				wantTally(t, summary, test.want)
				if got, want := len(api.accepted()), test.want.Accepted+test.want.Unknown; got != want {
					t.Errorf("got %d accepted by the service, want %d", got, want)
				}
				if got := len(journal.open) * 10; got != test.want.Unknown {
					t.Errorf("the journal has %d that are not settled, want %d", got, test.want.Unknown)
				}
			})
		})
	}
}

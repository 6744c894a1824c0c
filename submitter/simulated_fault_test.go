package submitter_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// A simulation is targets that are submitted through the client of EdgeOne to the simulator, in virtual time, while
// something goes wrong: whatever it is, each target is accepted once or accounted for.
type simulation struct {
	options func(*edgeonetest.Options)
	// change is made to the Submitter and its client before it begins; nil is none.
	change func(*edgeonetest.Simulator, *submitter.Submitter, *submitter.EdgeOne)
	want   submitter.Tally
	// class is that of the error; ClassNone is no error.
	class submitter.Class
}

// run submits 1000 targets, and checks what both sides counted. It returns what the test may look at further.
func (s simulation) run(t *testing.T) (sim *edgeonetest.Simulator, summary submitter.Summary, err error) {
	t.Helper()
	sim = simulated(s.options)
	journal, api := &memory{}, inProcess(sim)
	submit := &submitter.Submitter{API: api, Journal: journal}
	if s.change != nil {
		s.change(sim, submit, api)
	}
	summary, err = submit.Submit(t.Context(), slices.Values(simulatedTargets(1000)))
	if got := submitter.ClassOf(err); got != s.class {
		t.Errorf("got %v of class %v, want class %v", err, got, s.class)
	}
	wantTally(t, summary, s.want)
	wantSeen(t, sim, s.want.Accepted)
	if got := journal.count(submitter.Intent) + journal.count(submitter.Unknown); got != 0 {
		t.Errorf("%d targets are not settled", got)
	}
	return sim, summary, err
}

// simulate runs each in a bubble of its own.
func simulate(t *testing.T, all map[string]simulation) {
	t.Parallel()
	for name, s := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { s.run(t) })
		})
	}
}

// prefetchFault is a fault of the calls that spend.
func prefetchFault(f edgeonetest.Fault) func(*edgeonetest.Options) {
	f.Action = "CreatePrefetchTask"
	return func(o *edgeonetest.Options) { o.Faults = []edgeonetest.Fault{f} }
}

var all1000 = submitter.Tally{Accepted: 1000}

func TestFault85RequestLimitExceededStorms(t *testing.T) {
	simulate(t, map[string]simulation{
		"of calls that spend": {options: prefetchFault(edgeonetest.Fault{Kind: edgeonetest.Limit, Chance: 0.3}), want: all1000},
		"of all calls":        {options: func(o *edgeonetest.Options) { o.Faults = []edgeonetest.Fault{{Kind: edgeonetest.Limit, Chance: 0.3}} }, want: all1000},
		"ten in a row":        {options: prefetchFault(edgeonetest.Fault{Kind: edgeonetest.Limit, After: 5, Times: 10}), want: all1000},
		"a service that lets 5 a second through": {
			options: func(o *edgeonetest.Options) { o.Rate, o.Batch = 5, 10 }, want: all1000,
		},
		"as HTTP status 429": {options: prefetchFault(edgeonetest.Fault{Kind: edgeonetest.HTML, Status: 429, Every: 3}), want: all1000},
	})
}

func TestFault86DailyQuotaInTheMiddle(t *testing.T) {
	simulate(t, map[string]simulation{
		"less than the plan": {
			options: func(o *edgeonetest.Options) { o.Daily = 730 },
			want:    submitter.Tally{Accepted: 730, Deferred: 270},
		},
		"somebody else spends": {
			options: func(o *edgeonetest.Options) { o.Daily = 1000 },
			change: func(sim *edgeonetest.Simulator, _ *submitter.Submitter, _ *submitter.EdgeOne) {
				sim.Update(func(o *edgeonetest.Options) {
					o.Before = func(number int, _ string) {
						if number == 6 {
							sim.Spend("zone-1", 500)
						}
					}
				})
			},
			want: submitter.Tally{Accepted: 500, Deferred: 500},
		},
		"said by the service alone": {
			options: prefetchFault(edgeonetest.Fault{Kind: edgeonetest.Code, Code: "LimitExceeded.DailyQuota", After: 4}),
			want:    submitter.Tally{Accepted: 200, Deferred: 800},
		},
	})
}

func TestFault87BatchQuotaShrinks(t *testing.T) {
	shrinks := func(to int) func(*edgeonetest.Simulator, *submitter.Submitter, *submitter.EdgeOne) {
		return func(sim *edgeonetest.Simulator, _ *submitter.Submitter, _ *submitter.EdgeOne) {
			sim.Update(func(o *edgeonetest.Options) {
				o.Before = func(number int, _ string) {
					if number == 3 {
						sim.Update(func(o *edgeonetest.Options) { o.Batch = to })
					}
				}
			})
		}
	}
	simulate(t, map[string]simulation{
		"to less than half": {options: func(o *edgeonetest.Options) { o.Batch = 100 }, change: shrinks(40), want: all1000},
		"to one":            {options: func(o *edgeonetest.Options) { o.Batch = 100 }, change: shrinks(1), want: all1000},
		"as the size of a request": {
			options: prefetchFault(edgeonetest.Fault{Kind: edgeonetest.Code, Code: "RequestSizeLimitExceeded", Times: 3}), want: all1000,
		},
	})
}

func TestFault88BadURLAmongAThousand(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		refused := map[string]string{}
		sim, _, _ := simulation{
			options: func(o *edgeonetest.Options) {
				o.Batch, o.Bad = 1000, []edgeonetest.Match{{Glob: "*/617.ts*", Reason: "the domain is not yours"}}
			},
			change: func(_ *edgeonetest.Simulator, s *submitter.Submitter, _ *submitter.EdgeOne) {
				s.OnTarget = func(t submitter.Target, state submitter.State, reason string) {
					if state == submitter.Refused {
						refused[t.URL] = reason
					}
				}
			},
			want: submitter.Tally{Accepted: 999, Failed: 1},
		}.run(t)
		want := map[string]string{edgeBatch(1000).URLs[617]: "InvalidParameter.Target: the domain is not yours"}
		if diff := cmp.Diff(want, refused); diff != "" {
			t.Errorf("the bad URL is not named with its reason (-want +got):\n%s", diff)
		}
		if n := sim.Summary().Actions["CreatePrefetchTask"]; n > 21 {
			t.Errorf("it took %d calls to find one in a thousand, want 2·log₂ at most", n)
		}
	})
}

func TestFault88FailedList(t *testing.T) {
	simulate(t, map[string]simulation{
		"a tenth": {
			options: func(o *edgeonetest.Options) { o.Fail = []edgeonetest.Match{{Glob: "*7.ts*"}} },
			want:    submitter.Tally{Accepted: 900, Failed: 100},
		},
		"all": {
			options: func(o *edgeonetest.Options) { o.Fail = []edgeonetest.Match{{Glob: "*"}} },
			want:    submitter.Tally{Failed: 1000},
		},
	})
}

func TestFault89AnswersThatTellNothing(t *testing.T) {
	simulate(t, map[string]simulation{
		// The simulator's FailedList is null whenever nothing failed.
		"a null FailedList":    {options: func(*edgeonetest.Options) {}, want: all1000},
		"no JobId":             {options: prefetchFault(edgeonetest.Fault{Kind: edgeonetest.NoJob, Every: 4}), want: all1000},
		"HTML of a 502, taken": {options: prefetchFault(edgeonetest.Fault{Kind: edgeonetest.HTML, Taken: true, Every: 4}), want: all1000},
		"HTML of a 502, not":   {options: prefetchFault(edgeonetest.Fault{Kind: edgeonetest.HTML, Every: 8}), want: all1000},
		"HTML of a 200, taken": {options: prefetchFault(edgeonetest.Fault{Kind: edgeonetest.HTML, Status: 200, Taken: true, Every: 4}), want: all1000},
		"HTML of the quota call": {options: func(o *edgeonetest.Options) {
			o.Faults = []edgeonetest.Fault{{Kind: edgeonetest.HTML, Action: "DescribeContentQuota", Times: 2}}
		}, want: all1000},
	})
}

func TestFault90LostAnswers(t *testing.T) {
	simulate(t, map[string]simulation{
		"cut, taken":             {options: prefetchFault(edgeonetest.Fault{Kind: edgeonetest.Cut, Taken: true, Every: 4}), want: all1000},
		"cut, not taken":         {options: prefetchFault(edgeonetest.Fault{Kind: edgeonetest.Cut, Every: 8}), want: all1000},
		"internal error, taken":  {options: prefetchFault(edgeonetest.Fault{Kind: edgeonetest.Code, Taken: true, Every: 8}), want: all1000},
		"internal error, not":    {options: prefetchFault(edgeonetest.Fault{Kind: edgeonetest.Code, Every: 8}), want: all1000},
		"answered too late":      {options: prefetchFault(edgeonetest.Fault{Kind: edgeonetest.Delay, Delay: 90 * time.Second, Every: 5}), want: all1000},
		"the listing is cut too": {options: lostListings, want: all1000},
	})
}

// lostListings loses answers to calls that spend, and then those that would tell what became of them.
func lostListings(o *edgeonetest.Options) {
	o.Faults = []edgeonetest.Fault{
		{Kind: edgeonetest.Cut, Taken: true, Action: "CreatePrefetchTask", Every: 7},
		{Kind: edgeonetest.Cut, Action: "DescribePrefetchTasks", Every: 2},
	}
}

func TestFault91ClockSevenMinutesFast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sim, _, err := simulation{
			options: func(o *edgeonetest.Options) { o.Now = func() time.Time { return time.Now().Add(-7 * time.Minute) } },
			want:    submitter.Tally{Deferred: 1000},
			class:   submitter.ClassUnauthorized,
		}.run(t)
		failed, ok := errors.AsType[*submitter.Error](err)
		if !ok || failed.Code != "AuthFailure.SignatureExpire" || !strings.Contains(failed.Hint, "clock is 7 min fast") {
			t.Errorf("got %v, want it to say that the clock is 7 min fast", err)
		}
		if n := sim.Summary().Requests; n != 1 {
			t.Errorf("%d requests were made with a clock that is wrong, want 1", n)
		}
	})
}

func TestFault92DeniedActions(t *testing.T) {
	denied := func(action string) func(o *edgeonetest.Options) {
		return func(o *edgeonetest.Options) { o.Deny = []string{action} }
	}
	simulate(t, map[string]simulation{
		"to spend":          {options: denied("CreatePrefetchTask"), want: submitter.Tally{Deferred: 1000}, class: submitter.ClassUnauthorized},
		"to read the quota": {options: denied("DescribeContentQuota"), want: submitter.Tally{Deferred: 1000}, class: submitter.ClassUnauthorized},
	})
}

// rotating gives an account whose token the service changes in the middle of the run, and credentials that are renewed
// when they run out, or not.
func rotating(renewed bool) func(*edgeonetest.Simulator, *submitter.Submitter, *submitter.EdgeOne) {
	return func(sim *edgeonetest.Simulator, _ *submitter.Submitter, api *submitter.EdgeOne) {
		var mu sync.Mutex
		keys := submitter.Credentials{SecretID: "temporary", SecretKey: "key", Token: "first"}
		account := func(token string) []edgeonetest.Account {
			return []edgeonetest.Account{{SecretID: keys.SecretID, SecretKey: keys.SecretKey, Token: token}}
		}
		api.Credentials = func(context.Context) (submitter.Credentials, error) {
			mu.Lock()
			defer mu.Unlock()
			return keys, nil
		}
		sim.Update(func(o *edgeonetest.Options) {
			o.Accounts = account("first")
			o.Before = func(number int, _ string) {
				if number != 8 {
					return
				}
				sim.Update(func(o *edgeonetest.Options) { o.Accounts = account("second") })
				if renewed {
					mu.Lock()
					keys.Token = "second"
					mu.Unlock()
				}
			}
		})
	}
}

// Temporary credentials run out between the signing of a request and its arrival.
func TestFault92TokenExpires(t *testing.T) {
	simulate(t, map[string]simulation{
		"and there are new ones": {options: func(*edgeonetest.Options) {}, change: rotating(true), want: all1000},
		"and there are none": {
			options: func(*edgeonetest.Options) {}, change: rotating(false),
			want: submitter.Tally{Accepted: 300, Deferred: 700}, class: submitter.ClassUnauthorized,
		},
	})
}

func TestFault94InterruptedInACall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sim := simulated(func(o *edgeonetest.Options) { o.Latency = 3 * time.Second })
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		s := &submitter.Submitter{API: inProcess(sim), Journal: &memory{}}
		summary, err := s.Submit(ctx, slices.Values(simulatedTargets(1000)))
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		n := sim.Summary().Accepted
		wantTally(t, summary, submitter.Tally{Accepted: n, Deferred: 1000 - n})
		wantSeen(t, sim, n)
		if n == 0 || n == 1000 {
			t.Errorf("%d were accepted: it was not interrupted in the middle", n)
		}
	})
}

// A process that was killed left the intent of a call: whether the service took it is asked before anything is sent.
func TestFault95KilledInACall(t *testing.T) {
	t.Parallel()
	for name, taken := range map[string]bool{"taken": true, "not taken": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sim, journal := simulated(func(*edgeonetest.Options) {}), &memory{}
				api := inProcess(sim)
				b := edgeBatch(50)
				b.Sent = time.Now()
				if err := journal.Intend(t.Context(), b); err != nil {
					t.Fatal(err)
				}
				if taken {
					if _, err := api.Prefetch(t.Context(), b); err != nil {
						t.Fatal(err)
					}
				}
				s := &submitter.Submitter{API: api, Journal: journal}
				summary, err := s.Submit(t.Context(), slices.Values(simulatedTargets(1000)))
				if err != nil {
					t.Fatal(err)
				}
				wantTally(t, summary, all1000)
				wantSeen(t, sim, 1000)
			})
		})
	}
}

// A disk that is full stops the run before anything is lost track of, and the next one takes it up.
func TestFault96DiskIsFull(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"intend", "settle"} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sim, n, full := simulated(func(*edgeonetest.Options) {}), 0, errors.New("no space left on device")
				journal := &memory{fail: func(got string, _ submitter.Batch) error {
					if got == op {
						n++
					}
					if n >= 7 {
						return full
					}
					return nil
				}}
				s := &submitter.Submitter{API: inProcess(sim), Journal: journal}
				if _, err := s.Submit(t.Context(), slices.Values(simulatedTargets(1000))); !errors.Is(err, full) {
					t.Errorf("got %v", err)
				}
				if got := sim.Summary().Accepted; got > 350 {
					t.Errorf("%d were accepted after the disk was full", got-300)
				}
				journal.fail = nil
				again := &submitter.Submitter{API: inProcess(sim), Journal: journal}
				if _, err := again.Submit(t.Context(), slices.Values(without(simulatedTargets(1000), journal.accepted()))); err != nil {
					t.Fatal(err)
				}
				wantSeen(t, sim, 1000)
			})
		})
	}
}

// without leaves out the targets of URLs that are accepted already, as a plan does.
func without(targets []submitter.Target, urls map[string]bool) []submitter.Target {
	return slices.DeleteFunc(targets, func(t submitter.Target) bool { return urls[t.URL] })
}

// days is a journal that counts what each quota day has spent, with days that begin at midnight of UTC+8.
type days struct {
	*memory
	mu    sync.Mutex
	units map[string]int
}

func dayOf(t time.Time) string { return t.In(time.FixedZone("", 8*60*60)).Format(time.DateOnly) }

func (d *days) Settle(ctx context.Context, b submitter.Batch, o submitter.Outcome) error {
	d.mu.Lock()
	for i, state := range o.States {
		if state == submitter.Accepted {
			d.units[dayOf(b.Sent)] += b.Cost(i)
		}
	}
	d.mu.Unlock()
	return d.memory.Settle(ctx, b, o)
}

func (d *days) Spent(context.Context, string) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.units[dayOf(time.Now())], nil
}

// The quota day ends while a run goes on: what is left after midnight is the new day's, and no day is overspent.
func TestFault98MidnightOfTheQuotaDay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		daily int
		want  submitter.Tally
		wait  bool
	}{
		"the new day reaches for the rest":  {daily: 600, want: all1000},
		"neither day does":                  {daily: 400, want: submitter.Tally{Accepted: 800, Deferred: 200}},
		"a run that waits needs a third":    {daily: 400, want: all1000, wait: true},
		"one that waits for it needs eight": {daily: 125, want: all1000, wait: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				midnight := time.Date(2000, 1, 1, 16, 0, 0, 0, time.UTC)
				time.Sleep(time.Until(midnight.Add(-500 * time.Millisecond)))
				sim := simulated(func(o *edgeonetest.Options) { o.Daily = test.daily })
				journal := &days{memory: &memory{}, units: map[string]int{}}
				s := &submitter.Submitter{API: inProcess(sim), Journal: journal}
				if test.wait {
					s.AwaitQuota = func(context.Context, string) error { time.Sleep(time.Hour); return nil }
				}
				summary, err := s.Submit(t.Context(), slices.Values(simulatedTargets(1000)))
				if err != nil {
					t.Fatal(err)
				}
				wantTally(t, summary, test.want)
				wantSeen(t, sim, test.want.Accepted)
				perDay := map[string]int{}
				for _, a := range sim.Accepted() {
					perDay[dayOf(a.Time)]++
				}
				if most := slices.Max(slices.Collect(maps.Values(perDay))); most > test.daily || len(perDay) < 2 {
					t.Errorf("the days have %v, want %d each at most", perDay, test.daily)
				}
			})
		})
	}
}

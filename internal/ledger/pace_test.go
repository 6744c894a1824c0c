package ledger_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/postgres"
	"github.com/edgewarm/edgewarm/internal/postgres/postgrestest"
)

// TestPace is what any store of paces must do: on files in virtual time, on a server in the real one.
func TestPace(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(*testing.T, string){
		"strict": testPaceStrict, "far away": testPaceFarAway, "killed": testPaceKilled, "hanging": testPaceHanging, "given back": testPaceGivenBack, "a rate": testPaceRate,
		"apart": testPacesApart,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("file", func(t *testing.T) {
				t.Parallel()
				dsn := newFile(t)
				synctest.Test(t, func(t *testing.T) { test(t, dsn) })
			})
			t.Run("postgres", func(t *testing.T) {
				t.Parallel()
				test(t, postgrestest.Schema(t))
			})
		})
	}
}

// paceOf is the pace of a process of its own.
func paceOf(t *testing.T, dsn, key string, limit ledger.Limit) *ledger.Pace {
	t.Helper()
	paces, err := ledger.OpenPaces(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := paces.Close(); err != nil {
			t.Error(err)
		}
	})
	return paces.Of(key, limit)
}

// enter is Enter, whose leave is called at once.
func enter(t *testing.T, p *ledger.Pace) time.Time {
	t.Helper()
	leave, err := p.Enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	leave()
	return now
}

// Several that share a pace are let go so that no second holds more calls than one may, wherever in its transit a call
// arrives, and together they are about as fast as one.
func testPaceStrict(t *testing.T, dsn string) { sharePace(t, dsn, 5*time.Millisecond, 0) }

// A server that is far away is not asked less for it.
func testPaceFarAway(t *testing.T, dsn string) {
	sharePace(t, dsn, 80*time.Millisecond, 80*time.Millisecond)
}

// late bounds what should be there at once, or nearly so: in virtual time it is, and in the real one a machine that does
// much else takes its time.
func late(dsn string) time.Duration {
	if postgres.IsDSN(dsn) {
		return time.Minute
	}
	return 2 * time.Second
}

// sharePace has three that share a pace make calls, which take so long to arrive and to be answered.
func sharePace(t *testing.T, dsn string, there, back time.Duration) {
	virtual := !postgres.IsDSN(dsn)
	lasts := 5 * time.Second
	if virtual {
		lasts = time.Minute
	}
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	var mu sync.Mutex
	var arrived []time.Time
	var wg sync.WaitGroup
	for range 3 {
		pace := paceOf(t, dsn, ledger.Account, ledger.Limit{Rate: 20, Strict: true})
		for range 4 {
			wg.Go(func() {
				for {
					leave, err := pace.Enter(ctx)
					if err != nil {
						return
					}
					time.Sleep(there)
					mu.Lock()
					arrived = append(arrived, time.Now())
					mu.Unlock()
					time.Sleep(back)
					leave()
				}
			})
		}
	}
	wg.Wait()
	slices.SortFunc(arrived, time.Time.Compare)
	for i := 20; i < len(arrived); i++ {
		if d := arrived[i].Sub(arrived[i-20]); d < time.Second {
			t.Fatalf("21 calls arrived within %v", d)
		}
	}
	got := float64(len(arrived)) / lasts.Seconds()
	t.Logf("%.2f calls a second", got)
	if virtual && got < 19 || got > 20+20/lasts.Seconds() { // the first second's may all go at once
		t.Errorf("got %.2f calls a second, want 20", got)
	}
	// In the real time a machine that does much else lets fewer through. In its best second there are more than the six that
	// can go one after the other when they are far away.
	if most := busiest(arrived, time.Second); !virtual && most <= 6 {
		t.Errorf("got at most %d calls in any second, want about 20", most)
	}
}

// busiest is the most of the sorted times that are within so long.
func busiest(times []time.Time, within time.Duration) (most int) {
	from := 0
	for i, at := range times {
		for at.Sub(times[from]) >= within {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

// A call that is never answered, as its process was killed, gives its slot back after some seconds, not before.
func testPaceKilled(t *testing.T, dsn string) {
	one := ledger.Limit{Rate: 1, Strict: true}
	start := time.Now() // before the slot was taken, however long that took
	if _, err := paceOf(t, dsn, ledger.Account, one).Enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	pace := paceOf(t, dsn, ledger.Account, one)
	if took := enter(t, pace).Sub(start); took < 5*time.Second || took > 7*time.Second+late(dsn) {
		t.Errorf("the slot was free after %v", took)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	cancel(enough)
	if _, err := pace.Enter(ctx); !errors.Is(err, enough) {
		t.Errorf("got %v, want the cause", err)
	}
}

// A call that hangs holds its own slot, and none of the others.
func testPaceHanging(t *testing.T, dsn string) {
	limit := ledger.Limit{Rate: 5, Strict: true}
	if _, err := paceOf(t, dsn, ledger.Account, limit).Enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	pace := paceOf(t, dsn, ledger.Account, limit)
	start, n := time.Now(), 0
	for time.Since(start) < 4*time.Second {
		enter(t, pace)
		n++
	}
	least := 14
	if postgres.IsDSN(dsn) {
		least = 2 // if it held all, one would go, when it is taken for lost
	}
	if n < least || n > 20 {
		t.Errorf("%d calls went in four seconds, want four a second", n)
	}
}

// What was given to one whose context ended before its time is the next one's, at that time.
func testPaceGivenBack(t *testing.T, dsn string) {
	pace := paceOf(t, dsn, ledger.Account, ledger.Limit{Rate: 1, Strict: true})
	first := enter(t, pace)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if _, err := pace.Enter(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v, want that its time is not come", err)
	}
	if took := enter(t, pace).Sub(first); took < time.Second || took > time.Second+late(dsn) {
		t.Errorf("the next went after %v", took)
	}
}

// Those that are not strict go as a burst first, then each at its rate, all of them together.
func testPaceRate(t *testing.T, dsn string) {
	limit := ledger.Limit{Rate: 10, Burst: 5}
	start := time.Now()
	var mu sync.Mutex
	var went []time.Duration
	var wg sync.WaitGroup
	for range 2 {
		pace := paceOf(t, dsn, "host h.example.com", limit)
		for range 5 {
			wg.Go(func() {
				for range 2 {
					at := enter(t, pace)
					mu.Lock()
					went = append(went, at.Sub(start))
					mu.Unlock()
				}
			})
		}
	}
	wg.Wait()
	slices.Sort(went)
	for i, at := range went {
		if least := time.Duration(i-4) * 100 * time.Millisecond; at < least {
			t.Errorf("call %d went after %v, want %v at least", i, at, least)
		}
	}
	if last := went[len(went)-1]; last > 1500*time.Millisecond+late(dsn) {
		t.Errorf("20 calls took %v, want about 1.5 s", last)
	}
}

// Keys have nothing to do with each other.
func testPacesApart(t *testing.T, dsn string) {
	slow := ledger.Limit{Rate: 0.001} // a quarter of an hour each
	start := time.Now()
	for _, key := range []string{"host a.example.com", "host b.example.com", "host ../c"} {
		enter(t, paceOf(t, dsn, key, slow))
	}
	if took := time.Since(start); took > late(dsn) {
		t.Errorf("they waited for each other: %v", took)
	}
}

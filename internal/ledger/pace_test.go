package ledger_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
)

// Several that share a pace are let go so that no second holds more calls than one may, wherever in its transit a call
// arrives, and together they are about as fast as one.
func TestPaceIsShared(t *testing.T) {
	t.Parallel()
	const perSecond, seconds = 20, 3
	path := filepath.Join(t.TempDir(), "ledger.db")
	ctx, cancel := context.WithTimeout(t.Context(), seconds*time.Second)
	defer cancel()
	var mu sync.Mutex
	var arrived []time.Time
	var wg sync.WaitGroup
	for range 3 { // a file of its own each, as processes have
		pace, err := ledger.OpenPace(path, perSecond)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = pace.Close() })
		for range 2 {
			wg.Go(func() {
				for {
					leave, err := pace.Enter(ctx)
					if err != nil {
						return
					}
					time.Sleep(5 * time.Millisecond)
					mu.Lock()
					arrived = append(arrived, time.Now())
					mu.Unlock()
					leave()
				}
			})
		}
	}
	wg.Wait()
	slices.SortFunc(arrived, time.Time.Compare)
	for i := perSecond; i < len(arrived); i++ {
		if d := arrived[i].Sub(arrived[i-perSecond]); d <= time.Second {
			t.Fatalf("%d calls arrived within %v", perSecond+1, d)
		}
	}
	// Of 60, as many as a machine lets through that does much else.
	if len(arrived) < perSecond*seconds/2 {
		t.Errorf("%d calls in %d seconds", len(arrived), seconds)
	}
}

// A call that is never answered, as its process was killed, gives its slot back after some seconds, not before.
func TestPaceOfAKilledProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	killed, err := ledger.OpenPace(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := killed.Enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	_ = killed.Close()
	pace, err := ledger.OpenPace(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pace.Close() })
	start := time.Now()
	leave, err := pace.Enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	leave()
	if took := time.Since(start); took < 5*time.Second {
		t.Errorf("the slot was free after %v", took)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	cancel(enough)
	if _, err := pace.Enter(ctx); !errors.Is(err, enough) {
		t.Errorf("got %v, want the cause", err)
	}
	if _, err := ledger.OpenPace("postgres://db/edgewarm", 20); !errors.Is(err, ledger.ErrNoPace) {
		t.Errorf("got %v, want ErrNoPace", err)
	}
}

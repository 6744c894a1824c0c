package warm_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/internal/warm"
)

// paced is what a worker paces its hosts with, beside a ledger of its own or another's.
func paced(t *testing.T, w *warm.Warmer) warm.HostPaces {
	t.Helper()
	h, err := w.OpenHostPaces(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	return h
}

// A worker that lives long forgets the hosts, and the rates of hosts, that it has no more to do with.
func TestHostPacesAreForgotten(t *testing.T) {
	t.Parallel()
	w := offline(t, "")
	synctest.Test(t, func(t *testing.T) {
		h := paced(t, w)
		most := 0
		for i := range 1000 {
			host, rate := fmt.Sprintf("host-%d.example.com", i%10), 50+float64(i)/100
			if err := h.Wait(t.Context(), host, rate); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			most = max(most, h.Known())
		}
		// Those of the last minute, and of the one before, since it is looked at once a minute.
		if most > 121 || most < 60 {
			t.Errorf("%d paces were known at once, of one a second", most)
		}
	})
}

// Workers that forget a pace whenever they can do not go faster together than a host may be asked.
func TestForgottenPacesAreKept(t *testing.T) {
	t.Parallel()
	const rate, workers, lasts = 210, 2, 20 * time.Second // blocks of two requests
	w := offline(t, "")
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), lasts)
		defer cancel()
		var mu sync.Mutex
		var gone []time.Time
		var wg sync.WaitGroup
		for n := range workers {
			h := paced(t, w)
			for range 2 {
				wg.Go(func() {
					for i := 0; h.Wait(ctx, "a.example.com", rate-float64(i%3)) == nil; i++ {
						mu.Lock()
						gone = append(gone, time.Now())
						mu.Unlock()
						if i%7 == n {
							h.Forget()
						}
					}
				})
			}
		}
		wg.Wait()
		slices.SortFunc(gone, time.Time.Compare)
		for i := rate; i < len(gone); i++ {
			if d := gone[i].Sub(gone[i-rate]); d < time.Second {
				t.Fatalf("%d requests went within %s", rate+1, d)
			}
		}
		if got := float64(len(gone)) / lasts.Seconds(); got < rate/2 {
			t.Errorf("%.1f requests a second, of %d", got, rate)
		}
	})
}

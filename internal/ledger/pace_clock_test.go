package ledger_test

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
)

// A clock that is hours off, is looked at over a slow and uneven network, runs 300 parts in a million too fast and is set
// once: what it shows is always between the bounds, but for the looks that the setting makes stale, and they are close.
func TestFarClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start, ahead := time.Now(), 3*time.Hour
		shows := func() time.Time {
			passed := time.Since(start)
			return start.Add(ahead + passed + time.Duration(float64(passed)*300e-6))
		}
		clock := ledger.NewFarClock()
		look := func() {
			asked := time.Now()
			time.Sleep(time.Millisecond + rand.N(50*time.Millisecond))
			shown := shows()
			time.Sleep(time.Millisecond + rand.N(50*time.Millisecond))
			clock.Saw(shown, asked, time.Now())
		}
		look()
		for i := range 2000 {
			time.Sleep(rand.N(3 * time.Second))
			if i == 1000 {
				ahead -= time.Minute
				look()
			}
			earliest, latest := clock.Now()
			if now := shows(); now.Before(earliest) || now.After(latest) {
				t.Fatalf("it shows %v, not between %v and %v", now, earliest, latest)
			}
			if off := latest.Sub(earliest); off > 110*time.Millisecond {
				t.Fatalf("the bounds are %v apart", off)
			}
			look()
		}
	})
}

package roundtrip_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/roundtrip"
)

const ms = time.Millisecond

// However the way there and the way back vary, what is told is hardly ever more than one of one call and one of another
// take together; where they vary little, it is close to it.
func TestLeast(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		there, back func(*rand.Rand) time.Duration
		atLeast     time.Duration // of what is told, on average
	}{
		{"steady", fixed(80 * ms), fixed(80 * ms), 160 * ms},
		{"one way", fixed(160 * ms), fixed(0), 160 * ms},
		{"none", fixed(0), fixed(0), 0},
		{"far", fixed(400 * ms), fixed(400 * ms), 250 * ms},
		{"a slow server", fixed(80 * ms), exponential(80*ms, 20*ms), 140 * ms},
		{"even", uniform(0, 300*ms), fixed(0), 0},
		{"even, both", uniform(0, 300*ms), uniform(0, 300*ms), 0},
		{"long tails", exponential(30*ms, 100*ms), exponential(30*ms, 100*ms), 0},
		{"a rare jam", func(r *rand.Rand) time.Duration { return time.Duration(r.IntN(20)/19) * 1900 * ms }, fixed(0), 0},
		{"a rare jam far away", func(r *rand.Rand) time.Duration { return 80*ms + time.Duration(r.IntN(20)/19)*1900*ms }, fixed(80 * ms), 160 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(1, 2))
			var times roundtrip.Times
			var sum time.Duration
			const calls = 20_000
			wrong := 0
			for range calls {
				told := times.Least()
				if c.there(r)+c.back(r) < told {
					wrong++
				}
				sum += told
				times.Add(c.there(r) + c.back(r))
			}
			if wrong > calls/1000 {
				t.Errorf("%d of %d pairs were on their way for less", wrong, calls)
			}
			if mean := sum / calls; mean < c.atLeast*99/100 {
				t.Errorf("it tells %v on average, want %v", mean, c.atLeast)
			}
		})
	}
}

// A way that became longer is known after some calls, one that became shorter at once.
func TestLeastOfAWayThatChanges(t *testing.T) {
	t.Parallel()
	var times roundtrip.Times
	add := func(n int, d, want time.Duration) {
		t.Helper()
		for range n {
			times.Add(d)
		}
		if got := times.Least(); got != want {
			t.Errorf("after %d calls of %v: got %v, want %v", n, d, got, want)
		}
	}
	add(39, 160*ms, 0)
	add(1, 160*ms, 160*ms)
	add(1, 20*ms, 0)
	add(128, 160*ms, 160*ms)
	times.Forget()
	add(39, 160*ms, 0)
}

func fixed(d time.Duration) func(*rand.Rand) time.Duration {
	return func(*rand.Rand) time.Duration { return d }
}

func uniform(from, to time.Duration) func(*rand.Rand) time.Duration {
	return func(r *rand.Rand) time.Duration { return from + time.Duration(r.Int64N(int64(to-from))) }
}

func exponential(from, mean time.Duration) func(*rand.Rand) time.Duration {
	return func(r *rand.Rand) time.Duration { return from + time.Duration(r.ExpFloat64()*float64(mean)) }
}

package effect_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/edgewarm/edgewarm/internal/effect"
)

// Of two strata of 100 with like objects each: the warmed of the first avoid 4 misses each, those of the second none.
func TestCompare(t *testing.T) {
	t.Parallel()
	var all []effect.Object
	for i := range 100 {
		top := effect.Object{Score: 10, Held: i%5 == 0, Requests: 20, Misses: 1, Units: 1}
		tail := effect.Object{Score: 1, Held: i%5 == 0, Requests: 2, Misses: 1, Units: 1}
		if top.Held {
			top.Misses, top.Units, tail.Units = 5, 0, 0
		}
		all = append(all, top, tail)
	}
	r := effect.Compare(all)
	if r.Verdict != effect.Avoided || r.Strata != 2 || r.Units != 160 || r.Warmed.Targets != 160 || r.HeldOut.Targets != 40 {
		t.Errorf("got %+v", r)
	}
	if want := (effect.Estimate{Value: 320, Low: 320, High: 320}); *r.Avoided != want || r.PerUnit.Value != 2 || r.Warmed.MissesEach != 1 || r.HeldOut.MissesEach != 3 {
		t.Errorf("got %+v, %+v by unit, %+v", *r.Avoided, *r.PerUnit, r)
	}
}

func TestTooFew(t *testing.T) {
	t.Parallel()
	some := func(warmed, held int) (all []effect.Object) {
		for i := range warmed + held {
			all = append(all, effect.Object{Score: float64(i), Held: i >= warmed, Misses: float64(i % 3), Units: 1})
		}
		return all
	}
	for _, c := range []struct{ warmed, held int }{{0, 0}, {0, 100}, {100, 0}, {100, 19}} {
		if r := effect.Compare(some(c.warmed, c.held)); r.Verdict != effect.TooFew || r.Avoided != nil || r.PerUnit != nil || r.Warmed.Targets != c.warmed {
			t.Errorf("%d warmed and %d held out: got %+v", c.warmed, c.held, r)
		}
	}
	if r := effect.Compare(some(100, 20)); r.Avoided == nil {
		t.Errorf("got %+v, want an interval", r)
	}
}

// Whatever is compared: the order does not matter; a miss more of each warmed target is one avoided less of each; the
// verdict is that of the interval, and is turned round with the sides' misses.
func TestCompareProperties(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		rnd := rand.New(rand.NewPCG(seed, 9))
		all := make([]effect.Object, 30+rnd.IntN(400))
		for i := range all {
			all[i] = effect.Object{Score: float64(rnd.IntN(1 + rnd.IntN(50))), Held: rnd.IntN(4) == 0, Misses: math.Floor(rnd.ExpFloat64() * 5), Units: 1}
		}
		r := effect.Compare(all)
		if e := r.Avoided; e != nil && (math.IsNaN(e.Value+e.Low+e.High) || math.IsInf(e.High, 0) || e.Low > e.Value || e.High < e.Value ||
			(r.Verdict == effect.Avoided) != (e.Low > 0) || (r.Verdict == effect.Added) != (e.High < 0)) {
			t.Fatalf("seed %d: %s of %+v", seed, r.Verdict, e)
		}
		want, _ := json.Marshal(r)
		rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if got, _ := json.Marshal(effect.Compare(all)); string(got) != string(want) {
			t.Fatalf("seed %d: in another order %s, want %s", seed, got, want)
		}
		if r.Avoided == nil {
			continue
		}
		for i := range all {
			if !all[i].Held {
				all[i].Misses++
			}
		}
		if more := effect.Compare(all); math.Abs(r.Avoided.Value-more.Avoided.Value-float64(r.Warmed.Targets)) > 1e-5 ||
			math.Abs((r.Avoided.High-r.Avoided.Low)-(more.Avoided.High-more.Avoided.Low)) > 1e-5 {
			t.Fatalf("seed %d: a miss more: %+v, before %+v", seed, more.Avoided, r.Avoided)
		}
	}
}

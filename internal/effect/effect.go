// Package effect tells what warming did: it compares the misses of what was warmed with those of what was held out by lot,
// which would have been warmed otherwise. It is arithmetic, and knows neither logs nor ledgers.
//
// What was drawn by lot differs from what was not by chance alone, so that the mean of its misses is what the warmed would
// have had. Objects differ far more by how much they are asked for, which the score of each foretold before anything
// happened: so they are compared within strata of like scores, and the strata weighed by how many of each were warmed.
package effect

import (
	"cmp"
	"math"
	"slices"
)

// Object is one that was warmed, or was held out.
type Object struct {
	// Score is what the plan took it to be worth.
	Score float64
	// Held tells that it was held out.
	Held bool
	// Requests and Misses are those of the time that is looked at.
	Requests, Misses float64
	// Units is what it took of the quota.
	Units int
}

// Arm is one side of the comparison.
type Arm struct {
	Targets  int     `json:"targets"`
	Requests float64 `json:"requests"`
	Misses   float64 `json:"misses"`
	// MissesEach is Misses by target: of the held out, weighed as the warmed are.
	MissesEach float64 `json:"misses_per_target"`
}

// Verdict is what can be said.
type Verdict string

// The verdicts.
const (
	// Avoided: warming avoided misses, more than chance explains.
	Avoided Verdict = "avoided"
	// TooFew: the interval has 0 in it, or there is too little to give one.
	TooFew Verdict = "too_few"
	// Added: what was warmed was missed more often than what was not.
	Added Verdict = "added"
)

// Estimate is a number and the interval that has the true one in it 95 times in 100.
type Estimate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

func (e Estimate) by(n float64) Estimate { return Estimate{e.Value / n, e.Low / n, e.High / n} }

// Report is what came of a comparison.
type Report struct {
	Verdict Verdict `json:"verdict"`
	Warmed  Arm     `json:"warmed"`
	HeldOut Arm     `json:"held_out"`
	// Units is what the warmed took of the quota.
	Units int `json:"units"`
	// Strata is how many there were to compare within.
	Strata int `json:"strata"`
	// Avoided is how many misses warming avoided in all, of those that are compared; PerTarget and PerUnit are by target and
	// by unit. They are nil where there is too little to give an interval.
	Avoided   *Estimate `json:"avoided,omitempty"`
	PerTarget *Estimate `json:"avoided_per_target,omitempty"`
	PerUnit   *Estimate `json:"avoided_per_unit,omitempty"`
}

const (
	// leastHeld is how many must have been held out for an interval: with fewer their own spread says too little of how far
	// off it may be.
	leastHeld = 20
	// perStratum is how many held out a stratum has in the mean: two give a variance, more give one that can be relied on.
	perStratum = 6
	// mostStrata bounds their number: more make the objects of one no more alike.
	mostStrata = 50
)

// Compare compares the two. The order of the objects does not matter.
func Compare(objects []Object) Report {
	sorted := slices.Clone(objects)
	slices.SortFunc(sorted, func(a, b Object) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Misses, b.Misses), cmp.Compare(a.Requests, b.Requests))
	})
	r := Report{Verdict: TooFew}
	for i := range sorted {
		r.count(&sorted[i])
	}
	r.Warmed.MissesEach = each(r.Warmed.Misses, r.Warmed.Targets)
	r.HeldOut.MissesEach = each(r.HeldOut.Misses, r.HeldOut.Targets)
	if r.HeldOut.Targets < leastHeld || r.Warmed.Targets == 0 {
		return r
	}
	strata := split(sorted, max(1, min(mostStrata, r.HeldOut.Targets/perStratum)))
	r.Strata = len(strata)
	r.conclude(strata)
	return r
}

func (r *Report) count(o *Object) {
	arm := &r.Warmed
	if o.Held {
		arm = &r.HeldOut
	} else {
		r.Units += o.Units
	}
	arm.Targets++
	arm.Requests += o.Requests
	arm.Misses += o.Misses
}

func each(sum float64, n int) float64 {
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// conclude estimates what was avoided.
func (r *Report) conclude(strata []stratum) {
	var avoided, variance, freedom float64
	compared := 0.0
	for _, s := range strata {
		n := s.warmed.n
		if n == 0 {
			continue
		}
		v := n * n * (s.held.ofMean() + s.warmed.ofMean())
		avoided += n * (s.held.mean - s.warmed.mean)
		variance += v
		compared += n
		if v > 0 {
			// Welch and Satterthwaite: the spread of the held out, which are few, is what is known least.
			freedom += math.Pow(n*n*s.held.ofMean(), 2) / (s.held.n - 1)
			if s.warmed.n > 1 {
				freedom += math.Pow(n*n*s.warmed.ofMean(), 2) / (s.warmed.n - 1)
			}
		}
	}
	margin := 0.0
	if variance > 0 {
		margin = t95(variance*variance/freedom) * math.Sqrt(variance)
	}
	total := Estimate{rounded(avoided), rounded(avoided - margin), rounded(avoided + margin)}
	perTarget := total.by(compared)
	r.HeldOut.MissesEach = r.Warmed.MissesEach + perTarget.Value
	r.Avoided, r.PerTarget = &total, &perTarget
	if r.Units > 0 {
		perUnit := total.by(float64(r.Units))
		r.PerUnit = &perUnit
	}
	switch {
	case total.Low > 0:
		r.Verdict = Avoided
	case total.High < 0:
		r.Verdict = Added
	}
}

// rounded keeps six places, the same digits on every processor.
func rounded(f float64) float64 { return math.Round(f*1e6) / 1e6 }

// t95 is the quantile of Student's t between which and its negative 95 % lie, by the expansion of Abramowitz and Stegun,
// 26.7.5, in the normal one's. Below 3 degrees of freedom it is taken at 3.
func t95(freedom float64) float64 {
	const z = 1.959963984540054
	v := max(freedom, 3)
	z2 := z * z
	return z * (1 + (z2+1)/(4*v) + ((5*z2+16)*z2+3)/(96*v*v) + (((3*z2+19)*z2+17)*z2-15)/(384*v*v*v) +
		((((79*z2+776)*z2+1482)*z2-1920)*z2-945)/(92160*v*v*v*v))
}

package planner

import "math"

// Why is what a score is made of:
//
//	(Expected × Cold × Miss + Prior) × Weight × Boost + max(Weight − 1, 0), and no less than Needed
//
// docs/plan.md says how each term is measured.
type Why struct {
	// Requests and Misses are the demand that the logs tell of.
	Requests float64 `json:"requests"`
	Misses   float64 `json:"misses"`
	// Views, Share, Depth and Hours are what the forecast is made of, beside Requests: see Forecast.
	Views float64 `json:"views,omitzero"`
	Share float64 `json:"share,omitzero"`
	Depth float64 `json:"depth,omitzero"`
	Hours float64 `json:"hours,omitzero"`
	// Expected is how many requests are expected, Cold which share of them would be misses.
	Expected float64 `json:"expected"`
	Cold     float64 `json:"cold"`
	// Miss is what one miss costs: see MissCost.
	Miss float64 `json:"miss"`
	// Prior is what the kind, the sitemap and the place in the playlist make of a URL that nobody has asked for yet:
	// less than a hundredth, so that a real request is worth more even when it is six half-lives old.
	Prior float64 `json:"prior"`
	// Weight is that of the source. More than 1 also stands for requests that are expected and not in any log yet.
	Weight float64 `json:"weight"`
	// Boost is the product of the boosts that match; 0 when none does, which is as good as 1.
	Boost float64 `json:"boost,omitzero"`
	// Needed is the score of the best that cannot be played without it, where that is more than its own.
	Needed float64 `json:"needed,omitzero"`
	// Rule is pin or floor for what was chosen because of one, and early for what was sent before the plan was made, which
	// would not have chosen it.
	Rule string `json:"rule,omitempty"`
}

// The words of Why.Rule.
const (
	rulePin   = "pin"
	ruleFloor = "floor"
	ruleEarly = "early"
)

// count notes what was counted and what the forecast is made of. The score needs none of it, so that only what may be
// chosen has it.
func (w *Why) count(f *Forecast) {
	w.Requests, w.Misses = rounded(f.Requests), rounded(f.Misses)
	w.Views, w.Share, w.Depth, w.Hours = rounded(f.Views), rounded(f.Share), rounded(f.Depth), rounded(f.Hours)
}

// own is the score without what needs it.
func (w *Why) own() float64 {
	boost := w.Boost
	if boost == 0 {
		boost = 1
	}
	return rounded((w.Expected*w.Cold*w.Miss+w.Prior)*w.Weight*boost + max(w.Weight-1, 0))
}

// rounded keeps nine places: enough for any order, and the same digits on every processor.
func rounded(f float64) float64 {
	if f == 0 || f == 1 {
		return f
	}
	return math.Round(f*1e9) / 1e9
}

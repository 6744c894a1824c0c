package planfile

import (
	"encoding/json"
	"sort"

	"github.com/edgewarm/edgewarm/planner"
)

// Kind says how a URL stands in the second plan against the first.
type Kind string

// The kinds of changes.
const (
	Added   Kind = "added"
	Removed Kind = "removed"
	// Moved is a target that changed places with others; those that only made room for it have not moved.
	Moved Kind = "moved"
)

// Change is one URL that stands otherwise in the second plan. Its JSON names are a promise.
type Change struct {
	Change Kind   `json:"change"`
	URL    string `json:"url"`
	// From and To are its rank in the first and in the second plan; 0 for none.
	From int `json:"from,omitzero"`
	To   int `json:"to,omitzero"`
	// Reason is why the plan that lacks it left it out, where that plan says so.
	Reason planner.Reason `json:"reason,omitempty"`
	// Scores are those in the first and in the second plan, Why the terms that differ.
	Scores Terms            `json:"score"`
	Why    map[string]Terms `json:"why,omitempty"`
}

// Terms are a number in the first and in the second plan; 0 in a plan that lacks the target.
type Terms [2]float64

// Diff compares two plans: what was added and what moved in order of the second plan, then what was removed in order of
// the first.
func Diff(a, b *File) []Change {
	before, reasons := byURL(a)
	after, reasonsNow := byURL(b)
	still := steady(a, b, before)
	var changes []Change
	for i := range b.Targets {
		now := &b.Targets[i]
		old := before[now.URL]
		switch {
		case old == nil:
			changes = append(changes, change(Added, &planner.Target{}, now, reasons[now.URL]))
		case !still[now.URL]:
			changes = append(changes, change(Moved, old, now, ""))
		}
	}
	for i := range a.Targets {
		if old := &a.Targets[i]; after[old.URL] == nil {
			changes = append(changes, change(Removed, old, &planner.Target{}, reasonsNow[old.URL]))
		}
	}
	return changes
}

func byURL(f *File) (map[string]*planner.Target, map[string]planner.Reason) {
	targets, reasons := map[string]*planner.Target{}, map[string]planner.Reason{}
	for i := range f.Targets {
		targets[f.Targets[i].URL] = &f.Targets[i]
	}
	for _, l := range f.LeftOut {
		reasons[l.URL] = l.Reason
	}
	return targets, reasons
}

func change(kind Kind, old, now *planner.Target, reason planner.Reason) Change {
	c := Change{
		Change: kind, URL: now.URL, From: old.Rank, To: now.Rank, Reason: reason, Scores: Terms{old.Score, now.Score},
	}
	if c.URL == "" {
		c.URL = old.URL
	}
	c.Why = differing(Numbers(&old.Why), Numbers(&now.Why))
	return c
}

// Numbers are the numbers of a Why by their names in JSON, so that no term is ever forgotten here.
func Numbers(w *planner.Why) map[string]float64 {
	text, _ := json.Marshal(w) // plain numbers and strings always marshal
	var values map[string]any
	_ = json.Unmarshal(text, &values)
	numbers := map[string]float64{}
	for name, value := range values {
		if number, ok := value.(float64); ok {
			numbers[name] = number
		}
	}
	return numbers
}

func differing(old, now map[string]float64) map[string]Terms {
	out := map[string]Terms{}
	for _, of := range []map[string]float64{old, now} {
		for name := range of {
			if old[name] != now[name] {
				out[name] = Terms{old[name], now[name]}
			}
		}
	}
	return out
}

// steady are the URLs of both plans that can be said to have kept their order: the longest run of the second plan whose
// ranks in the first rise.
func steady(a, b *File, before map[string]*planner.Target) map[string]bool {
	place := map[string]int{}
	for i := range a.Targets {
		place[a.Targets[i].URL] = i
	}
	// ends[n] is the target of the second plan at which the best run of n+1 ends, previous what comes before each in it.
	var ends []int
	previous := make([]int, len(b.Targets))
	for i := range b.Targets {
		previous[i] = -1
		if before[b.Targets[i].URL] == nil {
			continue
		}
		at := place[b.Targets[i].URL]
		n := sort.Search(len(ends), func(n int) bool { return place[b.Targets[ends[n]].URL] >= at })
		if n > 0 {
			previous[i] = ends[n-1]
		}
		ends = append(ends[:n], append([]int{i}, ends[min(n+1, len(ends)):]...)...)
	}
	still := map[string]bool{}
	if len(ends) == 0 {
		return still
	}
	for i := ends[len(ends)-1]; i >= 0; i = previous[i] {
		still[b.Targets[i].URL] = true
	}
	return still
}

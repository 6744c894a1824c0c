package warm

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/edgewarm/edgewarm/internal/effect"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/planner"
)

// divided is a run of which some was warmed and some held out.
type divided struct {
	night        effect.Night
	warmed, held []planner.Target
	spent        map[string]ledger.Spent
	// day is the quota day, over whether the time in which warming does something is.
	day  string
	over bool
}

// betterThan tells of which of two runs the effect is rather told: of one whose time is over, of a later day, and within a
// day of the one that warmed more, as hourly runs after a nightly one add little.
func (d *divided) betterThan(other *divided) bool {
	switch {
	case other == nil:
		return true
	case d.over != other.over:
		return d.over
	case d.day != other.day:
		return d.day > other.day
	}
	return len(d.spent) > len(other.spent)
}

// divided finds the run.
func (w *Warmer) divided(ctx context.Context, l *ledger.Ledger, run int64) (*divided, error) {
	kept, err := l.KeptPlans(ctx)
	if err != nil {
		return nil, err
	}
	var runs []ledger.Run
	if n := len(kept); n > 0 {
		if runs, err = l.RunsFrom(ctx, kept[n-1]); err != nil {
			return nil, err
		}
	}
	var best *divided
	for i, r := range runs {
		if run != 0 && r.ID != run || !slices.Contains(kept, r.ID) || !mayHoldOut(r) {
			continue
		}
		if best != nil && best.over && l.Day(r.Started) != best.day {
			break // what is older is no better
		}
		d, err := w.divide(ctx, l, r, laterDay(l, runs[:i], r))
		if err != nil {
			return nil, err
		}
		if d != nil && d.betterThan(best) {
			best = d
		}
	}
	switch {
	case best == nil && run != 0 && !slices.Contains(kept, run):
		return nil, notKept(ctx, l, run, kept)
	case best == nil && run != 0:
		return nil, &HintError{fmt.Errorf("run %d has held nothing out", run), "set plan.holdout: 2%, and ask the day after the next run"}
	case best == nil:
		return nil, errNothingHeld
	}
	return best, w.comparable(ctx, l, best)
}

// mayHoldOut is whether the summary of a run does not say that it held nothing out: the plans are read of few.
func mayHoldOut(r ledger.Run) bool {
	var s Summary
	return r.Summary == nil || json.Unmarshal(r.Summary, &s) != nil || s.LeftOut[planner.HeldOut] > 0
}

// notKept is why there is no plan of a run.
func notKept(ctx context.Context, l *ledger.Ledger, run int64, kept []int64) error {
	switch _, known, err := l.Run(ctx, run); {
	case err != nil:
		return err
	case !known:
		return &HintError{unsupportedError(fmt.Sprintf("run %d: the ledger has no such run", run)), "edgewarm status lists the runs"}
	}
	return &HintError{fmt.Errorf("the plan of run %d is not kept", run), keptHint(kept)}
}

// keptHint says which plans there are to be asked.
func keptHint(kept []int64) string {
	if len(kept) == 0 {
		return "no plan is kept: edgewarm run keeps its own"
	}
	if len(kept) == 1 {
		return fmt.Sprintf("only the plan of run %d is kept", kept[0])
	}
	return fmt.Sprintf("%d plans are kept, of runs %d to %d", len(kept), kept[len(kept)-1], kept[0])
}

// laterDay is when the first of the later runs began that was of another day of the quota, and so held others out; zero for
// none. The newest come first.
func laterDay(l *ledger.Ledger, later []ledger.Run, r ledger.Run) time.Time {
	for _, next := range slices.Backward(later) {
		if l.Day(next.Started) != l.Day(r.Started) {
			return next.Started
		}
	}
	return time.Time{}
}

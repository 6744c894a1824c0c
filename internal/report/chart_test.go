package report_test

import (
	"testing"

	"github.com/edgewarm/edgewarm/internal/report"
)

// The plan's units stand between the points of the curve that are next to them, and before the first one, too.
func TestCurveSpent(t *testing.T) {
	t.Parallel()
	curve := []report.CoveragePoint{{Units: 100, Share: 0.5}, {Units: 200, Share: 0.7}, {Units: 400, Share: 1}}
	for planned, want := range map[int]float64{50: 0.25, 100: 0.5, 150: 0.6, 300: 0.85} {
		c := report.Figures{Planned: planned, Coverage: curve}.Curve()
		if c.Spent == nil || c.Spent.Units != planned || c.Spent.Share < want-1e-9 || c.Spent.Share > want+1e-9 || c.SpentX != float64(planned)/4 {
			t.Errorf("%d units: got %+v at %v, want a share of %v", planned, c.Spent, c.SpentX, want)
		}
	}
	for _, planned := range []int{0, 400, 500} {
		if c := (report.Figures{Planned: planned, Coverage: curve}).Curve(); c.Spent != nil {
			t.Errorf("%d units: got %+v, want none", planned, c.Spent)
		}
	}
}

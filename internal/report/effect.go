package report

import (
	"fmt"

	"github.com/edgewarm/edgewarm/internal/effect"
)

// EffectWords say in a sentence or two what warming did, or why that cannot be told.
func EffectWords(n *effect.Night) string {
	if n.Avoided == nil || n.PerUnit == nil {
		return fmt.Sprintf("Too few to tell: %d were held out, %d are compared with them. A larger plan.holdout or a larger plan says more.",
			n.HeldOut.Targets, n.Warmed.Targets)
	}
	each, all := n.PerUnit, n.Avoided
	switch n.Verdict {
	case effect.Avoided:
		return fmt.Sprintf("Each unit avoided %.3f misses (95%%: %.3f to %.3f), all %d units that are compared %.0f (%.0f to %.0f).",
			each.Value, each.Low, each.High, n.Units, all.Value, all.Low, all.High)
	case effect.Added:
		return fmt.Sprintf("What was warmed was missed more than what was not, by %.3f for each unit (95%%: %.3f to %.3f): look whether it was evicted or purged.",
			-each.Value, -each.High, -each.Low)
	}
	return fmt.Sprintf("Too few to tell: each unit avoided %.3f misses, and by chance that may be anything from %.3f to %.3f. A larger plan.holdout says more.",
		each.Value, each.Low, each.High)
}

package config

import (
	"fmt"
	"math"
)

const (
	maxBoost = 1e6 // far more than any two things differ by
	maxMiss  = 1e6 // times the round trip of a miss
	// maxHoldOut is in percent: with as many cold as warm the comparison is as sharp as it gets.
	maxHoldOut = 50
)

// rules checks what people say of the plan themselves.
func (d *decoder) rules(p *Plan) {
	d.texts("plan.pin", p.Pin)
	d.texts("plan.block", p.Block)
	for i, b := range p.Boost {
		key := fmt.Sprintf("plan.boost[%d]", i)
		d.text(key+".match", b.Match)
		d.number(key+".times", b.Times, maxBoost)
	}
	for i, f := range p.Floor {
		d.bound(fmt.Sprintf("plan.floor[%d]", i), "least", f.Match, f.Least)
	}
	for i, c := range p.Cap {
		d.bound(fmt.Sprintf("plan.cap[%d]", i), "most", c.Match, c.Most)
	}
	d.count("plan.per_title_cap", p.PerTitleCap, 0, math.MaxInt32)
	if !p.HoldOut.isValid() || p.HoldOut.Units > 0 || p.HoldOut.Percent > maxHoldOut {
		d.wrong("plan.holdout", "2% is enough for most", "plan.holdout is not a share from 0%% to %d%%", maxHoldOut)
	}
	d.atLeast0("plan.miss.start", p.Miss.Start, maxMiss)
	d.atLeast0("plan.miss.mib", p.Miss.MiB, maxMiss)
}

func (d *decoder) bound(key, word, match string, r Reserve) {
	d.text(key+".match", match)
	if !r.isValid() {
		d.wrong(join(key, word), "", "%s is neither a share from 0%% to 100%% nor a number of units", join(key, word))
	}
}

func (d *decoder) atLeast0(key string, f, most float64) {
	if !(f >= 0 && f <= most) {
		d.wrong(key, "", "%s is %v, which is not from 0 to %v", key, f, most)
	}
}

package planner

import "slices"

// What a floor brings is in the plan whatever it is worth: what else needs it may have had to go before, or never have come
// this far, just as it happened to be found. So it is rated by what is under floors, which never goes unseen, and by what is
// in the plan.

// worthToFloor is what a candidate is rated by where a floor is filled.
func (c *candidate) worthToFloor() float64 { return max(c.own, c.liftedByFloors) }

// underFloors are those that floors are filled from, the best first.
func (f *fit) underFloors() []int32 {
	if len(f.Floor) == 0 {
		return nil
	}
	pool := f.chains.pool
	var under []int32
	for _, i := range f.order {
		if pool[i].floor > 0 {
			under = append(under, i)
		}
	}
	slices.SortFunc(under, func(a, b int32) int {
		return pool[a].compareBy(&pool[b], pool[a].worthToFloor(), pool[b].worthToFloor())
	})
	return under
}

// rateFloors rates what floors brought, and puts it where it belongs then.
func (f *fit) rateFloors() {
	if len(f.Floor) == 0 {
		return
	}
	pool := f.chains.pool
	for i := range pool {
		if t := &pool[i]; t.rule == ruleFloor {
			t.rate(t.worthToFloor())
		}
	}
	for i := range pool {
		if !pool[i].taken {
			continue
		}
		for n := range f.chains.needs(int32(i)) {
			if t := &pool[n]; t.rule == ruleFloor {
				t.rate(max(t.Score, pool[i].own))
			}
		}
	}
	f.sort()
}

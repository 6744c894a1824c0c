package planner

import "slices"

// fit chooses from a pool what the budgets hold: what is pinned, then what the floors ask for, then the best, in the order
// of the plan. What is needed is never worth less than what needs it, and every target costs one unit, so that taking the
// best as long as there are units is the optimum: no other choice of as many targets that has all that it needs is worth
// more.
//
// It can be asked again and again. What is not chosen from some of the resources is not chosen from all of them either,
// with one exception: what more comes to need, which the pool keeps.
type fit struct {
	*Planner
	chains *chains
	order  []int32
	// left is the units of each zone; filled and capped those that the bounds have had, by zone and number of the bound;
	// titles those that the titles have had.
	left           map[*zone]int
	filled, capped map[boundKey]int
	titles         map[titleKey]int
	// free lets targets do without what they need; blocked tells that one was left out for that.
	free, blocked bool
}

type boundKey struct {
	zone   *zone
	number int
}

// titleKey counts a title by the cap that it is under, if its parts are under several: so it does not matter in which order
// they are looked at.
type titleKey struct {
	title string
	cap   int
}

func (p *Planner) fit(pool []candidate, free bool) *fit {
	f := p.newFit(pool, free)
	f.choose()
	return f
}

// fitSent is a fit, after the one without it, with all that was sent already.
func (p *Planner) fitSent(pool []candidate) *fit {
	rules := make([]string, len(pool))
	for i := range pool {
		if rules[i] = pool[i].rule; !pool[i].taken {
			rules[i] = ruleEarly
		}
	}
	f := p.newFit(pool, false)
	for i := range pool {
		if pool[i].sent {
			f.grant(&pool[i], rules[i])
		}
	}
	f.choose()
	return f
}

func (p *Planner) newFit(pool []candidate, free bool) *fit {
	f := &fit{
		Planner: p, free: free, chains: chain(pool, p.isGone), left: map[*zone]int{},
		filled: map[boundKey]int{}, capped: map[boundKey]int{}, titles: map[titleKey]int{},
	}
	f.order = make([]int32, len(pool))
	for i := range pool {
		f.order[i] = int32(i)
		pool[i].taken, pool[i].heldOut, pool[i].rule = false, false, ""
	}
	f.sort()
	for _, z := range p.zones {
		f.left[z] = z.units
	}
	return f
}

// sort puts the pool in the order of the plan.
func (f *fit) sort() {
	pool := f.chains.pool
	slices.SortFunc(f.order, func(a, b int32) int { return pool[a].compare(&pool[b]) })
}

func (f *fit) choose() {
	for _, i := range f.order {
		if f.chains.pool[i].pinned {
			f.take(i, rulePin)
		}
	}
	for _, i := range f.underFloors() {
		f.fill(i)
	}
	for _, i := range f.order {
		f.take(i, "")
	}
	f.rateFloors()
}

// fill takes what a floor asks for, with all that it needs.
func (f *fit) fill(i int32) {
	t := &f.chains.pool[i]
	if t.floor == 0 {
		return
	}
	key := boundKey{t.zone, t.floor}
	if f.filled[key] >= f.Floor[t.floor-1].unitsOf(t.zone.units) {
		return
	}
	if t.taken {
		f.filled[key]++
		return
	}
	needs := slices.Collect(f.chains.needs(i))
	for _, n := range slices.Backward(needs) {
		f.take(n, ruleFloor)
	}
	if f.take(i, ruleFloor); t.taken {
		f.filled[key]++
	}
}

// take takes one if there is a unit for it and it has all that it needs; a rule goes above caps, and above holding out.
func (f *fit) take(i int32, rule string) {
	t := &f.chains.pool[i]
	if t.taken || !t.zone.unbounded && f.left[t.zone] <= 0 || rule == "" && f.isCapped(t) {
		return
	}
	if !f.free && f.chains.broken(i) {
		f.blocked = true
		return
	}
	if t.heldOut = t.drawn && rule == ""; !t.heldOut {
		f.grant(t, rule)
	}
}

// grant gives one its unit.
func (f *fit) grant(t *candidate, rule string) {
	t.taken, t.rule = true, rule
	f.left[t.zone]--
	if t.cap > 0 {
		f.capped[boundKey{t.zone, t.cap}]++
	}
	if f.TitleCap > 0 {
		f.titles[titleKey{t.Title, t.cap}]++
	}
}

func (f *fit) isCapped(t *candidate) bool {
	if t.cap > 0 && !t.zone.unbounded && f.capped[boundKey{t.zone, t.cap}] >= f.Cap[t.cap-1].unitsOf(t.zone.units) {
		return true
	}
	return f.TitleCap > 0 && t.Title != "" && f.titles[titleKey{t.Title, t.cap}] >= f.TitleCap
}

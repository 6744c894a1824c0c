package planner

// Ranked is a Popularity that can tell how much of the demand is left to be found. popularity.Model is one.
type Ranked interface {
	Popularity
	// AtLeast is how many URLs, found or not, may be expected to be missed n times or more. It is false where even one
	// that nobody has asked for yet may be.
	AtLeast(n float64) (urls int, known bool)
}

// Certain returns targets whose place in the plan does not depend on what is still to be found, best first, so that they
// may be sent while it is. Each is returned once, and is in the Plan whatever is added later. units is how many of each
// zone it may return; may, when it is not nil, is asked whether a URL may go.
//
// A place is certain that is pinned, or that fits the budget behind all that may still come before it: what was found,
// and every URL that a Ranked popularity tells to be in as much demand, under the best weight and boost that there are.
// What is under a cap waits. Two things are not foreseen: how many more a pattern may pin, and what somebody comes to need
// that nobody asks for by itself. So Plan.Regret says how many of them the plan would not have chosen, which units bounds.
func (p *Planner) Certain(units map[string]int, may func(url string) bool) []Target {
	p.start()
	p.decide()
	f := p.fit(p.pool.list, false)
	ahead := p.outlook()
	var certain []Target
	given := map[*zone]int{}
	for _, i := range f.order {
		c := &p.pool.list[i]
		if !ahead.certain(c) || c.sent || !c.taken || given[c.zone] >= units[c.zone.name] || may != nil && !may(c.URL) {
			continue
		}
		c.sent = true
		given[c.zone]++
		certain = append(certain, c.Target)
	}
	return certain
}

// outlook is what may still come before what was found.
type outlook struct {
	*Planner
	ranked Ranked
	// most is the greatest weight times the greatest boost, added what a weight adds; miss what a miss costs at most.
	most, added, miss float64
	// pinned, asked and others count those that were found before the one that is looked at: others are expected by the
	// forecast alone. shut is where one was not certain, and so none behind it is.
	pinned, asked, others map[*zone]int
	shut                  map[*zone]bool
}

func (p *Planner) outlook() *outlook {
	o := &outlook{
		Planner: p, most: 1, miss: 1 + max(p.Miss.Start, 0),
		pinned: map[*zone]int{}, asked: map[*zone]int{}, others: map[*zone]int{}, shut: map[*zone]bool{},
	}
	o.ranked, _ = p.Popularity.(Ranked)
	for _, weight := range p.Weights {
		o.most = max(o.most, weight)
	}
	o.added = o.most - 1
	for _, b := range p.Boost {
		o.most *= max(b.Times, 1)
	}
	if p.Miss.MiB > 0 {
		o.ranked = nil // what is still to be found may be of any size
	}
	return o
}

// certain tells whether the place of a candidate is, and counts it for those behind it. They come in the order of the plan.
func (o *outlook) certain(c *candidate) bool {
	defer o.count(c)
	switch {
	case c.pinned:
		return c.zone.unbounded || o.pinned[c.zone] < c.zone.units
	case c.cap > 0, o.TitleCap > 0 && c.Title != "", o.shut[c.zone]:
		return false
	case c.zone.unbounded:
		return true
	}
	ahead, known := o.ahead(c)
	o.shut[c.zone] = !known || ahead >= o.room(c.zone)
	return !o.shut[c.zone]
}

func (o *outlook) count(c *candidate) {
	switch {
	case c.pinned:
		o.pinned[c.zone]++
	case c.Why.Requests > 0:
		o.asked[c.zone]++
	default:
		o.others[c.zone]++
	}
}

// room is what the floors leave of a budget.
func (o *outlook) room(z *zone) int {
	room := z.units
	for _, floor := range o.Floor {
		room -= floor.unitsOf(z.units)
	}
	return room
}

// ahead is how many may be before a candidate that is not pinned.
func (o *outlook) ahead(c *candidate) (n int, known bool) {
	if o.ranked == nil {
		return 0, false
	}
	// What is missed n times has this score at most: (n × miss + prior) × most + added.
	least := ((c.Score-o.added)/o.most - maxPrior) / o.miss
	if !(least > 0) {
		return 0, false
	}
	urls, known := o.ranked.AtLeast(least)
	if c.Why.Requests > 0 && c.Why.Needed == 0 {
		urls-- // itself
	}
	return o.pinned[c.zone] + o.others[c.zone] + max(urls, o.asked[c.zone]), known
}

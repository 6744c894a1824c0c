package planner

// days hands out the units of each zone, day after day.
type days struct {
	number int
	later  func(zone string) int
	// day and left are where each zone is.
	day, left map[*zone]int
}

// budget is what a zone may spend on all days.
func (p *Planner) budget(name string) int {
	return p.Budget[name] + max(p.Days-1, 0)*p.daily(name)
}

// daily is what a zone may spend on each day after the first.
func (p *Planner) daily(name string) int {
	if p.Daily == nil {
		return p.Budget[name]
	}
	return p.Daily[name]
}

func (p *Planner) days() *days {
	d := &days{number: p.Days, later: p.daily, day: map[*zone]int{}, left: map[*zone]int{}}
	for _, z := range p.zones {
		d.day[z], d.left[z] = 1, p.Budget[z.name]
	}
	return d
}

// next is the first day that has the units for the next target; 0 when there is one day only. What costs more than is left
// of a day waits for the next, and never for longer than the last.
func (d *days) next(z *zone, cost int) int {
	if d.number <= 1 {
		return 0
	}
	for !z.unbounded && d.left[z] < cost && d.day[z] < d.number {
		d.day[z]++
		d.left[z] = d.later(z.name)
	}
	d.left[z] -= cost
	return d.day[z]
}

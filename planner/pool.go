package planner

import (
	"hash/maphash"
	"slices"
)

const (
	// maxWaiting is how many playlists and init sections are kept although they are not worth a unit: what they list may
	// come later and be worth one. They take some 50 MB; a crawl lists what a playlist has soon after it.
	maxWaiting = 1 << 17
	// leastRoom is how many candidates are taken in between two choices at least.
	leastRoom = 1024
)

// pool holds the candidates that may still become targets.
type pool struct {
	list []candidate
	// limit is how many there may be before the next choice.
	limit int
	seed  maphash.Seed
	// gone has the hashes of the needed ones that had to go. What needs them is left out.
	gone map[uint64]struct{}
}

// zone is one of the zones, while planning.
type zone struct {
	name string
	// units is the budget of all days.
	units     int
	unbounded bool
	// full tells that the last choice left no unit. Then nothing that is worth less than worst can be chosen any more.
	full  bool
	worst float64
}

// hopeless tells that a candidate will not be chosen, whatever else comes.
func (m *merit) hopeless(z *zone) bool {
	return z.full && m.own < z.worst && !m.needed && !m.pinned && m.floor == 0
}

func (p *Planner) offer(c *candidate) {
	p.pool.list = append(p.pool.list, *c)
	if !p.unbounded && len(p.pool.list) >= p.pool.limit {
		p.prune()
	}
}

// prune leaves out what will not be chosen, whatever else comes.
func (p *Planner) prune() {
	p.fit(p.pool.list, false)
	waiting := 0
	for i := range p.pool.list {
		if c := &p.pool.list[i]; c.needed && !c.taken && !c.sent {
			waiting++
		}
	}
	excess := waiting - maxWaiting
	kept := p.pool.list[:0]
	for i := range p.pool.list {
		switch c := &p.pool.list[i]; {
		case c.taken, c.heldOut, c.sent, c.needed && excess <= 0:
			kept = append(kept, *c)
		case c.needed:
			excess--
			p.pool.gone[maphash.String(p.pool.seed, c.URL)] = struct{}{}
			fallthrough
		default:
			p.leaveOver(c)
		}
	}
	p.pool.limit = 2*len(kept) + leastRoom
	p.pool.list = slices.Grow(kept, p.pool.limit-len(kept)) // at once, not step by step
	p.bar()
}

// bar notes what a candidate must be worth from now on, after a choice.
func (p *Planner) bar() {
	left := map[*zone]int{}
	for _, z := range p.zones {
		left[z], z.worst = z.units, inf
	}
	for i := range p.pool.list {
		if c := &p.pool.list[i]; c.taken {
			left[c.zone]--
			if c.rule == "" {
				c.zone.worst = min(c.zone.worst, c.Score)
			}
		}
	}
	for z, n := range left {
		z.full = n <= 0 && !z.unbounded
	}
}

func (p *Planner) isGone(url string) bool {
	if len(p.pool.gone) == 0 {
		return false
	}
	_, gone := p.pool.gone[maphash.String(p.pool.seed, url)]
	return gone
}

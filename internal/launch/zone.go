package launch

import (
	"slices"
	"time"
)

// zoneSchedule is the schedule of one zone in the making.
type zoneSchedule struct {
	Terms
	zone        string
	first, last []Item
	shares      []Share
	left        []Item
}

func (z *zoneSchedule) make() {
	slots := z.slots()
	if len(slots) == 0 {
		z.left = append(z.first, z.last...)
		return
	}
	end := &slots[len(slots)-1]
	fits := end.takeUnits(z.last)
	z.left = append(z.left, z.last[fits:]...)
	rest := z.spread(slots)
	// Where time is short and quota is not, it is sent all the same: it may be warm in time.
	rest = rest[end.takeUnits(rest):]
	end.items = append(end.items, z.last[:fits]...)
	z.left = append(z.left, rest...)
	z.share(slots)
}

// share makes shares of the days, from the last one on: each has to be done before the next has to be begun.
func (z *zoneSchedule) share(slots []slot) {
	by := z.At
	for _, s := range slices.Backward(slots) {
		if len(s.items) == 0 {
			continue
		}
		share := Share{Zone: z.zone, Day: s.Name, From: s.from, Items: s.items}
		for _, item := range s.items {
			share.Units += item.Cost
			share.Bytes += item.Bytes
		}
		until := s.until
		if s.items[0].Last {
			until = earlier(s.To, z.lastBy())
		}
		share.Latest = earlier(by, until).Add(-z.took(len(s.items), share.Bytes))
		by = share.Latest
		z.shares = append(z.shares, share)
	}
}

// slot is one day's room.
type slot struct {
	Day
	from, until time.Time
	seconds     time.Duration // between them that are left
	items       []Item
}

// sentBy is by when what does not go last has to be sent.
func (z *zoneSchedule) sentBy() time.Time {
	if len(z.last) == 0 {
		return z.lastBy()
	}
	return z.lastBy().Add(-z.Job)
}

// slots are the days on which something can be sent that is warm at the release: those that begin before it is too late
// for what goes last, or the present one where it is already.
func (z *zoneSchedule) slots() (slots []slot) {
	for _, day := range z.Days[z.zone] {
		if over := !day.To.After(z.opens()); over || day.From.After(later(z.lastBy(), z.Now)) {
			continue
		}
		s := slot{Day: day, from: later(day.From, z.opens()), until: earlier(day.To, z.sentBy())}
		s.seconds = max(s.until.Sub(s.from), 0)
		slots = append(slots, s)
	}
	return slots
}

// spread puts the items that do not go last on as few of the last days as hold them, and returns what none holds.
func (z *zoneSchedule) spread(slots []slot) (rest []Item) {
	for k := len(slots) - 1; k >= 0; k-- {
		trial := slices.Clone(slots[k:])
		if rest = z.forwards(trial); len(rest) == 0 || k == 0 {
			if tight := slices.Clone(slots[k:]); len(z.backwards(tight)) == 0 {
				trial = tight // the first of the days is spent only as far as it has to be
			}
			copy(slots[k:], trial)
			return rest
		}
	}
	return rest
}

// forwards fills the days in their order.
func (z *zoneSchedule) forwards(slots []slot) (rest []Item) {
	rest = z.first
	for i := range slots {
		n := z.room(&slots[i], rest, false)
		slots[i].items = append(slots[i].items, rest[:n]...)
		rest = rest[n:]
	}
	return rest
}

// backwards fills them from the last one on, with the last items first.
func (z *zoneSchedule) backwards(slots []slot) (rest []Item) {
	rest = z.first
	for i := len(slots) - 1; i >= 0; i-- {
		n := len(rest) - z.room(&slots[i], rest, true)
		slots[i].items = append(slots[i].items, rest[n:]...)
		rest = rest[:n]
	}
	return rest
}

// room is how many items a day has units and time for, from the beginning or from the end of them.
func (z *zoneSchedule) room(s *slot, items []Item, fromEnd bool) int {
	units, bytes := s.Units, int64(0)
	for n := range items {
		item := items[n]
		if fromEnd {
			item = items[len(items)-1-n]
		}
		units -= item.Cost
		bytes += item.Bytes
		if units < 0 || z.took(n+1, bytes) > s.seconds {
			return n
		}
		s.Units = units
	}
	return len(items)
}

// takeUnits takes the units of as many items as there are units for. Those it had are put behind what it has.
func (s *slot) takeUnits(items []Item) (n int) {
	for n < len(items) && items[n].Cost <= s.Units {
		s.Units -= items[n].Cost
		if !items[n].Last {
			s.items = append(s.items, items[n])
		}
		n++
	}
	return n
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

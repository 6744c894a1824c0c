package edgeonetest

import "time"

// window holds the times within the last second.
type window struct{ times []time.Time }

// count is how many there are in the second that ends at now, which is open at its beginning: what is one second old is
// of the second before.
func (w *window) count(now time.Time) int {
	old := 0
	for old < len(w.times) && since(w.times[old], now) >= time.Second {
		old++
	}
	w.times = append(w.times[:0], w.times[old:]...)
	return len(w.times)
}

func (w *window) add(now time.Time) { w.times = append(w.times, now) }

// pace lets a request through, or not. What is not let through does not count. The lock is held.
func (s *Simulator) pace(account string, c *call) *answer {
	if s.o.Rate < 0 {
		return nil
	}
	key := account
	if s.o.RatePerAction {
		key += " " + c.action
	}
	w := s.windows[key]
	if w == nil {
		w = new(window)
		s.windows[key] = w
	}
	if w.count(c.now) >= s.o.Rate {
		return refused("RequestLimitExceeded", "the request rate is over the limit of %d a second", s.o.Rate)
	}
	w.add(c.now)
	return nil
}

// arrivals knows the most requests that ever arrived in one second, let through or not.
type arrivals struct {
	all      peak
	byAction map[string]*peak
}

type peak struct {
	window window
	most   int
}

func (p *peak) add(now time.Time) {
	p.window.add(now)
	p.most = max(p.most, p.window.count(now))
}

// maxActions bounds what a stranger's action names may take of memory.
const maxActions = 100

func (a *arrivals) add(action string, now time.Time) {
	a.all.add(now)
	if a.byAction == nil {
		a.byAction = make(map[string]*peak)
	}
	p := a.byAction[action]
	if p == nil {
		if len(a.byAction) >= maxActions {
			return
		}
		p = new(peak)
		a.byAction[action] = p
	}
	p.add(now)
}

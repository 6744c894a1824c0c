package main

// verdict is what is said of a figure.
type verdict string

const (
	good     verdict = "ok"
	improved verdict = "better"
	worsened verdict = "WORSE"
	gone     verdict = "GONE"
)

func (v verdict) fails() bool { return v == worsened || v == gone }

const (
	// allowed is how many times as much a figure may cost.
	allowed = 1.20
	// spare is how many more allocations there may be in any case: a pool is emptied when it pleases the collector.
	spare = 2
)

// judge compares a figure with what is kept of it; nil is one that was not measured any more.
func judge(unit string, old, now *float64, way direction) verdict {
	switch {
	case now == nil:
		return gone
	case muchWorse(unit, *now, *old, way):
		return worsened
	case muchWorse(unit, *old, *now, way):
		return improved
	}
	return good
}

// muchWorse reports whether a is more than a fifth worse than b.
func muchWorse(unit string, a, b float64, way direction) bool {
	if way == higher {
		return a*allowed < b
	}
	return a > b*allowed && (a > b+spare || unit != "allocs/op")
}

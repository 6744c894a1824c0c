package main

// verdict is what is said of a figure.
type verdict string

const (
	good     verdict = "ok"
	improved verdict = "better"
	worsened verdict = "WORSE"
	gone     verdict = "GONE"
)

const (
	// allowed is how many times as much a figure may cost.
	allowed = 1.20
	// spare is how many more allocations there may be in any case: a pool is emptied when it pleases the collector.
	spare = 2
)

// judge compares what a figure was with what it is.
func judge(unit string, was, is float64, way direction) verdict {
	switch {
	case muchWorse(unit, is, was, way):
		return worsened
	case muchWorse(unit, was, is, way):
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

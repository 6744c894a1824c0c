package planner

import (
	"math"
	"math/bits"
)

// Point is one of the curve of what quota is good for: Units, spent on the best, cover the share Covered of the misses that
// are expected of all candidates of all zones together; of all scores where no misses are expected. Pins, floors, caps and
// what is needed are not in it.
type Point struct {
	Units   int     `json:"units"`
	Covered float64 `json:"covered"`
}

// maxPoints bounds a curve: more than a drawing shows.
const maxPoints = 64

// curve counts the candidates by score: 16 classes for each doubling, so that it is small, exact at the ends of the classes,
// and the same in whatever order they come.
type curve struct {
	classes [curveClasses]curveClass
}

type curveClass struct {
	count         int
	misses, score sum
}

const (
	perDoubling  = 16
	leastPower   = -30 // a billionth, the last place of a score
	doublings    = 75
	curveClasses = doublings*perDoubling + 1
)

func (c *curve) add(score, misses float64) {
	class := &c.classes[curveClassOf(score)]
	class.count++
	class.misses.add(misses)
	class.score.add(score)
}

// curveClassOf reads the class off the bits: the exponent and the first four places behind the point.
func curveClassOf(score float64) int {
	if !(score > 0) {
		return 0
	}
	n := int(math.Float64bits(score)>>(52-4)) - (1023+leastPower)*perDoubling
	return min(max(n, 0)+1, curveClasses-1)
}

// sum adds exactly, so that the order does not matter: in billionths, up to 1.8e10 each.
type sum struct{ high, low uint64 }

func (s *sum) add(f float64) {
	var carry uint64
	s.low, carry = bits.Add64(s.low, uint64(min(max(f, 0), 1.8e10)*1e9), 0)
	s.high += carry
}

func (s sum) plus(o sum) sum {
	low, carry := bits.Add64(s.low, o.low, 0)
	return sum{s.high + o.high + carry, low}
}

func (s sum) float() float64 { return float64(s.high)*0x1p64 + float64(s.low) }

// points are at most maxPoints, the first and the last among them, at like ratios of units.
func (c *curve) points() []Point {
	var total curveClass
	for i := range c.classes {
		total.add(&c.classes[i])
	}
	share := func(so curveClass) float64 {
		part, all := so.misses, total.misses
		if all == (sum{}) {
			part, all = so.score, total.score
		}
		if all == (sum{}) {
			return 0
		}
		return rounded(part.float() / all.float())
	}
	var points []Point
	var so curveClass
	step := math.Pow(float64(max(total.count, 2)), 1.0/(maxPoints-2))
	for i := curveClasses - 1; i >= 0; i-- {
		if c.classes[i].count == 0 {
			continue
		}
		so.add(&c.classes[i])
		if n := len(points); n == 0 || so.count == total.count || float64(so.count) >= step*float64(points[n-1].Units) {
			points = append(points, Point{so.count, share(so)})
		}
	}
	return points
}

func (c *curveClass) add(o *curveClass) {
	c.count += o.count
	c.misses, c.score = c.misses.plus(o.misses), c.score.plus(o.score)
}

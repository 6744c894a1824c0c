package popularity

import (
	"math"

	"github.com/edgewarm/edgewarm/planner"
)

// misses learns how likely the cache lacks what is asked for so often: what is always asked for is always there, what is
// rarely asked for has made room for something else. What has just come out is in no cache yet.
type misses struct {
	// told is whether the log has a cache status.
	told   bool
	curves map[string]*missCurve
	all    missCurve
}

// missCurve is the misses among the requests, by the requests for the URL: one class for each doubling.
type missCurve struct {
	old, young [missClasses]ratio
	// usual is what comes of it, once everything is learned: of what is old, and of what is young.
	usual [2][missClasses]float64
}

const (
	missClasses = 40
	// leastPower is that of two of the first class: a request that is eight half-lives old.
	leastPower = -8
	// urlEvidence is how many requests the curve counts as against a URL's own: few are missed for no reason of theirs.
	urlEvidence = 32
	// nothingEvidence is how many the curve must have to be more than a guess.
	nothingEvidence = 4
	// curveEvidence is how many requests the curve of all suffixes counts as.
	curveEvidence = 50
	// maxCurves bounds the suffixes that are told apart.
	maxCurves = 64
)

func missClass(n float64) int {
	if n <= 0 {
		return 0
	}
	return min(max(int(math.Floor(math.Log2(n)))-leastPower, 0), missClasses-1)
}

func (s *misses) learn(suffix string, n, missed float64, young bool) {
	class := missClass(n)
	s.all.add(class, n, missed, young)
	c := s.curves[suffix]
	if c == nil {
		if s.curves == nil {
			s.curves = map[string]*missCurve{}
		}
		if len(s.curves) >= maxCurves {
			return
		}
		c = &missCurve{}
		s.curves[suffix] = c
	}
	c.add(class, n, missed, young)
}

func (c *missCurve) add(class int, n, missed float64, young bool) {
	r := &c.old[class]
	if young {
		r = &c.young[class]
	}
	r.part += min(missed, n)
	r.whole += n
}

// cold is the probability that a request is a miss, of a URL of which so much was counted and is expected: its own misses
// and those of the URLs like it, weighed by how many requests there are. Only a log that told of misses has it.
func (s *misses) cold(suffix string, f *planner.Forecast, young bool) float64 {
	usual := s.usual(suffix, f.Expected, young)
	return min((f.Misses+urlEvidence*usual)/(f.Requests+urlEvidence), 1)
}

// usual is what the curves say, between two classes.
func (s *misses) usual(suffix string, expected float64, young bool) float64 {
	c := s.curves[suffix]
	if c == nil {
		c = &s.all
	}
	curve := &c.usual[0]
	if young {
		curve = &c.usual[1]
	}
	place := math.Log2(max(expected, 0x1p-8)) - leastPower - 0.5
	below := min(max(int(math.Floor(place)), 0), missClasses-2)
	part := min(max(place-float64(below), 0), 1)
	return (1-part)*curve[below] + part*curve[below+1]
}

// settle works out the curves: a class of which little is known is as the one before, and what nothing is known of is a
// miss.
func (s *misses) settle() {
	before := 1.0
	for i := range missClasses {
		before = shrink(s.all.old[i], before, nothingEvidence)
		s.all.usual[0][i] = before
		s.all.usual[1][i] = shrink(s.all.young[i], before, curveEvidence)
	}
	for _, c := range s.curves {
		for i := range missClasses {
			c.usual[0][i] = shrink(c.old[i], s.all.usual[0][i], curveEvidence)
			c.usual[1][i] = shrink(c.young[i], s.all.usual[1][i], curveEvidence)
		}
	}
}

// shrink is a share, drawn towards another that counts as so much.
func shrink(r ratio, towards, evidence float64) float64 {
	return (r.part + evidence*towards) / (r.whole + evidence)
}

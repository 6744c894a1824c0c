package popularity

import "math/bits"

// depth counts how far people get into the titles of a class.
type depth struct {
	// reached and started are by class of index: the requests for segments there, and the starts of their tracks.
	reached, started [depthClasses]float64
}

// depthClasses are those of indexDepth: two for each doubling, up to 65,536 segments, four days of six seconds each.
const depthClasses = 34

// indexDepth is the class of the segment with an index: 0, 1, 2, 3, 4–5, 6–7, 8–11, 12–15 and so on.
func indexDepth(index int) int {
	if index < 2 {
		return max(index, 0)
	}
	power := bits.Len(uint(index)) - 1
	return min(2*power+index>>(power-1)&1, depthClasses-1)
}

// leastStarts is how often a track must have been started for its end to be seen: else what looks like the end of the title
// is where the last viewer left.
const leastStarts = 5

// learnDepth takes in a track, for its title, for titles like it, for its part of the site, and for all.
func (l *learner) learnDepth(titleDir string, t *track) {
	if t.starts < leastStarts || len(t.counts) < opening {
		return
	}
	var d depth
	last := t.counts[len(t.counts)-1].number - t.low
	if last > 1<<16 || last > 20*uint64(len(t.counts)) {
		return // numbers that count something else, such as the time
	}
	for _, c := range t.counts {
		d.reached[indexDepth(int(c.number-t.low))] += min(c.requests, t.starts)
	}
	for i := range int(last) + 1 {
		d.started[indexDepth(i)] += t.starts
	}
	for _, class := range depthLevels(titleDir) {
		hash := l.hash(tagDepth, class)
		sum := l.depths[hash]
		if sum == nil {
			sum = &depth{}
			l.depths[hash] = sum
		}
		for i := range d.reached {
			sum.reached[i] += d.reached[i]
			sum.started[i] += d.started[i]
		}
	}
}

// depthLevels are the classes of a title, the narrowest first.
func depthLevels(titleDir string) [4]string {
	return [4]string{titleDir, folder(titleDir), "section " + section(titleDir), "all"}
}

// depthCurve is the share of viewings that get as far as the segments of each class.
type depthCurve [depthClasses]float32

// at is the share that gets to a segment.
func (c *depthCurve) at(index int) float64 { return float64(c[indexDepth(index)]) }

// depthEvidence is how many starts the wider class counts as.
const depthEvidence = 20

// depthOf shrinks the classes of a title towards each other, from the widest on. Nobody gets further than those before.
func (m *Model) depthOf(titleDir string) (curve depthCurve) {
	for i := range curve {
		curve[i] = usualDepth(i)
	}
	levels := depthLevels(titleDir)
	for n := len(levels) - 1; n >= 0; n-- {
		d := m.depths[m.hash(tagDepth, levels[n])]
		if d == nil {
			continue
		}
		for i := range curve {
			curve[i] = float32((d.reached[i] + depthEvidence*float64(curve[i])) / (d.started[i] + depthEvidence))
			if i > 0 {
				curve[i] = min(curve[i], curve[i-1])
			}
		}
	}
	return curve
}

// usualDepth is what is assumed before anything is known: a half after a minute of segments of six seconds.
func usualDepth(class int) float32 {
	index := class
	if class >= 2 {
		index = (2 + class&1) << (class/2 - 1)
	}
	return 1 / (1 + float32(index)/10)
}

package popularity

import (
	"strings"
	"time"
)

// newcomers learns what is asked of titles, or of files that are part of none, by class, and from that what will be asked
// of a new one: the next episode of a series is asked for as the ones before it were when they were new.
type newcomers struct {
	tag     string
	classes map[uint64]*kin
}

// kin sums up the members of a class.
type kin struct {
	// count members had requests between them. Of debuts of them, which came out while the log was written, rate is the
	// sum of what they would have had if they had been there from its beginning.
	count, requests float64
	debuts, rate    float64
}

const (
	// kinEvidence is how many members of a class its wider class counts as.
	kinEvidence = 2
	// leastDebut is how many requests tell a debut from something that is asked for once in a while.
	leastDebut = 5
	// leastExposure bounds how far little is stretched.
	leastExposure = 0.05
)

// widest is the class that all are in.
const widest = "all"

// kinship is the classes of a path, the narrowest first: those that differ from it in the last number of the last part only,
// as episodes do; those in the same folder; those in folders that differ in numbers; its part of the site; and all.
func kinship(path string) [5]string {
	path = strings.TrimSuffix(path, "/")
	above := folder(path)
	last := path[len(above):]
	if from, to := lastNumber(last, 0, len(last)); from < to {
		last = last[:from] + "#" + last[to:]
	}
	return [5]string{above + last, above, "shape " + shape(above), "section " + section(path), widest}
}

func (c *newcomers) learn(m *Model, path string, n float64, first uint32) {
	if c.classes == nil {
		c.classes = map[uint64]*kin{}
	}
	for _, class := range kinship(path) {
		hash := m.hash(tagClass, c.tag, class)
		k := c.classes[hash]
		if k == nil {
			k = &kin{}
			c.classes[hash] = k
		}
		k.count++
		k.requests += n
		if n >= leastDebut && m.clock.isDebut(first) {
			k.debuts++
			k.rate += n / max(m.clock.exposure(int64(first)), leastExposure)
		}
	}
}

// mean is what is asked of a new one, were it there from the beginning of the log.
func (c *newcomers) mean(m *Model, path string) float64 {
	levels := kinship(path)
	var all, new float64
	for i := len(levels) - 1; i >= 0; i-- {
		k := c.classes[m.hash(tagClass, c.tag, levels[i])]
		switch {
		case k == nil:
			continue
		case all == 0:
			all = k.requests / k.count
			if new = all; k.debuts > 0 {
				new = k.rate / k.debuts
			}
			continue
		}
		rise := new / all
		all = (k.requests + kinEvidence*all) / (k.count + kinEvidence)
		new = (k.rate + kinEvidence*rise*all) / (k.debuts + kinEvidence)
	}
	return new
}

// usual is what is asked of a new one of which nothing else is known, or of one that is not new if that is more.
func (c *newcomers) usual(m *Model) float64 {
	k := c.classes[m.hash(tagClass, c.tag, widest)]
	switch {
	case k == nil:
		return 0
	case k.debuts > 0:
		return max(k.rate/k.debuts, k.requests/k.count)
	}
	return k.requests / k.count
}

// expect is what will be asked of something that was asked for n times, is of a date, and was first asked for at a time:
// its own rate since it came out, and that of newcomers like it, weighed by how much could be seen of it. It reports
// whether it is new. Without a date it is taken for old: then that nobody asked for it says something.
func (c *newcomers) expect(m *Model, path string, n float64, date time.Time, first uint32) (requests float64, young bool) {
	seen := 1.0
	if !date.IsZero() {
		out := date.Unix()
		if first > 0 {
			out = min(out, int64(first)) // it was there before: the date is that of a change
		}
		seen, young = m.clock.exposure(out), m.clock.isYoung(out)
	}
	mean := c.mean(m, path)
	weight := (n + mean*seen) / (n + mean*seen + evidence)
	return weight*n/max(seen, leastExposure) + (1-weight)*mean, young
}

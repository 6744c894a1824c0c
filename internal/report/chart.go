package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Geometry is in percent of the picture, so that pictures are as wide as there is room and their text keeps its size.

// Column is one day of a quota chart.
type Column struct {
	QuotaDay
	// X is its left edge and Width how wide it is; the heights are from the bottom up: own, others on it, what is left.
	X, Width                             float64
	OwnY, OwnHeight                      float64
	OthersY, OthersHeight, RestY, Height float64
	Known                                bool
}

// Middle is where the day's label stands.
func (c Column) Middle() float64 { return c.X + c.Width/2 }

// Short is the day without its year and month.
func (c Column) Short() string { return strings.TrimPrefix(c.Day[len(c.Day)-2:], "0") }

// Top is the greatest number of units that the chart has room for.
func (z ZoneQuota) Top() int {
	top := 1
	for _, d := range z.Days {
		top = max(top, d.Daily, d.Spent())
	}
	return top
}

// Columns are the last two weeks of the zone, also the days of which nothing is known.
func (z ZoneQuota) Columns() []Column {
	last, err := time.Parse(time.DateOnly, z.Today().Day)
	if err != nil {
		return nil
	}
	columns := make([]Column, maxDays)
	const slot, gap = 100.0 / maxDays, 0.24
	for i := range columns {
		c := &columns[i]
		c.Day = last.AddDate(0, 0, i+1-maxDays).Format(time.DateOnly)
		c.X, c.Width = (float64(i)+gap/2)*slot, slot*(1-gap)
		if known := slices.IndexFunc(z.Days, func(d QuotaDay) bool { return d.Day == c.Day }); known >= 0 {
			c.stack(z.Days[known], z.Top())
		}
	}
	return columns
}

func (c *Column) stack(d QuotaDay, top int) {
	c.QuotaDay, c.Known = d, true
	c.OwnHeight, c.OthersHeight = share(d.Own, top), share(d.Others, top)
	c.OwnY = 100 - c.OwnHeight
	c.OthersY = c.OwnY - c.OthersHeight
	c.Height = share(max(d.Daily, d.Spent()), top)
	c.RestY = 100 - c.Height
}

// Curve is the picture of a coverage curve.
type Curve struct {
	// Line and Area are points of an SVG of 100 by 100.
	Line, Area string
	// Units is the right end of the axis; Reached the demand that all of it covers, in percent.
	Units   int
	Reached float64
	// Spent is the point of the plan's units, between the two of the curve that are next to it; nil when the curve ends before
	// it. SpentX is where it is.
	Spent  *CoveragePoint
	SpentX float64
	// Marks are the points that are worth reading off.
	Marks []CoveragePoint
}

// Curve draws the coverage; nil when there is none.
func (f Figures) Curve() *Curve {
	if len(f.Coverage) < 2 {
		return nil
	}
	last := f.Coverage[len(f.Coverage)-1]
	if last.Units <= 0 {
		return nil
	}
	c := &Curve{Units: last.Units, Reached: 100 * last.Share}
	var line strings.Builder
	line.WriteString("0,100 ")
	before := CoveragePoint{}
	for _, p := range f.Coverage {
		if c.Spent == nil && f.Planned > 0 && f.Planned < last.Units && p.Units >= f.Planned {
			c.Spent, c.SpentX = between(before, p, f.Planned), share(f.Planned, last.Units)
		}
		before = p
		fmt.Fprintf(&line, "%.2f,%.2f ", share(p.Units, last.Units), 100-100*min(max(p.Share, 0), 1))
	}
	c.Line = strings.TrimSpace(line.String())
	c.Area = c.Line + " 100,100"
	c.Marks = marks(f.Coverage)
	return c
}

// between is the point of so many units on the line from one point to another.
func between(a, b CoveragePoint, units int) *CoveragePoint {
	part := 1.0
	if b.Units > a.Units {
		part = float64(units-a.Units) / float64(b.Units-a.Units)
	}
	return &CoveragePoint{Units: units, Share: a.Share + part*(b.Share-a.Share)}
}

// marks are the first points past a quarter, a half and all of the units.
func marks(curve []CoveragePoint) []CoveragePoint {
	var out []CoveragePoint
	last := curve[len(curve)-1].Units
	for _, part := range []int{4, 2, 1} {
		i := slices.IndexFunc(curve, func(p CoveragePoint) bool { return p.Units*part >= last })
		if i >= 0 && !slices.Contains(out, curve[i]) {
			out = append(out, curve[i])
		}
	}
	return out
}

// Slice is one part of a bar.
type Slice struct {
	// Name is its class and its word: ready, waiting, failed, cold; warm, sent, deferred.
	Name     string
	Count    int
	X, Width float64
}

// Slices are the parts of the readiness bar that are not empty.
func (r Readiness) Slices() []Slice {
	return stacked(r.Total(), Slice{Name: "ready", Count: r.Ready}, Slice{Name: "waiting", Count: r.Waiting},
		Slice{Name: "failed", Count: r.Failed}, Slice{Name: "cold", Count: r.Cold})
}

// Slices are what became of the targets of a plan.
func (f Figures) Slices() []Slice {
	sent := max(f.Accepted-f.Warm-f.FailedJobs, 0)
	return stacked(f.Planned, Slice{Name: "ready", Count: f.Warm}, Slice{Name: "waiting", Count: sent},
		Slice{Name: "failed", Count: f.Failed + f.FailedJobs + f.Unknown}, Slice{Name: "cold", Count: f.Deferred})
}

func stacked(total int, parts ...Slice) []Slice {
	var out []Slice
	x := 0.0
	for _, p := range parts {
		if p.Count == 0 {
			continue
		}
		p.X, p.Width = x, share(p.Count, total)
		x += p.Width
		out = append(out, p)
	}
	return out
}

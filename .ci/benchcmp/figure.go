package main

import (
	"cmp"
	"io"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// figure is one of what a benchmark reports.
type figure struct {
	name string // of the benchmark, with its package, without the number of processors
	unit string
}

func (f figure) compare(g figure) int {
	return cmp.Or(strings.Compare(f.name, g.name), strings.Compare(f.unit, g.unit))
}

// direction is which way a unit is better.
type direction string

const (
	lower  direction = "lower"
	higher direction = "higher"
)

// figures are the best of what was measured.
type figures map[figure]*float64

// read takes the figures of which ways says which way is better, or what is read itself where that is nil.
func read(r io.Reader, ways map[string]direction) (figures, map[string]direction, error) {
	best := figures{}
	declared := map[string]direction{}
	if ways == nil {
		ways = declared
	}
	reader := benchfmt.NewReader(r, "results")
	for reader.Scan() {
		switch record := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			return nil, nil, record
		case *benchfmt.UnitMetadata:
			if record.Key == "better" {
				declared[record.OrigUnit] = direction(record.Value)
			}
		case *benchfmt.Result:
			best.take(record, ways)
		}
	}
	return best, ways, reader.Err()
}

// take takes each value that is better than the one before.
func (best figures) take(r *benchfmt.Result, ways map[string]direction) {
	for _, v := range r.Values {
		unit, value := cmp.Or(v.OrigUnit, v.Unit), v.Value
		if v.OrigUnit != "" {
			value = v.OrigValue
		}
		f := figure{nameOf(r), unit}
		old, way := best[f], ways[unit]
		if way == "" || old != nil && (value == *old || (value > *old) == (way == lower)) {
			continue
		}
		best[f] = &value
	}
}

// nameOf is the benchmark's, behind the folder of its package.
func nameOf(r *benchfmt.Result) string {
	base, parts := r.Name.Parts()
	name := string(base)
	for _, p := range parts {
		if p[0] == '/' {
			name += string(p)
		}
	}
	return strings.TrimPrefix(r.GetConfig("pkg"), "github.com/edgewarm/edgewarm/") + "." + name
}

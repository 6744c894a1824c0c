package main

import (
	"cmp"
	"io"
	"slices"
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

// figures are what was measured, one value a round.
type figures map[figure][]float64

// read takes the figures of which ways says which way is better, or what is read itself where that is nil.
func read(r io.Reader, ways map[string]direction) (figures, map[string]direction, error) {
	all := figures{}
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
			all.take(record, ways)
		}
	}
	return all, ways, reader.Err()
}

func (all figures) take(r *benchfmt.Result, ways map[string]direction) {
	for _, v := range r.Values {
		unit, value := v.Unit, v.Value
		if v.OrigUnit != "" {
			unit, value = v.OrigUnit, v.OrigValue
		}
		if ways[unit] != "" {
			f := figure{nameOf(r), unit}
			all[f] = append(all[f], value)
		}
	}
}

// best is that of several rounds.
func (way direction) best(rounds []float64) float64 {
	if way == higher {
		return slices.Max(rounds)
	}
	return slices.Min(rounds)
}

// median is the one in the middle of several rounds.
func median(rounds []float64) float64 { return slices.Sorted(slices.Values(rounds))[len(rounds)/2] }

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

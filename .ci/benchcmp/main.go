// Command benchcmp compares fresh results of benchmarks with kept ones, and fails where one is more than a fifth worse.
//
//	go test -bench . | benchcmp testdata/bench/kept.txt
//
// It looks at the figures of which the kept file says which way is better, by the Unit lines of the format
// (golang.org/design/14313-benchmark-format): allocations, and ratios to a reference of the same run. Times are none of
// them, since they are those of a machine. What else a machine does makes figures worse, and more so some times than others:
// the best of the fresh rounds is compared with the one in the middle of those that are kept.
package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: benchcmp KEPT <FRESH")
		os.Exit(2)
	}
	kept, err := os.Open(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchcmp:", err)
		os.Exit(2)
	}
	ok, err := run(kept, os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchcmp:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// run prints a line for each figure, and reports whether all are as good as the kept ones.
func run(kept, fresh io.Reader, out io.Writer) (ok bool, err error) {
	old, ways, err := read(kept, nil)
	if err != nil {
		return false, err
	}
	if len(old) == 0 {
		return false, errors.New("of nothing that is kept is it said which way is better")
	}
	now, _, err := read(fresh, ways)
	if err != nil {
		return false, err
	}
	ok = true
	for _, f := range sorted(old) {
		way := ways[f.unit]
		was := median(old[f])
		if len(now[f]) == 0 {
			ok = false
			fmt.Fprintf(out, "%-6s  %s  %s, kept as %.4g\n", gone, f.name, f.unit, was)
			continue
		}
		is := way.best(now[f])
		v := judge(f.unit, was, is, way)
		ok = ok && v != worsened
		fmt.Fprintf(out, "%-6s  %s  %.4g %s, kept as %.4g\n", v, f.name, is, f.unit, was)
	}
	for _, f := range sorted(now) {
		if old[f] == nil {
			fmt.Fprintf(out, "%-6s  %s  %.4g %s\n", "new", f.name, ways[f.unit].best(now[f]), f.unit)
		}
	}
	return ok, nil
}

func sorted(all figures) []figure {
	return slices.SortedFunc(maps.Keys(all), figure.compare)
}

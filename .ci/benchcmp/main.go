// Command benchcmp compares fresh results of benchmarks with kept ones, and fails where one is more than a fifth worse.
//
//	go test -bench . | benchcmp testdata/bench/kept.txt
//
// It looks at the figures of which the kept file says which way is better, by the Unit lines of the format
// (golang.org/design/14313-benchmark-format): allocations, and ratios to a reference of the same run. Times are none of
// them, since they are those of a machine. Of several runs the best counts, since what else a machine does only makes
// figures worse.
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
		v := judge(f.unit, old[f], now[f], ways[f.unit])
		fmt.Fprintf(out, "%-6s  %s\n", v, show(f, old[f], now[f]))
		ok = ok && !v.fails()
	}
	for _, f := range sorted(now) {
		if old[f] == nil {
			fmt.Fprintf(out, "%-6s  %s  %.4g %s\n", "new", f.name, *now[f], f.unit)
		}
	}
	return ok, nil
}

func sorted(all figures) []figure {
	return slices.SortedFunc(maps.Keys(all), figure.compare)
}

func show(f figure, old, now *float64) string {
	if now == nil {
		return fmt.Sprintf("%s  %s, kept as %.4g", f.name, f.unit, *old)
	}
	return fmt.Sprintf("%s  %.4g %s, kept as %.4g", f.name, *now, f.unit, *old)
}

package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// printLaunch prints the schedule of what is still to be sent, and how far each title and rendition is.
func printLaunch(w io.Writer, colours palette, r warm.LaunchReport) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "launch\t%s\n", plain.Text(r.Launch))
	if !r.At.IsZero() {
		fmt.Fprintf(table, "release\t%s\n", r.At.Format("2006-01-02 15:04 -07:00"))
	}
	printShares(table, r)
	if r.Unfit > 0 {
		fmt.Fprintf(table, "left out\t%d targets: no day has the quota for them\n", r.Unfit)
	}
	fmt.Fprintln(table)
	for _, t := range r.Titles {
		fmt.Fprintf(table, "%s\t%s\t%s\n", colours.readiness(t.State), t.URL, readyOf(t.Readiness))
		for _, rendition := range t.Renditions {
			if rendition.Name != "" {
				fmt.Fprintf(table, "%s\t  %s\t%s\n", colours.readiness(rendition.State), rendition.Name, readyOf(rendition.Readiness))
			}
		}
	}
	return table.Flush()
}

// printShares prints what goes on which day, in the time zone of the release.
func printShares(w io.Writer, r warm.LaunchReport) {
	clock := func(t time.Time) string { return t.In(zoneOf(r.At)).Format("2006-01-02 15:04") }
	for _, s := range r.Shares {
		fmt.Fprintf(w, "to send\t%d targets, %d units of %s's day %s", s.Targets, s.Units, s.Zone, s.Day)
		if s.Bytes > 0 {
			fmt.Fprintf(w, ", %s", sizeOf(s.Bytes))
		}
		fmt.Fprintf(w, ", from %s", clock(s.From))
		if !r.At.IsZero() {
			fmt.Fprintf(w, ", at the latest %s", clock(s.Latest))
		}
		fmt.Fprintln(w)
	}
	if r.Late && !r.At.IsZero() {
		fmt.Fprintf(w, "late\tto be warm in time it had to begin at %s\n", clock(r.Latest))
	}
}

// zoneOf is the time zone of a time, this machine's for none.
func zoneOf(t time.Time) *time.Location {
	if t.IsZero() {
		return time.Local
	}
	return t.Location()
}

// sizeOf is a number of bytes for people.
func sizeOf(n int64) string {
	for _, unit := range []struct {
		name string
		size int64
	}{{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}} {
		if n >= unit.size {
			return fmt.Sprintf("%.1f %s", float64(n)/float64(unit.size), unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}

// bitUnits are the letters behind a number of bits.
var bitUnits = map[byte]float64{'k': 1e3, 'M': 1e6, 'G': 1e9}

// parseBits reads a number of bits a second, and returns bytes.
func parseBits(text string) (float64, error) {
	number, factor := text, 1.0
	if n := len(text); n > 0 && bitUnits[text[n-1]] > 0 {
		number, factor = text[:n-1], bitUnits[text[n-1]]
	}
	bits, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !(bits > 0) || bits*factor > 1e15 {
		return 0, usage("--origin-bandwidth 500M, 2G", "%s is no number of bits a second", plain.Text(text))
	}
	return bits * factor / 8, nil
}

package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter"
)

// printSummary prints what a run came to, of a dry one only what was planned. A run that ended before it had anything to
// tell prints nothing for people, and its summary all the same for programs.
func (a *app) printSummary(s warm.Summary, asJSON, dry bool, ended error) error {
	a.stderr.endLine()
	if asJSON {
		return jsonLines(a.stdout).Encode(s)
	}
	if ended != nil && s.Discovered == 0 {
		return nil
	}
	var rows strings.Builder
	row := func(name string, n int) { fmt.Fprintf(&rows, "%-24s%9d\n", name, n) }
	row("discovered", s.Discovered)
	for _, reason := range slices.Sorted(maps.Keys(s.LeftOut)) {
		row("  left out: "+string(reason), s.LeftOut[reason])
	}
	row("planned", s.Planned)
	if !dry {
		submittedRows(row, s)
	}
	if _, err := io.WriteString(a.stdout, rows.String()); err != nil {
		return err
	}
	if err := printQuotas(a.stdout, s); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.stdout, "took %s\n", shortTime(s.Ended.Sub(s.Started)))
	return err
}

// submittedRows are what became of the targets: what their jobs came to stands below those that were accepted.
func submittedRows(row func(name string, n int), s warm.Summary) {
	row("submitted", s.Submitted)
	if s.Early != nil {
		row("  before the plan", s.Early.Submitted)
		row("    not worth it", s.Early.Regret)
	}
	row("  accepted", s.Accepted)
	for _, state := range slices.Sorted(maps.Keys(s.Jobs)) {
		row("    "+jobState(state), s.Jobs[state])
	}
	for _, state := range []struct {
		name string
		n    int
	}{{"failed", s.Failed}, {"unknown", s.Unknown}, {"deferred", s.Deferred}} {
		if state.n > 0 {
			row("  "+state.name, state.n)
		}
	}
}

// jobState is how people call the state of a job's target; accepted is one that is not done yet.
func jobState(s submitter.State) string {
	if s == submitter.Accepted {
		return "processing"
	}
	return string(s)
}

func printQuotas(w io.Writer, s warm.Summary) error {
	for _, zone := range slices.Sorted(maps.Keys(s.Quota)) {
		q := s.Quota[zone]
		if _, err := fmt.Fprintf(w, "quota %s: %d of %d used, %d left today\n", zone, q.Used, q.Daily, q.Available); err != nil {
			return err
		}
	}
	return nil
}

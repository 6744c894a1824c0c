package main

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/internal/planfile"
	"github.com/edgewarm/edgewarm/internal/warm"
)

func (a *app) planDiffCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Compare two plans: what was added, removed and moved, and why",
		Long: `diff compares two files that edgewarm plan wrote: + what only B has, - what only A has,
and ~ what changed places with others, with its score and the terms of it that differ.
What only made room for others has not moved. Where plan --all wrote them, the reason for
which the other plan left a URL out is told too. - is stdin.

Exit codes: 0 the plans are alike · 1 they differ · 2 wrong usage, or no plan.`,
		Example: `  edgewarm plan --all -o tonight.jsonl
  edgewarm plan diff yesterday.jsonl tonight.jsonl
  edgewarm plan --quota 500 | edgewarm plan diff tonight.jsonl -`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) != 2:
				return usage(cmd.CommandPath()+" --help shows how", "%s wants two plans", cmd.CommandPath())
			case args[0] == "-" && args[1] == "-":
				return usage("give one of them a file", "stdin is one plan only")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			before, err := a.readPlan(args[0])
			if err != nil {
				return err
			}
			after, err := a.readPlan(args[1])
			if err != nil {
				return err
			}
			changes := planfile.Diff(before, after)
			if len(changes) > 0 {
				a.code = warm.ExitFailed // as diff has it
			}
			return a.printChanges(changes, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print each change as a line of JSON")
	return cmd
}

// readPlan reads a file of edgewarm plan, - from stdin.
func (a *app) readPlan(name string) (*planfile.File, error) {
	in := a.stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, usage("name two files that edgewarm plan wrote", "%w", err)
		}
		defer file.Close()
		in = file
	}
	plan, err := planfile.Read(in)
	if err != nil {
		return nil, usage("name two files that edgewarm plan wrote", "%s: %w", name, err)
	}
	return plan, nil
}

func (a *app) printChanges(changes []planfile.Change, asJSON bool) error {
	out, flush := a.out()
	if asJSON {
		lines := jsonLines(out)
		for i := range changes {
			if err := lines.Encode(&changes[i]); err != nil {
				return err
			}
		}
		return flush()
	}
	counts := map[planfile.Kind]int{}
	for i := range changes {
		counts[changes[i].Change]++
		printChange(out, &changes[i])
	}
	fmt.Fprintf(out, "%d added, %d removed, %d moved\n", counts[planfile.Added], counts[planfile.Removed], counts[planfile.Moved])
	return flush()
}

// printChange prints one change; a bufio.Writer keeps its error for Flush.
func printChange(out *bufio.Writer, c *planfile.Change) {
	url := plain.Text(c.URL)
	switch c.Change {
	case planfile.Added:
		fmt.Fprintf(out, "+ %s  rank %d, score %s", url, c.To, number(c.Scores[1]))
		if c.Reason != "" {
			fmt.Fprintf(out, "; was left out: %s", c.Reason)
		}
	case planfile.Removed:
		fmt.Fprintf(out, "- %s  was rank %d, score %s", url, c.From, number(c.Scores[0]))
		if c.Reason != "" {
			fmt.Fprintf(out, "; is left out: %s", c.Reason)
		}
	case planfile.Moved:
		fmt.Fprintf(out, "~ %s  rank %d → %d, score %s → %s", url, c.From, c.To, number(c.Scores[0]), number(c.Scores[1]))
		var terms []string
		for _, name := range slices.Sorted(maps.Keys(c.Why)) {
			terms = append(terms, fmt.Sprintf("%s %s → %s", name, number(c.Why[name][0]), number(c.Why[name][1])))
		}
		if len(terms) > 0 {
			fmt.Fprintf(out, "; %s", strings.Join(terms, ", "))
		}
	}
	fmt.Fprintln(out)
}

// number is a number for people: four digits that count.
func number(f float64) string { return strconv.FormatFloat(f, 'g', 4, 64) }

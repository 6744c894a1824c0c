package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/planner"
)

func (a *app) planCommand() *cobra.Command {
	var f planFlags
	var chosen selection
	cmd := &cobra.Command{
		Use:   "plan [-]",
		Short: "Print the plan as JSON lines, or compare two; with -, of the resources on stdin",
		Long: `plan chooses what run would submit and prints one JSON line for each target, best
first: rank url zone kind cost score why state. With - it reads resources, as crawl
prints them, from stdin instead of crawling the config's sources. The same inputs give the
same bytes: a plan can be kept, compared (plan diff) and submitted as it is (submit).

--quota asks what would be if each zone had so many units to spend; --days plans the days
after today too, each on a quota of its own, which the lines name.

Where the config names the zones it needs no credentials: without them it plans as if the
quota had no end, unless plan.quota names one.`,
		Example: `  edgewarm plan -o tonight.jsonl
  edgewarm plan diff yesterday.jsonl tonight.jsonl
  edgewarm submit tonight.jsonl
  edgewarm plan --quota 5000 | wc -l
  edgewarm plan --all | grep over_quota
  edgewarm crawl https://www.example.com/ | edgewarm plan -`,
		Args: cobra.MatchAll(cobra.MaximumNArgs(1), func(_ *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] != "-" {
				return usage("give - to read resources from stdin, or nothing to crawl the sources", "unknown argument %q", args[0])
			}
			return nil
		}),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(cmd); err != nil {
				return err
			}
			c, err := a.selected(optional, &chosen)
			if err != nil {
				return err
			}
			if len(args) == 0 && len(c.Sources) == 0 {
				return usage("name a site under sources in "+a.configPath+", or give resources: edgewarm crawl URL | edgewarm plan -", "there is nothing to plan: the config has no sources")
			}
			readers := append(listReaders(c), logReaders(c)...)
			if len(args) == 1 {
				readers = append(readers, "plan -")
			}
			if err := oneReader(readers); err != nil {
				return err
			}
			w := a.warmer(c, "plan")
			defer w.Close()
			o := warm.PlanOptions{Stdin: a.stdin, Quota: f.quota, Days: f.days}
			if len(args) == 1 {
				o.Resources = resourceLines("stdin", a.stdin)
			}
			var left []planner.LeftOut
			if f.all {
				o.LeftOut = func(l planner.LeftOut) { left = append(left, l) }
			}
			plan, faults, err := w.PlanOnly(cmd.Context(), o)
			if err != nil {
				return err
			}
			if faults > 0 {
				a.code = warm.ExitPartly
			}
			a.stderr.endLine()
			if f.out != "" {
				return a.savePlan(f.out, plan, left)
			}
			out, flush := a.out()
			return join(printPlan(out, plan, left), flush())
		},
	}
	f.bind(cmd)
	chosen.bind(cmd)
	cmd.AddCommand(a.planDiffCommand())
	return cmd
}

// savePlan writes the plan into a file, and says what to do with it.
func (a *app) savePlan(name string, plan *planner.Plan, left []planner.LeftOut) error {
	if err := writeFile(name, func(w io.Writer) error { return printPlan(w, plan, left) }); err != nil {
		return err
	}
	a.note("wrote %s: %d targets, which edgewarm submit %[1]s sends", name, len(plan.Targets))
	return nil
}

// planFlags are those of edgewarm plan.
type planFlags struct {
	all         bool
	out         string
	quota, days int
}

func (f *planFlags) bind(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.all, "all", false, "add what is left out: url and reason, in order of URL")
	cmd.Flags().StringVarP(&f.out, "out", "o", "", "write the plan to `FILE`, whole or not at all")
	cmd.Flags().IntVar(&f.quota, "quota", 0, "plan as if each zone had `UNITS` to spend, asking nobody")
	cmd.Flags().IntVar(&f.days, "days", 1, "plan so many `DAYS` ahead")
}

// maxDays bounds how far ahead is planned: demand is not known longer than a month before.
const maxDays = 31

func (f *planFlags) check(cmd *cobra.Command) error {
	switch {
	case cmd.Flags().Changed("quota") && f.quota < 1:
		return usage("--quota 500", "--quota %d is no number of units", f.quota)
	case f.days < 1 || f.days > maxDays:
		return usage("--days 3", "--days %d is not from 1 to %d", f.days, maxDays)
	}
	return nil
}

// writeFile writes a file anew, whole or not at all.
func writeFile(name string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(name), ".edgewarm-*")
	if err != nil {
		return usage("-o names a file in a folder that is there and may be written", "%w", err)
	}
	defer os.Remove(file.Name()) // after Rename there is none
	out := bufio.NewWriterSize(file, 64<<10)
	err = join(write(out), out.Flush(), file.Chmod(0o644), file.Sync())
	if err = join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}

func printPlan(w io.Writer, plan *planner.Plan, left []planner.LeftOut) error {
	lines := jsonLines(w)
	for _, t := range plan.Targets {
		if err := lines.Encode(t); err != nil {
			return err
		}
	}
	slices.SortFunc(left, func(a, b planner.LeftOut) int {
		return cmp.Or(cmp.Compare(a.URL, b.URL), cmp.Compare(a.Reason, b.Reason))
	})
	for _, l := range left {
		if err := lines.Encode(l); err != nil {
			return err
		}
	}
	return nil
}

// maxLine bounds a line of JSON that is read: no URL is longer than 8 KiB, and a line has three.
const maxLine = 1 << 20

// resourceLines reads what crawl prints, of several crawls each URL once.
func resourceLines(name string, r io.Reader) iter.Seq2[crawler.Resource, error] {
	return func(yield func(crawler.Resource, error) bool) {
		seed, seen := maphash.MakeSeed(), map[uint64]bool{}
		for line, err := range lines(name, r) {
			var resource crawler.Resource
			if err == nil {
				if err = json.Unmarshal(line.text, &resource); err != nil {
					err = usage("give it what edgewarm crawl prints", "%s: line %d: not a resource: %w", name, line.number, err)
				}
			}
			if err != nil {
				yield(resource, err)
				return
			}
			url := maphash.String(seed, resource.URL)
			if !seen[url] && !yield(resource, nil) {
				return
			}
			seen[url] = true
		}
	}
}

// numbered is a line of input.
type numbered struct {
	number int
	text   []byte
}

// lines yields the lines of r that are not blank, or the error that ended it; name is what errors call it. A line is only
// valid until the next.
func lines(name string, r io.Reader) iter.Seq2[numbered, error] {
	return func(yield func(numbered, error) bool) {
		scanner := bufio.NewScanner(r)
		scanner.Buffer(nil, maxLine)
		n := 0
		for scanner.Scan() {
			n++
			if len(scanner.Bytes()) > 0 && !yield(numbered{n, scanner.Bytes()}, nil) {
				return
			}
		}
		switch err := scanner.Err(); {
		case errors.Is(err, bufio.ErrTooLong):
			yield(numbered{n + 1, nil}, usage("give it what edgewarm prints, or URLs one a line",
				"%s: line %d: the line is longer than %d MiB", name, n+1, maxLine>>20))
		case errors.Is(err, warm.ErrInterrupted):
			yield(numbered{n + 1, nil}, err)
		case err != nil:
			yield(numbered{n + 1, nil}, fmt.Errorf("%s: line %d: %w", name, n+1, err))
		}
	}
}

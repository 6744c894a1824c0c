package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/internal/planfile"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/internal/web"
	"github.com/edgewarm/edgewarm/planner"
)

func (a *app) explainCommand() *cobra.Command {
	var o warm.ExplainOptions
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain URL",
		Short: "Why a URL is in the plan or not: where it was found, who asked for it, what it is worth",
		Long: `explain tells of one URL where it was found, which logs have requests for it and in which
lines, what it is worth and by which terms, its cost and rank, the score of the last one
that was in, and the decision: it is in, or the one reason why not.

It asks the plan that the last run kept (--run, that of an earlier one; they are kept for two
weeks). --fresh discovers and plans anew, as edgewarm plan would, and needs no run before it.

The score is (expected × cold × miss + prior) × weight × boost, and weight − 1 more where
a source's weight is more than 1: the requests that are expected, the share of them that
would be misses, what one miss costs, and what kind, sitemap and place say of a URL that
nobody has asked for yet. What other targets need is worth no less than they are.`,
		Example: `  edgewarm explain https://cdn.example.com/vod/film/720p/seg-00012.ts
  edgewarm explain --fresh --quota 5000 https://www.example.com/new/
  edgewarm explain --json https://www.example.com/new/ | jq .reason`,
		Args: oneArg("the URL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case o.Fresh && cmd.Flags().Changed("run"):
				return usage("leave one of them out", "--run is of a plan that was kept, --fresh makes one")
			case cmd.Flags().Changed("quota") && (!o.Fresh || o.Plan.Quota < 1):
				return usage("--fresh --quota 500", "--quota is a number of units for a fresh plan")
			case o.Run < 0:
				return usage("edgewarm status lists the runs", "--run %d is no run", o.Run)
			}
			c, err := a.config(optional)
			if err != nil {
				return err
			}
			w := a.warmer(c, "explain")
			defer w.Close()
			o.Plan.Stdin = a.stdin
			e, faults, err := w.Explain(cmd.Context(), args[0], o)
			return tell(a, e, faults, err, asJSON, a.printExplanation)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.Fresh, "fresh", false, "discover and plan anew")
	flags.Int64Var(&o.Run, "run", 0, "ask the plan of the run of that `NUMBER`; 0 is the last")
	flags.IntVar(&o.Plan.Quota, "quota", 0, "plan as if each zone had `UNITS` to spend; with --fresh")
	flags.BoolVar(&asJSON, "json", false, "print it as one line of JSON")
	return cmd
}

// printExplanation tells it to people.
func (a *app) printExplanation(e *warm.Explanation) error {
	var text strings.Builder
	fmt.Fprintln(&text, plain.Text(e.URL))
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	rows := factsOf(e)
	if s := e.State; s != nil {
		rows = append(rows, web.Fact{Name: "ledger", Text: fmt.Sprintf("%s since %s%s", jobState(s.State), s.Updated.Local().Format(time.DateTime), reasonOf(s.Reason))})
	}
	for _, row := range rows {
		fmt.Fprintf(t, "  %s\t%s\n", row.Name, row.Text)
	}
	_ = t.Flush() // a strings.Builder takes all
	_, err := fmt.Fprint(a.stdout, text.String())
	return err
}

// factsOf are the lines of an explanation, but for what the ledger knows.
func factsOf(e *warm.Explanation) (facts []web.Fact) {
	row := func(name, format string, args ...any) {
		facts = append(facts, web.Fact{Name: name, Text: fmt.Sprintf(format, args...)})
	}
	row("decision", "%s", decision(e))
	row("plan", "%s", planOf(e))
	if f := e.Found; f != nil {
		kind := string(f.Kind)
		if f.Role != kind {
			kind = strings.TrimSpace(kind + " " + f.Role)
		}
		row("kind", "%s", kind)
		if f.LastMod.IsZero() {
			row("found in", "%s", foundIn(e.Path))
		} else {
			row("found in", "%s, lastmod %s", foundIn(e.Path), f.LastMod.Format(time.RFC3339))
		}
	}
	if e.Why != nil {
		row("score", "%s; the last that is in has %s", number(e.Score), number(e.CutLine))
		terms := planfile.Numbers(e.Why)
		for _, name := range slices.Sorted(maps.Keys(terms)) {
			row("  "+name, "%s", number(terms[name]))
		}
	}
	if e.In {
		row("cost", "%d of the units of %s", e.Cost, e.Zone)
	}
	for _, l := range e.Logs {
		row("asked for", "%s requests, %s misses, %s in %s%s", number(l.Requests), number(l.Misses), size(l.Bytes), plain.Text(l.Log), linesOf(l.Lines))
	}
	return facts
}

func decision(e *warm.Explanation) string {
	if e.In {
		return fmt.Sprintf("in, at rank %d of %d", e.Rank, e.Targets)
	}
	why := reasons[e.Reason]
	if f := e.Found; f != nil && f.Err != nil {
		why = plain.Text(f.Err.Error())
	}
	return fmt.Sprintf("out: %s, %s", e.Reason, why)
}

// reasons are the planner's, in words.
var reasons = map[planner.Reason]string{
	planner.Invalid:      "it is no URL that could be requested",
	planner.Failed:       "it could not be had or read",
	planner.DocumentOnly: "sitemaps and feeds are read, not warmed",
	planner.Key:          "a decryption key, which playlists.renditions.keys would take",
	planner.Live:         "the playlist of a live stream is soon another",
	planner.Gap:          "the playlist says that this segment is missing",
	planner.Excluded:     "crawl.include and crawl.exclude leave it out",
	planner.Blocked:      "the config blocks it",
	planner.NoZone:       "its host belongs to none of the zones",
	planner.Warm:         "it was warmed within plan.ttl",
	planner.Covered:      "the service finds it in a playlist that is a target",
	planner.HeldOut:      "it stays cold by lot, to measure what warming does (plan.holdout)",
	planner.OverQuota:    "others are worth more, or what it needs did not fit",
}

func planOf(e *warm.Explanation) string {
	if e.Run == 0 {
		return "made now"
	}
	return fmt.Sprintf("of run %d, %s", e.Run, e.Made.Local().Format(time.DateTime))
}

func foundIn(path []string) string {
	if len(path) == 0 {
		return "the sources"
	}
	shown := make([]string, len(path))
	for i, document := range path {
		shown[i] = plain.URL(document)
	}
	return strings.Join(shown, " → ")
}

func linesOf(lines []int) string {
	if len(lines) == 0 {
		return ""
	}
	numbers := make([]string, len(lines))
	for i, n := range lines {
		numbers[i] = strconv.Itoa(n)
	}
	return ", first in lines " + strings.Join(numbers, ", ")
}

func reasonOf(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + plain.Text(reason)
}

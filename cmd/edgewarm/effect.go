package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/effect"
	"github.com/edgewarm/edgewarm/internal/report"
	"github.com/edgewarm/edgewarm/internal/warm"
)

func (a *app) effectCommand() *cobra.Command {
	var o warm.EffectOptions
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "effect",
		Short: "What warming did, the day after: the misses that each unit of quota avoided",
		Long: `effect compares what a run warmed with what it held out. plan.holdout: 2% in the config has
each run leave a few targets cold by lot; the day after, the logs tell how often those were
missed, and how often the others. The difference is what warming did, since nothing but the
lot set them apart; like is compared with like, in strata of the plan's score.

It counts from the run's last call on, as long as a target counts as warm (plan.ttl) or
until the run of another day. The interval has the true number in it 95 times in 100; where
0 is in it, too few were held out to tell. Playlists, init sections, keys, pins and what a
source's weight announces are never held out, and not compared. Of several runs of a day it
tells of the one that warmed most, unless --run names another; plans are kept for two weeks.

Misses are those of the log. In the mode default EdgeOne warms its middle layer, so that the
first viewer at each edge may be a miss in its log all the same: then it is the origin that
is spared more than this says.`,
		Example: `  edgewarm effect
  edgewarm effect --run 12 --logs 's3://logs/2026-11-26/*?region=eu-west-1'
  edgewarm effect --json | jq .avoided_per_unit
  edgewarm report --effect -o report.html`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Run < 0 {
				return usage("edgewarm status lists the runs", "--run %d is no run", o.Run)
			}
			c, err := a.config(optional)
			if err != nil {
				return err
			}
			w := a.warmer(c, "effect")
			defer w.Close()
			n, faults, err := w.Effect(cmd.Context(), o)
			return tell(a, n, faults, err, asJSON, a.printEffect)
		},
	}
	flags := cmd.Flags()
	flags.Int64Var(&o.Run, "run", 0, "the `NUMBER` of a run; 0 is the one that warmed most of the newest day that is over, or else of today")
	flags.StringSliceVar(&o.Logs, "logs", nil, "access `LOGS` of the time after it: files, globs, folders and buckets (default: those of the config)")
	flags.BoolVar(&asJSON, "json", false, "print it as one line of JSON")
	return cmd
}

// printEffect tells it to people.
func (a *app) printEffect(n *effect.Night) error {
	const minute = "2 Jan 2006, 15:04"
	var text strings.Builder
	fmt.Fprintf(&text, "run %d of %s: %d targets, and %d held out\n", n.Run, n.Started.Local().Format(minute), n.Planned, n.HeldOut.Targets)
	fmt.Fprintf(&text, "requests from %s to %s; the logs go to %s\n\n", n.From.Local().Format(minute), n.To.Local().Format(minute), n.LogsUntil.Local().Format(minute))
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\ttargets\trequests\tmisses\tmisses each\t")
	for _, row := range []struct {
		name string
		effect.Arm
	}{{"warmed", n.Warmed}, {"held out", n.HeldOut}} {
		fmt.Fprintf(t, "%s\t%d\t%.0f\t%.0f\t%.3f\t\n", row.name, row.Targets, row.Requests, row.Misses, row.MissesEach)
	}
	_ = t.Flush() // a strings.Builder takes all
	fmt.Fprintf(&text, "\n%s\n", report.EffectWords(n))
	_, err := fmt.Fprint(a.stdout, text.String())
	return err
}

package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/warm"
)

func (a *app) runCommand() *cobra.Command {
	var o warm.RunOptions
	var asJSON bool
	var waitQuota int
	var workers bool
	var purge string
	var early earlyFlag
	var chosen selection
	cmd := &cobra.Command{
		Use:   "run",
		Short: "The nightly job: discover, plan, submit",
		Long: `run does the whole job: it finds what the config's sources publish, orders it by the
access logs, fits it into what is left of today's quota and submits it. What was
warmed within plan.ttl is left out, so that the same command may be run again at any
time, also after it was killed.

Exit codes: 0 done · 1 failed · 2 wrong usage or config · 3 done, but some documents or
targets failed · 4 the quota ran out before the plan did · 5 not authorized ·
130 interrupted.`,
		Example: `  edgewarm run                        # with edgewarm.yaml
  edgewarm run --dry-run              # plan, submit nothing
  edgewarm run -c site.yaml --wait 30m --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Wait < 0 {
				return usage("--wait 30m", "--wait %s is no time to wait", o.Wait)
			}
			if purge != "none" && purge != "changed" {
				return usage("--purge changed", "--purge %s is neither none nor changed", purge)
			}
			o.Purge = purge == "changed"
			c, err := a.selected(required, &chosen)
			if err != nil {
				return err
			}
			if c.Crawl.Workers = c.Crawl.Workers || workers; workers {
				if err := c.Validate(); err != nil {
					return err
				}
			}
			early.apply(c)
			if len(c.Sources) == 0 {
				return usage("name a site under sources in "+a.configPath, "the config has no sources")
			}
			if err := oneReader(append(listReaders(c), logReaders(c)...)); err != nil {
				return err
			}
			w := a.warmer(c, "run")
			defer w.Close()
			w.WaitQuota = waitQuota
			o.Stdin, o.Inbox = a.stdin, true
			summary, err := w.Run(cmd.Context(), o)
			a.code = summary.Exit
			if err := join(err, a.printSummary(summary, asJSON, o.DryRun, err)); err != nil {
				return err
			}
			if asJSON {
				return nil
			}
			return a.afterRun(summary, o.DryRun)
		},
	}
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "plan and submit nothing; needs no credentials where the config names the zones")
	cmd.Flags().DurationVar(&o.Wait, "wait", 0, "poll the jobs to their end, for at most `TIME` (30m)")
	cmd.Flags().StringVar(&purge, "purge", "none", "`WHAT` to remove from the caches before it is warmed: none, or changed, what has a later lastmod, another ETag or Last-Modified than when it was")
	cmd.Flags().BoolVar(&workers, "workers", false, "have the processes of edgewarm worker open the documents and read the logs, as crawl.workers does; a dry run is alone")
	bindWaitQuota(cmd, &waitQuota)
	cmd.Flags().Var(&early, "early", "send so much of the plan while sources are read as is certain: a `SHARE` or units, over submit.early (20%)")
	cmd.Flags().Var((*share)(&o.Verify), "verify", "ask the caches for a `SHARE` of the plan before and after, and print the hit ratios (5%)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the summary as one line of JSON")
	chosen.bind(cmd)
	return cmd
}

// afterRun says what to do next: after a dry run, and after the first run of a ledger. Later nights need not be told.
func (a *app) afterRun(s warm.Summary, dry bool) (err error) {
	switch {
	case dry:
		if !a.quiet {
			a.hint("edgewarm plan --all shows each of them and why, edgewarm run submits them")
		}
	case s.Run == 1:
		_, err = fmt.Fprint(a.stdout, "\nnext: edgewarm report -o report.html draws it, edgewarm status lists what failed;\n"+
			"      every night this command again, by cron or a timer: docs/tutorial.md\n")
	}
	return err
}

// join returns the first error that is one.
func join(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// shortTime is how long something took, for people.
func shortTime(d time.Duration) string { return d.Round(10 * time.Millisecond).String() }

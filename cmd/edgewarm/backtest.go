package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/backtest"
	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/crowd"
	"github.com/edgewarm/edgewarm/internal/trace"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// backtestFlags are those of edgewarm backtest.
type backtestFlags struct {
	logs      []string
	resources string
	quotas    []string
	days      int
	demo      bool
	seed      uint64
	keep      string
	asJSON    bool
}

func (a *app) backtestCommand() *cobra.Command {
	var f backtestFlags
	cmd := &cobra.Command{
		Use:   "backtest",
		Short: "How good plans would have been: replays logs day by day",
		Long: `backtest replays access logs: for each of the last days it makes the plan of the night
before, from what was known then, and counts how much of what the day asked for was in
it: requests, misses and bytes. Beside the plan stand the orders that are taken where
nobody plans, and the clairvoyant, who knew the day: no plan can cover more.

The logs alone will do: what they asked for is then what there is to choose from. Better
is a crawl beside them, which knows the titles that nobody has asked for yet; of a crawl
what has a newer lastmod than a night was not known in it. Days begin at midnight in UTC.
Each log is read several times, those of a bucket too. A quota is in units, or in percent
of what could be warmed, and is that of all zones together.

--demo makes up a site and its visitors, with new titles every day, tastes that drift and
viewers who leave, and replays that.`,
		Example: `  edgewarm backtest --logs '/var/log/edgeone/*.log.gz'
  edgewarm crawl > site.jsonl
  edgewarm backtest --resources site.jsonl --quota 500,2000,5%   # the config's logs
  edgewarm backtest --demo                                       # no log at hand
  edgewarm backtest --demo --keep trace --seed 7                 # and keep its files`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			quotas, err := f.check()
			if err != nil {
				return err
			}
			if f.demo {
				return a.backtestDemo(cmd.Context(), &f, quotas)
			}
			c, err := a.config(optional)
			if err != nil {
				return err
			}
			return a.backtest(cmd.Context(), c, &f, quotas)
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&f.logs, "logs", nil, "the access `LOGS`: files, globs, folders and buckets (default: those of the config)")
	flags.StringVar(&f.resources, "resources", "", "what edgewarm crawl printed, a `FILE`")
	flags.StringSliceVar(&f.quotas, "quota", []string{"1%", "5%", "20%"}, "the quotas, in `UNITS` or percent of what could be warmed")
	flags.IntVar(&f.days, "days", 7, "how many of the last `DAYS` are scored")
	flags.BoolVar(&f.demo, "demo", false, "replay a site and visitors that are made up")
	flags.Uint64Var(&f.seed, "seed", 1, "another `NUMBER` makes up others")
	flags.StringVar(&f.keep, "keep", "", "keep the logs and resources that are made up in `FOLDER`")
	flags.BoolVar(&f.asJSON, "json", false, "print the report as one line of JSON")
	return cmd
}

// check refuses flags that cannot be, and reads the quotas.
func (f *backtestFlags) check() (quotas []backtest.Quota, err error) {
	for _, text := range f.quotas {
		q, err := backtest.ParseQuota(text)
		if err != nil {
			return nil, usage("--quota 1%,5%,20% or --quota 500", "--quota %q: %w", text, err)
		}
		quotas = append(quotas, q)
	}
	switch {
	case len(quotas) == 0:
		return nil, usage("--quota 1%,5%,20% or --quota 500", "--quota names none")
	case f.days < 1:
		return nil, usage("--days 7", "--days %d is no number of days", f.days)
	case f.demo && (len(f.logs) > 0 || f.resources != ""):
		return nil, usage("leave out --demo", "--demo makes up its own logs and resources")
	case !f.demo && f.keep != "":
		return nil, usage("--demo --keep "+f.keep, "--keep is for --demo")
	}
	return quotas, nil
}

func (a *app) backtest(ctx context.Context, c *config.Config, f *backtestFlags, quotas []backtest.Quota) error {
	o := warm.BacktestOptions{Logs: f.logs, Quotas: quotas, Days: f.days}
	names := o.Logs
	if len(names) == 0 {
		names = c.Popularity.Logs
	}
	if slices.Contains(names, "-") {
		return usage("give a file in the place of -", "the logs are read several times, which stdin cannot be")
	}
	if len(names) == 0 && c.Popularity.EdgeOne != config.Logs {
		return usage("--logs '/var/log/edgeone/*.log.gz', or --demo for a made-up one", "there is no log to replay")
	}
	if f.resources != "" {
		file, err := os.Open(f.resources)
		if err != nil {
			return usage("--resources names what edgewarm crawl printed", "%w", err)
		}
		defer file.Close()
		o.Resources = resourceLines(f.resources, file)
	}
	w := a.warmer(c, "backtest")
	defer w.Close()
	report, faults, err := w.Backtest(ctx, o)
	return tell(a, report, faults, err, f.asJSON, func(r *backtest.Report) error { return a.printBacktest(r, f.resources != "") })
}

// backtestDemo replays a trace. Its config is the default one, whatever there is.
func (a *app) backtestDemo(ctx context.Context, f *backtestFlags, quotas []backtest.Quota) error {
	folder, remove, err := traceFolder(f.keep)
	if err != nil {
		return err
	}
	defer remove()
	a.note("making up %d days of a site and its visitors", demoDays)
	if err := trace.New(trace.Options{Seed: f.seed, Days: demoDays, Viewings: demoViewings}).Write(folder, crowd.EdgeOne, false); err != nil {
		return err
	}
	c, err := config.Load("")
	if err != nil {
		return err
	}
	f.logs, f.resources = []string{filepath.Join(folder, "*.log.gz")}, filepath.Join(folder, trace.ResourcesFile)
	return a.backtest(ctx, c, f, quotas)
}

// The size of the made-up trace: two weeks show weekdays and weekends, and so many viewings a day are made up and replayed
// in some seconds.
const (
	demoDays     = 14
	demoViewings = 2000
)

// traceFolder is a folder of its own for a trace.
func traceFolder(keep string) (folder string, remove func(), err error) {
	if keep != "" {
		return keep, func() {}, os.MkdirAll(keep, 0o755)
	}
	folder, err = os.MkdirTemp("", "edgewarm-trace-")
	return folder, func() { _ = os.RemoveAll(folder) }, err
}

// printBacktest is the report for people: a table for each quota.
func (a *app) printBacktest(r *backtest.Report, crawled bool) error {
	var text strings.Builder
	days := len(r.Days)
	if days == 0 {
		return fmt.Errorf("none of the days could be scored")
	}
	fmt.Fprintf(&text, "%d days, %s to %s: %.0f requests, %.0f misses, %s\n", days, r.Days[0].Day, r.Days[days-1].Day,
		r.Total.Requests, r.Total.Misses, size(r.Total.Bytes))
	known := r.Known.Of(r.Total)
	fmt.Fprintf(&text, "for what was known the night before: %s of the requests, %s of the misses, %s of the bytes\n",
		percent(known.Requests), percent(known.Misses), percent(known.Bytes))
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, q := range r.Quotas {
		fmt.Fprintf(t, "\nquota %s, %d units a day\trequests\tmisses\tbytes\tof the best\t\n", q.Quota, (q.Units+days/2)/days)
		for _, row := range q.Orders {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t\n", row.Order, percent(row.Share.Requests), percent(row.Share.Misses),
				percent(row.Share.Bytes), percent(row.OfBest))
		}
	}
	_ = t.Flush() // a strings.Builder takes all
	fmt.Fprintf(&text, "\nof the best: %s that were covered, of those that the clairvoyant covers\n", r.By)
	if !crawled {
		text.WriteString("no crawl was given: new titles are not known, and have no order (--resources)\n")
	}
	_, err := fmt.Fprint(a.stdout, text.String())
	return err
}

func percent(share float64) string { return fmt.Sprintf("%.1f%%", share*100) }

// size is a number of bytes for people.
func size(bytes float64) string {
	for _, unit := range []string{"B", "kB", "MB", "GB"} {
		if bytes < 1000 {
			return fmt.Sprintf("%.1f %s", bytes, unit)
		}
		bytes /= 1000
	}
	return fmt.Sprintf("%.1f TB", bytes)
}

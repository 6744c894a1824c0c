package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/effect"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/report"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// reportFlags are those of edgewarm report.
type reportFlags struct {
	run           int64
	file, dir     string
	asJSON, asCSV bool
	effect        bool // what warming did
}

func (a *app) reportCommand() *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "report",
		Short: "What happened, with pictures: one HTML file, or JSON, or CSV",
		Long: `report tells of a run, the newest one unless --run names another: how many URLs came how
far, what was left out and why, what the quota was spent on, which titles are ready and
what failed. It is one HTML file that needs nothing else, good on paper too.

--json has the same figures; --csv a row for each target of the run, safe to open in a
spreadsheet. --effect reads the logs too and adds what warming did, as edgewarm effect tells
it. Secrets in URLs are masked. A file is written inside --dir and nowhere else,
whole or not at all.`,
		Example: `  edgewarm report -o report.html
  edgewarm report --run 1 -o run-1.html
  edgewarm report --csv -o targets.csv
  edgewarm report --json | jq .run.accepted`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.run < 0 {
				return usage("edgewarm status lists the runs", "--run %d is no run", f.run)
			}
			if f.asJSON && f.asCSV {
				return usage("call it twice, with a -o each", "--json and --csv are two reports")
			}
			if f.effect && f.asCSV {
				return usage("leave one of them out", "--csv has a row for each target, and no place for --effect")
			}
			c, err := a.config(optional)
			if err != nil {
				return err
			}
			l, err := openLedger(cmd.Context(), c)
			if err != nil {
				return err
			}
			return errors.Join(a.report(cmd.Context(), c, l, f), l.Close())
		},
	}
	flags := cmd.Flags()
	flags.Int64Var(&f.run, "run", 0, "the `NUMBER` of a run, as edgewarm status has it; 0 is the newest")
	flags.StringVarP(&f.file, "output", "o", "", "write to `FILE` inside --dir instead of stdout")
	flags.StringVar(&f.dir, "dir", ".", "the `FOLDER` in which -o may write")
	flags.BoolVar(&f.asJSON, "json", false, "write one line of JSON")
	flags.BoolVar(&f.asCSV, "csv", false, "write CSV: a row for each target of the run")
	flags.BoolVar(&f.effect, "effect", false, "add what warming did, from the logs since: see edgewarm effect")
	return cmd
}

// report writes what is asked for to where it is asked for.
func (a *app) report(ctx context.Context, c *config.Config, l *ledger.Ledger, f reportFlags) error {
	if f.file == "" && !f.asJSON && !f.asCSV && isTerminal(a.stdout.w) {
		return usage("edgewarm report -o report.html", "a report in HTML is nothing for a terminal")
	}
	r, err := report.Read(ctx, l, report.Options{Run: f.run, TTL: c.Plan.TTL})
	if errors.Is(err, report.ErrNoRun) {
		return usage("edgewarm status lists the runs", "%w", err)
	}
	if err != nil {
		return err
	}
	if f.effect {
		if r.Effect, err = a.effectOf(ctx, c, f.run); err != nil {
			return err
		}
	}
	write := r.WriteHTML
	switch {
	case f.asJSON:
		write = r.WriteJSON
	case f.asCSV:
		write = func(w io.Writer) error {
			run := f.run
			if run == 0 && r.Run != nil {
				run = r.Run.ID
			}
			return report.WriteCSV(w, l.Targets(ctx, run))
		}
	}
	if f.file == "" {
		out, flush := a.out()
		return join(write(out), flush())
	}
	return a.saveReport(f, write)
}

// effectOf reads what the warming of a run did.
func (a *app) effectOf(ctx context.Context, c *config.Config, run int64) (*effect.Night, error) {
	w := a.warmer(c, "report")
	defer w.Close()
	n, faults, err := w.Effect(ctx, warm.EffectOptions{Run: run})
	if faults > 0 {
		a.code = warm.ExitPartly
	}
	a.stderr.endLine()
	return n, err
}

func (a *app) saveReport(f reportFlags, write func(io.Writer) error) error {
	err := report.Save(f.dir, f.file, write)
	if outside := (*report.OutsideError)(nil); errors.As(err, &outside) {
		return usage("--dir names the folder that is written in, -o a file inside it", "%w", err)
	}
	if err != nil {
		return err
	}
	opened := ""
	if !f.asJSON && !f.asCSV {
		opened = ": open it in a browser"
	}
	a.note("wrote %s%s", filepath.Join(f.dir, f.file), opened)
	return nil
}

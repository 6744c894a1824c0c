package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

func (a *app) ledgerCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ledger",
		Short: "Export, back up or prune the ledger",
		Long: `The ledger remembers what was sent and what came of it. It is a file, or a PostgreSQL
database, which state in the config names; what is in it survives a crash at any moment.`,
		Example: `  edgewarm ledger export | jq -c 'select(.spent) | .spent'
  edgewarm ledger backup ledger-backup.db
  edgewarm ledger prune --older 90d`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.ledgerExportCommand(), a.ledgerBackupCommand(), a.ledgerPruneCommand())
	return cmd
}

func (a *app) ledgerExportCommand() *cobra.Command {
	var secrets bool
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Print all that the ledger knows, as JSON lines: who spent which quota on what",
		Long: `export prints a line of JSON for each run, batch, unit spent, target, quota day, booking,
event and plan, also while a run goes on. The key of a line says what it is: a spent line
has when, on which quota day, of which zone, for which URL, by which run, command and host.

Secrets in URLs are masked, and of plans only the size is told, unless --secrets is given.`,
		Example: `  edgewarm ledger export > ledger.jsonl
  edgewarm ledger export | jq -c 'select(.spent) | .spent'`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.config(optional)
			if err != nil {
				return err
			}
			l, err := openLedger(cmd.Context(), c)
			if err != nil {
				return err
			}
			defer l.Close()
			out, flush := a.out()
			lines := jsonLines(out)
			for r, err := range l.Export(cmd.Context(), secrets) {
				if err != nil {
					return errors.Join(err, flush())
				}
				if !secrets {
					maskRecord(&r)
				}
				if err := lines.Encode(r); err != nil {
					return err
				}
			}
			return flush()
		},
	}
	cmd.Flags().BoolVar(&secrets, "secrets", false, "print URLs as they were sent, with tokens and signatures")
	return cmd
}

// maskRecord masks what URLs of the record have in secrets. Of plans, whose URLs are as they were found, there is the size.
func maskRecord(r *ledger.Record) {
	switch {
	case r.Spent != nil:
		r.Spent.URL = urlkey.Redact(r.Spent.URL)
	case r.Target != nil:
		r.Target.URL, r.Target.Title = urlkey.Redact(r.Target.URL), urlkey.Redact(r.Target.Title)
	case r.Event != nil:
		r.Event.URL = urlkey.Redact(r.Event.URL)
	case r.Purge != nil:
		r.Purge.URL = urlkey.Redact(r.Purge.URL)
	}
}

func (a *app) ledgerBackupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the ledger into a new file, also while a run goes on",
		Long: `backup copies the ledger as it is at one moment into FILE, which must not exist, also while a
run goes on. To copy the ledger's own file instead, take its -wal file along.

A ledger that is put back knows nothing of what was sent since: that is sent once more.
One on PostgreSQL is backed up with pg_dump.`,
		Example: "  edgewarm ledger backup ledger-backup.db",
		Args:    oneArg("the file to make"),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.config(optional)
			if err != nil {
				return err
			}
			l, err := openLedger(cmd.Context(), c)
			if err != nil {
				return err
			}
			err = l.Backup(cmd.Context(), args[0])
			if errors.Is(err, fs.ErrExist) {
				err = usage("name a file that is not there yet", "%w", err)
			}
			return errors.Join(err, l.Close())
		},
	}
}

// age is a flag that is a time with days in it: 90d, 36h.
type age time.Duration

func (d *age) Set(text string) error {
	parsed, err := config.ParseDuration(text)
	if err != nil || parsed <= 0 {
		return errors.New("write it as 90d or 36h")
	}
	*d = age(parsed)
	return nil
}

func (d *age) String() string { return time.Duration(*d).String() }
func (d *age) Type() string   { return "time" }

func (a *app) ledgerPruneCommand() *cobra.Command {
	var older age
	var dry, asJSON bool
	cmd := &cobra.Command{
		Use:   "prune --older TIME",
		Short: "Let go of what is older than a time",
		Long: `prune lets go of runs, plans, batches, targets, quota days, bookings, events and purges that are
older than a time, and gives the room back. What may be at the service and is not known to have
ended stays, and so does what counts as warm: the time must not be shorter than plan.ttl.`,
		Example: `  edgewarm ledger prune --older 90d --dry-run
  edgewarm ledger prune --older 90d`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if older == 0 {
				return usage("edgewarm ledger prune --older 90d", "edgewarm ledger prune wants to know what is old: --older")
			}
			c, err := a.config(optional)
			if err != nil {
				return err
			}
			if time.Duration(older) < c.Plan.TTL {
				return usage("what is younger counts as warm, and would be sent again", "--older is shorter than plan.ttl, %s", c.Plan.TTL)
			}
			if l, err := openLedger(cmd.Context(), c); err != nil {
				return err // prune makes none
			} else if err := l.Close(); err != nil {
				return err
			}
			w := a.warmer(c, "prune")
			defer w.Close()
			pruned, err := w.Prune(cmd.Context(), time.Now().Add(-time.Duration(older)), dry)
			if err != nil {
				return err
			}
			if asJSON {
				return jsonLines(a.stdout).Encode(pruned)
			}
			return printPruned(a.stdout, pruned, dry)
		},
	}
	flags := cmd.Flags()
	flags.Var(&older, "older", "let go of what is older than `TIME` (90d)")
	flags.BoolVar(&dry, "dry-run", false, "only count")
	flags.BoolVar(&asJSON, "json", false, "print the counts as one line of JSON")
	return cmd
}

func printPruned(w io.Writer, p ledger.Pruned, dry bool) error {
	did := "let go of"
	if dry {
		did = "would let go of"
	}
	_, err := fmt.Fprintf(w, "%s %d runs, %d batches, %d targets, %d lines of what was spent, %d quota days, %d bookings, %d events, %d purges and %d plans\n",
		did, p.Runs, p.Batches, p.Targets, p.Spent, p.Quota, p.Bookings, p.Events, p.Purges, p.Plans)
	return err
}

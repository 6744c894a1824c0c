package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/demosite"
	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// What the demo's account has: less quota than the site has URLs, so that the plan must choose.
const (
	demoZone  = "zone-demo"
	demoDaily = 150
	demoBatch = 20
	demoLines = 5000
)

func (a *app) demoCommand() *cobra.Command {
	var keep string
	var asJSON, serve bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "The whole job against a built-in site and a simulator: no account, no config, no network",
		Long: `demo serves a small video site and the simulator of the API on this machine, writes an
access log of the site, runs the whole job on them and compares what it says with what
the simulator counted. It takes a few seconds.

With --serve it leaves the site and the simulator up instead, until Ctrl-C, and prints
what to paste into another terminal to try init, check, run, status and report on them.`,
		Example: `  edgewarm demo
  edgewarm demo --keep demo    # keep the config, the log and the ledger, for looking at
  edgewarm demo --serve        # try the other commands by hand`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if serve && asJSON {
				return usage("--json is the summary of a run, which --serve leaves to you", "--serve and --json do not go together")
			}
			dir, remove, err := demoFolder(keep)
			if err != nil {
				return err
			}
			defer remove()
			d, err := startDemo(cmd.Context(), dir)
			if err != nil {
				return err
			}
			defer d.close()
			if serve {
				return a.serveDemo(cmd.Context(), d)
			}
			if err := a.demo(cmd.Context(), d, asJSON); err != nil {
				return err
			}
			if keep != "" {
				a.note("the config, the log and the ledger are in %s, for looking at: the servers that they name have ended", keep)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&keep, "keep", "", "keep the files of the demo in `FOLDER`")
	cmd.Flags().BoolVar(&serve, "serve", false, "serve the site and the simulator until Ctrl-C, and run nothing")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the summary as one line of JSON")
	return cmd
}

func demoFolder(keep string) (dir string, remove func(), err error) {
	if keep != "" {
		return keep, func() {}, freshFolder(keep)
	}
	dir, err = os.MkdirTemp("", "edgewarm-demo-")
	return dir, func() { _ = os.RemoveAll(dir) }, err
}

// The files of the demo. demoMark begins its config.
const (
	demoConfigFile = "edgewarm.yaml"
	demoLedger     = "edgewarm.db"
	demoLog        = "access.log"
	demoMark       = "# edgewarm demo"
)

// freshFolder makes the folder, or takes the ledger of an earlier demo out of it: what that one warmed would be left out
// now. A folder that has files by the demo's names which are somebody else's is left alone.
func freshFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(dir, demoConfigFile))
	own := err == nil && bytes.HasPrefix(text, []byte(demoMark))
	for _, f := range files {
		isLedger := strings.HasPrefix(f.Name(), demoLedger) // with the files that SQLite keeps beside it
		if !own && (isLedger || f.Name() == demoConfigFile || f.Name() == demoLog) {
			return usage("--keep names a folder of the demo's own", "%s in %s is not a demo's", f.Name(), dir)
		}
		if !isLedger {
			continue
		}
		if err := os.Remove(filepath.Join(dir, f.Name())); err != nil {
			return err
		}
	}
	return nil
}

// demoWorld is the site, the service and the config of the demo.
type demoWorld struct {
	site   *demosite.Server
	api    *edgeonetest.Server
	config *config.Config
}

func startDemo(ctx context.Context, dir string) (d *demoWorld, err error) {
	d = &demoWorld{}
	defer func() {
		if err != nil {
			d.close()
		}
	}()
	if d.site, err = demosite.Start(ctx, "127.0.0.1:0"); err != nil {
		return d, err
	}
	simulator := edgeonetest.New(edgeonetest.Options{
		Zones:    []edgeonetest.Zone{{ID: demoZone, Name: "demo", Hosts: []string{urlkey.Host(d.site.URL)}}},
		Daily:    demoDaily,
		Batch:    demoBatch,
		Fail:     []edgeonetest.Match{{Glob: "*/img/ember.jpg", Reason: "the demo has it refused"}},
		TaskTime: 300 * time.Millisecond,
	})
	if d.api, err = simulator.Start("127.0.0.1:0"); err != nil {
		return d, err
	}
	log := filepath.Join(dir, demoLog)
	if err := writeLog(log, d.site.URL); err != nil {
		return d, err
	}
	d.config, err = demoConfig(dir, d.site.URL, d.api.URL, log)
	return d, err
}

func (d *demoWorld) close() {
	if d.api != nil {
		_ = d.api.Close()
	}
	if d.site != nil {
		_ = d.site.Close()
	}
}

func writeLog(path, site string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(demosite.LogUntil(f, site, demosite.EdgeOne, demoLines, time.Now()), f.Close())
}

// demoConfig writes the config of the demo beside its other files, and reads it as run would.
func demoConfig(dir, site, api, log string) (*config.Config, error) {
	var text bytes.Buffer
	fmt.Fprintf(&text, demoMark+`: the servers that it names have ended with the demo
account:
  endpoint: %s
  zones:
    %s: [%s]
sources:
  - %s/
crawl:
  private_networks: true   # the site is on this machine
popularity:
  logs: [%q]
state: %q
`, api, demoZone, urlkey.Host(site), site, log, filepath.Join(dir, demoLedger))
	path := filepath.Join(dir, demoConfigFile)
	if err := os.WriteFile(path, text.Bytes(), 0o644); err != nil {
		return nil, err
	}
	return config.Parse(path, text.Bytes(), nil) // nil: the environment is the user's, not the demo's
}

// demo runs the job and shows what happened.
func (a *app) demo(ctx context.Context, d *demoWorld, asJSON bool) error {
	if !asJSON {
		fmt.Fprintf(a.stdout, "a site at %s/, an access log of %d lines, and a simulator of EdgeOne's API\nwith a quota of %d URLs a day at %s\n\n",
			d.site.URL, demoLines, demoDaily, d.api.URL)
	}
	w := a.warmer(d.config, "demo")
	defer w.Close()
	w.Credentials = simulatorCredentials
	summary, err := w.Run(ctx, warm.RunOptions{Wait: 10 * time.Second, Stdin: a.stdin})
	if err == nil {
		// The demo's site and service have faults to show: all is well when both sides counted the same.
		err = compare(summary, d.api.Summary())
		summary.Exit = warm.ExitOf(err)
	}
	a.code = summary.Exit
	if err := join(err, a.printSummary(summary, asJSON, false, err)); err != nil || asJSON {
		return err
	}
	return printCounted(a.stdout, d.api.Summary())
}

// compare says where the simulator counted otherwise than the summary.
func compare(s warm.Summary, counted edgeonetest.Summary) error {
	if counted.Accepted == s.Accepted && counted.Duplicates == 0 && counted.Quota[demoZone].Used == s.Quota[demoZone].Used {
		return nil
	}
	return fmt.Errorf("the simulator counted otherwise: %d accepted, %d of them twice, %d units used",
		counted.Accepted, counted.Duplicates, counted.Quota[demoZone].Used)
}

func printCounted(w io.Writer, c edgeonetest.Summary) error {
	q := c.Quota[demoZone]
	_, err := fmt.Fprintf(w, "\nthe simulator's own count agrees: %d accepted, none twice, %d of %d units used,\nat most %d requests in any second\n"+
		"\nnext: edgewarm demo --serve, to try the other commands here;\n"+
		"      edgewarm init, edgewarm check, edgewarm run --dry-run, on your own site\n", c.Accepted, q.Used, q.Daily, c.Peak)
	return err
}

func simulatorCredentials(context.Context) (submitter.Credentials, error) {
	return submitter.Credentials{SecretID: edgeonetest.DefaultSecretID, SecretKey: edgeonetest.DefaultSecretKey}, nil
}

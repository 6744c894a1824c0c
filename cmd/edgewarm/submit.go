package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

func (a *app) submitCommand() *cobra.Command {
	var again, asJSON, retry, dryRun bool
	var waitQuota int
	cmd := &cobra.Command{
		Use:   "submit FILE|- | --retry-failed",
		Short: "Submit the lines of a plan, or plain URLs one a line",
		Long: `submit sends the targets of a plan, in its order, or plain URLs, and prints one JSON
line for each answer of the API: batch zone job_id request_id accepted failed attempts.
What was warmed within plan.ttl is not sent again, unless --again is given.

With --retry-failed it sends all that the service refused, or whose jobs came to a bad
end, once more: --dry-run prints them, with their reasons, and sends nothing.`,
		Example: `  edgewarm submit tonight.jsonl
  echo https://cdn.example.com/new.mp4 | edgewarm submit -
  edgewarm submit --retry-failed --dry-run`,
		Args: func(cmd *cobra.Command, args []string) error {
			if retry {
				return noArgs(cmd, args)
			}
			return oneArg("the FILE of a plan, or - for stdin")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.config(optional)
			if err != nil {
				return err
			}
			w := a.warmer(c, "submit")
			defer w.Close()
			w.WaitQuota = waitQuota
			if dryRun {
				return a.deadLetters(cmd.Context(), w, retry)
			}
			var targets []submitter.Target
			if !retry {
				if targets, err = a.readTargets(args[0]); err != nil {
					return err
				}
			}
			if !asJSON {
				a.streams()
				receipts := jsonLines(a.stdout)
				// What cannot be written does not stop what is paid for; stdout keeps the error.
				w.OnReceipt = func(r submitter.Receipt) { _ = receipts.Encode(r) }
			}
			send := func() (warm.Summary, error) { return w.Submit(cmd.Context(), targets, again) }
			if retry {
				send = func() (warm.Summary, error) { return w.RetryFailed(cmd.Context()) }
			}
			summary, err := send()
			a.code = summary.Exit
			if asJSON {
				return join(err, a.printSummary(summary, true, false, err))
			}
			if err == nil {
				a.note("%d accepted, %d failed, %d unknown, %d deferred, %d still warm",
					summary.Accepted, summary.Failed, summary.Unknown, summary.Deferred, summary.LeftOut[planner.Warm])
			}
			return err
		},
	}
	bindWaitQuota(cmd, &waitQuota)
	cmd.Flags().BoolVar(&retry, "retry-failed", false, "send what failed or was refused once more, instead of a FILE")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "with --retry-failed: print what failed and why, as JSON lines, and send nothing")
	cmd.Flags().BoolVar(&again, "again", false, "send what is still warm too")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the summary as one line of JSON, instead of the receipts")
	return cmd
}

// deadLetter is one line of submit --retry-failed --dry-run.
type deadLetter struct {
	URL    string          `json:"url"`
	Zone   string          `json:"zone"`
	State  submitter.State `json:"state"`
	Reason string          `json:"reason"`
	Run    int64           `json:"run"`
}

// deadLetters prints what would be sent once more, and why it failed.
func (a *app) deadLetters(ctx context.Context, w *warm.Warmer, retry bool) error {
	if !retry {
		return usage("edgewarm submit --retry-failed --dry-run", "--dry-run goes with --retry-failed only")
	}
	failed, err := w.DeadLetters(ctx)
	if err != nil {
		return err
	}
	a.streams()
	lines := jsonLines(a.stdout)
	for _, t := range failed {
		if err := lines.Encode(deadLetter{t.URL, t.Zone, t.State, t.Reason, t.Run}); err != nil {
			return err
		}
	}
	return nil
}

// readTargets reads the lines of a plan or plain URLs, which have no zone yet.
func (a *app) readTargets(name string) (targets []submitter.Target, err error) {
	in := a.stdin
	if name == "-" {
		name = "stdin"
	} else {
		f, err := os.Open(name)
		if err != nil {
			return nil, usage("name a plan, or - for stdin", "%w", err)
		}
		defer f.Close()
		in = f
	}
	for line, err := range lines(name, in) {
		if err != nil {
			return nil, err
		}
		t, wanted, err := readTarget(line)
		switch {
		case err != nil:
			return nil, usage("a line is one of edgewarm plan, or a URL", "%s: line %d: %w", name, line.number, err)
		case wanted:
			targets = append(targets, t)
		}
	}
	return targets, nil
}

// readTarget reads one line. Lines of a plan that say why something was left out, and comments, are not wanted.
func readTarget(line numbered) (t submitter.Target, wanted bool, err error) {
	text := strings.TrimSpace(string(line.text))
	if text == "" || text[0] == '#' {
		return t, false, nil
	}
	if text[0] != '{' {
		return submitter.Target{URL: text, Cost: 1}, true, nil
	}
	var planned struct {
		submitter.Target
		Reason string `json:"reason"`
	}
	if err := json.Unmarshal([]byte(text), &planned); err != nil {
		return t, false, fmt.Errorf("not JSON: %w", err)
	}
	if planned.URL == "" {
		return t, false, fmt.Errorf("the line has no url")
	}
	return planned.Target, planned.Reason == "", nil
}

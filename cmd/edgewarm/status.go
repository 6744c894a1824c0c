package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/fleet"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter"
)

// shownRuns and shownFailures are how many of each status shows: what fits on a screen.
const (
	shownRuns     = 10
	shownFailures = 20
)

// status is what the ledger tells. Its JSON is for programs.
type status struct {
	Runs     []runStatus             `json:"runs"`
	States   map[submitter.State]int `json:"states"`
	OpenJobs int                     `json:"open_jobs"`
	Failures []failure               `json:"failures"`
	// Bookings are the units that launches keep, of today and later.
	Bookings []booking `json:"bookings,omitempty"`
	// Lease is who writes the ledger now, nil when nobody does.
	Lease *leaseStatus `json:"lease,omitempty"`
	// Workers is what they do, of a ledger that has some.
	Workers *fleet.Status `json:"workers,omitempty"`
}

// leaseStatus is the hold of a process, the Epoch-th of this ledger; another may take over after Until, unless it is renewed.
type leaseStatus struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
	Until   time.Time `json:"until"`
	Epoch   int64     `json:"epoch"`
}

type runStatus struct {
	Run     int64           `json:"run"`
	Command string          `json:"command"`
	Started time.Time       `json:"started"`
	Ended   time.Time       `json:"ended,omitzero"`
	State   string          `json:"state"`
	Summary json.RawMessage `json:"summary,omitempty"`
}

type booking struct {
	Launch string `json:"launch"`
	Zone   string `json:"zone"`
	Day    string `json:"day"`
	Units  int    `json:"units"`
}

type failure struct {
	URL    string          `json:"url"`
	State  submitter.State `json:"state"`
	Reason string          `json:"reason"`
}

func (a *app) statusCommand() *cobra.Command {
	var asJSON, refresh bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "What happened: the last runs, the targets by state, what failed and why",
		Long: `status prints what the ledger knows: the last ten runs, how many targets are in which
state, the newest that failed or were refused, and while a process writes the ledger,
which one, since when, and until when nobody else may. It asks nobody but the ledger,
unless --refresh is given.

Where workers share the ledger it shows what they do too: their jobs by state, the
documents that they opened a second over the last minute, what is tried again, what was
given up and why, and which of them are alive.`,
		Example: `  edgewarm status
  edgewarm status --refresh     # ask the service what became of the jobs first`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.config(optional)
			if err != nil {
				return err
			}
			if refresh {
				if err := a.refresh(cmd.Context(), c); err != nil {
					return err
				}
			}
			l, err := openLedger(cmd.Context(), c)
			if err != nil {
				return err
			}
			defer l.Close()
			s, err := readStatus(cmd.Context(), l)
			if err != nil {
				return err
			}
			if s.Workers, err = lookAtWorkers(cmd.Context(), c.State); err != nil {
				return err
			}
			if asJSON {
				return jsonLines(a.stdout).Encode(s)
			}
			return a.printStatus(s)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print it as one line of JSON")
	cmd.Flags().BoolVar(&refresh, "refresh", false, "ask the service what became of the jobs of the last days first")
	return cmd
}

// refresh asks what became of the jobs of a ledger, which it does not make.
func (a *app) refresh(ctx context.Context, c *config.Config) error {
	l, err := openLedger(ctx, c)
	if err != nil {
		return err
	}
	if err := l.Close(); err != nil {
		return err
	}
	w := a.warmer(c, "status")
	defer w.Close()
	return w.Refresh(ctx)
}

// openLedger opens a ledger that is there to look at it.
func openLedger(ctx context.Context, c *config.Config) (*ledger.Ledger, error) {
	return (&warm.Warmer{Config: c}).LookIntoLedger(ctx)
}

func readStatus(ctx context.Context, l *ledger.Ledger) (s status, err error) {
	s.Runs, s.Failures = []runStatus{}, []failure{} // [] in JSON, not null
	runs, err := l.Runs(ctx, shownRuns)
	if err != nil {
		return s, err
	}
	for _, r := range runs {
		s.Runs = append(s.Runs, runStatus{r.ID, r.Command, r.Started, r.Ended, runState(r), r.Summary})
	}
	if s.States, err = l.Counts(ctx, 0); err != nil {
		return s, err
	}
	jobs, err := l.OpenJobs(ctx, time.Time{})
	if err != nil {
		return s, err
	}
	s.OpenJobs = len(jobs)
	if s.Lease, err = readLease(ctx, l); err != nil {
		return s, err
	}
	bookings, err := l.Bookings(ctx, l.Day(time.Now()))
	if err != nil {
		return s, err
	}
	for _, b := range bookings {
		s.Bookings = append(s.Bookings, booking{urlkey.Redact(b.Launch), b.Zone, b.Day, b.Units})
	}
	failures, err := l.Failures(ctx, shownFailures)
	for _, f := range failures {
		s.Failures = append(s.Failures, failure{urlkey.Redact(f.URL), f.State, f.Reason})
	}
	return s, err
}

func readLease(ctx context.Context, l *ledger.Ledger) (*leaseStatus, error) {
	held, ok, err := l.Lease(ctx)
	if err != nil || !ok {
		return nil, err
	}
	return &leaseStatus{held.PID, held.Host, held.Command, held.Started, held.Expires, held.Epoch}, nil
}

func runState(r ledger.Run) string {
	switch {
	case r.Interrupted:
		return "killed"
	case r.Ended.IsZero():
		return "running"
	}
	return exitState(r.ExitCode)
}

func exitState(code int) string { return fmt.Sprintf("exit %d", code) }

func (a *app) printStatus(s status) error {
	colours := paletteOf(a.stdout.w)
	printLease(a.stdout, s.Lease)
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "run\tcommand\tstarted\ttook\tended")
	for _, r := range s.Runs {
		took := ""
		if !r.Ended.IsZero() {
			took = shortTime(r.Ended.Sub(r.Started))
		}
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\n", r.Run, r.Command, r.Started.Local().Format(time.DateTime), took, ended(r.State))
	}
	fmt.Fprintln(t)
	printCounts(t, s, colours)
	fmt.Fprintln(t)
	for _, f := range s.Failures {
		fmt.Fprintf(t, "%s\t%s\t%s\n", colours.state(f.State), plain.Text(f.URL), plain.Text(f.Reason))
	}
	printWorkers(t, s.Workers)
	return t.Flush()
}

// printCounts says how many targets are in which state, and what is open and kept: in columns, to be aligned by w.
func printCounts(w io.Writer, s status, colours palette) {
	width := len(strconv.Itoa(slices.Max(append(slices.Collect(maps.Values(s.States)), s.OpenJobs))))
	for _, state := range slices.Sorted(maps.Keys(s.States)) {
		fmt.Fprintf(w, "%*d\t%s\n", width, s.States[state], colours.state(state))
	}
	if s.OpenJobs > 0 {
		fmt.Fprintf(w, "%*d\tjobs not known to have ended: --refresh asks\n", width, s.OpenJobs)
	}
	for _, b := range s.Bookings {
		fmt.Fprintf(w, "%*d\tunits of %s's day %s booked by the launch %s\n", width, b.Units, plain.Text(b.Zone), b.Day, plain.Text(b.Launch))
	}
}

// exitWords are what the exit codes of runs say.
var exitWords = map[string]string{
	exitState(warm.ExitFailed): "failed", exitState(warm.ExitPartly): "some failed", exitState(warm.ExitQuota): "the quota ran out",
	exitState(warm.ExitUnauthorized): "not authorized", exitState(warm.ExitInterrupted): "interrupted",
}

// ended is the state of a run for people.
func ended(state string) string {
	if words := exitWords[state]; words != "" {
		return state + ", " + words
	}
	return state
}

// printLease says who writes the ledger now. What it says of itself comes from another machine.
func printLease(w io.Writer, held *leaseStatus) {
	if held == nil {
		return
	}
	fmt.Fprintf(w, "written by %s (pid %d on host %s) since %s\nlease %d, until %s unless it is renewed\n\n", plain.Text(held.Command), held.PID,
		plain.Text(held.Host), held.Since.Local().Format(time.DateTime), held.Epoch, held.Until.Local().Format(time.DateTime))
}

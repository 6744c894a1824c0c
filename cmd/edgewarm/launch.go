package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// launchFlags are those of a launch as they are given.
type launchFlags struct {
	warm.LaunchOptions
	at, bandwidth, list, name string
	json, cancel              bool
}

func (a *app) launchCommand() *cobra.Command {
	var f launchFlags
	var chosen selection
	cmd := &cobra.Command{
		Use:   "launch [URL…]",
		Short: "Warm titles before a release, ahead of everything else",
		Long: `launch warms titles in time for their release. It works backwards from --at: over the
quota of the days before, the time that jobs take, the API's rate and the origin's
bandwidth; says when sending has to begin and what does not fit; and books the units that
it needs, which nightly runs then leave alone.

The start of every title goes first. Playlists go last, when all that they list is warm or
they can wait no longer. What is warmed earlier than plan.ttl before the release would be
cold again, and is not.

Each time it is run it sends what is due; run it again for the rest, or let it stay with
--watch, which shows how far each title is until the release. Without --at it sends at
once what today's quota reaches for. --cancel gives back what it has booked.`,
		Example: `  edgewarm launch https://cdn.example.com/new/master.m3u8 --at 2026-12-01T20:00+08:00 --dry-run
  edgewarm launch --list titles.txt --at 2026-12-01T20:00+08:00 --origin-bandwidth 2G --watch
  edgewarm launch https://cdn.example.com/new/master.m3u8 --start 60s`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.selected(optional, &chosen)
			if err != nil {
				return err
			}
			if err := f.read(c, args); err != nil {
				return err
			}
			return a.launch(cmd, c, &f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.at, "at", "", "the `TIME` of the release: 2026-12-01T20:00+08:00; without a zone, this machine's")
	flags.StringVar(&f.list, "list", "", "a `FILE` of titles, one URL a line; - for stdin")
	flags.StringVar(&f.name, "name", "", "the `NAME` of the launch, under which its quota is booked; default: its first title")
	flags.DurationVar(&f.Margin, "margin", 30*time.Minute, "the `TIME` before the release at which everything is to be warm")
	flags.DurationVar(&f.Job, "job", 30*time.Minute, "the `TIME` that the service takes for a job at most")
	flags.StringVar(&f.bandwidth, "origin-bandwidth", "", "what the origin can serve, in `BITS` a second: 500M, 2G; default: no bound")
	flags.BoolVar(&f.Stay, "watch", false, "stay until everything is warm or the release is there")
	flags.BoolVar(&f.DryRun, "dry-run", false, "show the schedule, book and send nothing")
	flags.BoolVar(&f.json, "json", false, "print the report as one line of JSON")
	flags.BoolVar(&f.cancel, "cancel", false, "give back the quota that the launch has booked, and send nothing")
	chosen.bind(cmd)
	return cmd
}

// read makes options of what was given, and the titles the config's sources.
func (f *launchFlags) read(c *config.Config, titles []string) error {
	var err error
	if f.at != "" {
		if f.At, err = parseTime(f.at); err != nil {
			return err
		}
	}
	if f.bandwidth != "" {
		if f.Bandwidth, err = parseBits(f.bandwidth); err != nil {
			return err
		}
	}
	if f.Margin < 0 || f.Job <= 0 {
		return usage("--margin 1h --job 30m", "--margin and --job are times")
	}
	if len(titles) == 0 && f.list == "" && !(f.cancel && f.name != "") {
		return usage("edgewarm launch https://cdn.example.com/new/master.m3u8, or --list FILE", "no title is given")
	}
	c.Sources = nil
	for _, title := range titles {
		c.Sources = append(c.Sources, config.Source{URL: title, Weight: 1})
	}
	if f.list != "" {
		c.Sources = append(c.Sources, config.Source{List: f.list, Weight: 1})
	}
	if f.name == "" {
		f.name = launchName(titles, f.list)
	}
	return c.Validate()
}

// launchName is the first title without what may be secret, and how many more there are.
func launchName(titles []string, list string) string {
	if len(titles) == 0 {
		return list
	}
	name, _, _ := strings.Cut(urlkey.Redact(titles[0]), "?")
	if more := len(titles) - 1; more > 0 {
		name += fmt.Sprintf(" and %d more", more)
	}
	return name
}

func (a *app) launch(cmd *cobra.Command, c *config.Config, f *launchFlags) error {
	w := a.warmer(c, "launch")
	defer w.Close()
	w.Launch = f.name
	if f.cancel {
		if err := w.CancelLaunch(cmd.Context()); err != nil {
			return err
		}
		a.note("launch %s has nothing booked any more", f.name)
		return nil
	}
	f.Stdin = a.stdin
	if f.Stay && !f.json {
		f.OnReport = a.readiness()
	}
	report, err := w.RunLaunch(cmd.Context(), f.LaunchOptions)
	a.code = report.Exit
	a.stderr.endLine()
	if f.json {
		return join(err, jsonLines(a.stdout).Encode(report))
	}
	if err != nil {
		return err
	}
	if err := printLaunch(a.stdout, paletteOf(a.stdout.w), report); err != nil {
		return err
	}
	a.nextStep(report, f)
	return nil
}

// nextStep says what is to be done for the launch to go on.
func (a *app) nextStep(report warm.LaunchReport, f *launchFlags) {
	switch {
	case f.DryRun:
		a.note("nothing was booked or sent: the same without --dry-run does it")
	case report.State == "green" || f.Stay:
	case report.At.IsZero():
		a.note("run the same command again, or with --watch, to see what became of it")
	default:
		a.note("run the same command again until all is green, or with --watch")
	}
}

// readiness returns what tells of each title whose state or count has changed.
func (a *app) readiness() func(warm.LaunchReport) {
	told := map[string]string{}
	return func(report warm.LaunchReport) {
		for _, t := range report.Titles {
			text := t.State + " " + readyOf(t.Readiness)
			if told[t.URL] == text || a.quiet {
				continue
			}
			told[t.URL] = text
			fmt.Fprintf(a.stderr, "edgewarm: %s %s%*s %s: %s\n", report.Now.Local().Format("15:04:05"),
				a.stderr.palette.readiness(t.State), len("green")-len(t.State), "", plain.Text(t.URL), readyOf(t.Readiness))
		}
	}
}

// readyOf is a count in words.
func readyOf(r warm.Readiness) string {
	text := fmt.Sprintf("%d of %d warm", r.Ready, r.Total())
	if r.Failed > 0 {
		text += fmt.Sprintf(", %d will not be", r.Failed)
	}
	return text
}

// parseTime reads a time as people write it; without a zone it is this machine's.
func parseTime(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usage("--at 2026-12-01T20:00+08:00", "%s is no time", plain.Text(text))
}

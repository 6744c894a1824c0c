package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// simulatorFlags are those that may be repeated, as they are written.
type simulatorFlags struct{ zones, fail, bad, outcomes, faults []string }

func (a *app) simulatorCommand() *cobra.Command {
	var o edgeonetest.Options
	var address string
	var f simulatorFlags
	cmd := &cobra.Command{
		Use:   "simulator",
		Short: "Serve a simulator of EdgeOne's prefetch API, for tests",
		Long: `simulator serves the actions that edgewarm calls, as EdgeOne does: it verifies each
signature, keeps quota and rate, and answers with the API's own error codes. Credentials
are TENCENTCLOUD_SECRET_ID=` + edgeonetest.DefaultSecretID + ` and
TENCENTCLOUD_SECRET_KEY=` + edgeonetest.DefaultSecretKey + `.

What it was asked, and what it accepted, is told as JSON at /_simulator/summary and
/_simulator/history. A --fault is a kind (cut, lost, html, error, limit, delay, nojob)
and what more there is to say: lost,after=2,times=1 · html=502,every=10 · delay=3s.`,
		Example: `  edgewarm simulator --zone zone-demo=cdn.example.com,www.example.com --quota 500
  edgewarm simulator --zone zone-demo=127.0.0.1 --fault lost,action=CreatePrefetchTask,times=1`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := simulated(&o, f); err != nil {
				return err
			}
			server, err := edgeonetest.New(o).Start(address)
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "%s\n", server.URL)
			fmt.Fprintf(a.stderr, "edgewarm: the simulator listens at %s: set account.endpoint to it; Ctrl-C ends it\n", server.URL)
			ended := make(chan error, 1)
			go func() { ended <- server.Wait() }()
			select {
			case err := <-ended:
				return err
			case <-cmd.Context().Done():
			}
			if err := server.Close(); err != nil {
				return err
			}
			return <-ended
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&address, "listen", "127.0.0.1:8787", "the `ADDRESS` to listen at")
	flags.StringArrayVar(&f.zones, "zone", []string{"zone-demo=127.0.0.1,localhost"}, "a zone and its hosts: `ID=HOST,HOST`; may be repeated")
	flags.IntVar(&o.Daily, "quota", edgeonetest.DefaultDaily, "the quota of a zone and day, in `URLS`")
	flags.IntVar(&o.Batch, "batch", edgeonetest.DefaultBatch, "how many `URLS` one call may carry")
	flags.IntVar(&o.Rate, "rate", edgeonetest.DefaultRate, "how many `REQUESTS` are let through in any second; less than 0 is no limit")
	flags.DurationVar(&o.TaskTime, "task-time", 5*time.Second, "the `TIME` that a task is processing")
	flags.DurationVar(&o.ListDelay, "list-delay", 0, "the `TIME` that a task is not listed yet")
	flags.StringArrayVar(&f.fail, "fail", nil, "a `GLOB` of URLs that go on the FailedList, and =>REASON; may be repeated")
	flags.StringArrayVar(&f.bad, "bad", nil, "a `GLOB` of URLs that sink their whole call, and =>REASON; may be repeated")
	flags.StringArrayVar(&f.outcomes, "outcome", nil, "how tasks end: `GLOB=>STATUS`, such as */gone/*=>invalid; may be repeated")
	flags.StringArrayVar(&f.faults, "fault", nil, "a `FAULT` to inject; may be repeated")
	return cmd
}

// simulated reads the flags into the options.
func simulated(o *edgeonetest.Options, f simulatorFlags) error {
	switch {
	case o.Daily < 0:
		return usage("--quota 500", "--quota %d is no number of URLs", o.Daily)
	case o.Daily == 0:
		o.Daily = -1 // none at all, where the option's 0 is its default
	}
	return join(
		parsed(&o.Zones, "zone", f.zones, parseZone),
		parsed(&o.Fail, "fail", f.fail, parseMatch),
		parsed(&o.Bad, "bad", f.bad, parseMatch),
		parsed(&o.Outcomes, "outcome", f.outcomes, parseOutcome),
		parsed(&o.Faults, "fault", f.faults, parseFault),
	)
}

// parsed adds what was given with one flag.
func parsed[T any](to *[]T, flag string, texts []string, parse func(string) (T, error)) error {
	for _, text := range texts {
		v, err := parse(text)
		if err != nil {
			return usage("edgewarm simulator --help shows how it is written", "--%s: %w", flag, err)
		}
		*to = append(*to, v)
	}
	return nil
}

package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/internal/warm"
)

func (a *app) verifyCommand() *cobra.Command {
	sample, least := share(0.05), share(0)
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify [FILE|-]",
		Short: "Look whether the caches have what was warmed",
		Long: `verify asks for the first byte of some URLs, as a viewer here would, and reads from the
answers' headers whether a cache had them: EO-Cache-Status, Cache-Status, CF-Cache-Status,
X-Cache, X-Cache-Status, Age and others. It takes a sample of what the ledger knows to be
warm, or of the URLs or plan lines of a file.

Each cache answers for its own region only; verify.vantage names the place that it is
looked from. In the mode default, EdgeOne warms its middle layer: the first viewer at an
edge may see a MISS that the origin is spared all the same.`,
		Example: `  edgewarm verify
  edgewarm verify --sample 100% urls.txt
  edgewarm verify --min 95%              # exit code 3 when fewer were hits`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("edgewarm verify --help shows how", "one FILE of URLs, or - for stdin, or none")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.config(optional)
			if err != nil {
				return err
			}
			w := a.warmer(c, "verify")
			defer w.Close()
			urls, err := a.urlsToVerify(cmd, w, args)
			if err != nil {
				return err
			}
			each := func(p warm.Probe) {
				if p.Cache != "hit" {
					fmt.Fprintf(a.stdout, "%-6s  %s%s\n", p.Cache, plain.Text(urlkey.Redact(p.URL)), because(p))
				}
			}
			if asJSON {
				a.streams()
				probes := jsonLines(a.stdout)
				each = func(p warm.Probe) { _ = probes.Encode(p) } // stdout keeps the error
			}
			v, err := w.Verify(cmd.Context(), urls, float64(sample), each)
			if err != nil {
				return err
			}
			a.note("%s", v.String())
			if v.After.Sampled == 0 || v.After.HitRatio < float64(least) {
				a.code = warm.ExitPartly
			}
			return nil
		},
	}
	cmd.Flags().Var(&sample, "sample", "how many of them to ask for, as a `SHARE`; at most 1000")
	cmd.Flags().Var(&least, "min", "exit with 3 when less than this `SHARE` are hits")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a line of JSON for each URL that was asked for")
	return cmd
}

// urlsToVerify are those of the file, else what the ledger has.
func (a *app) urlsToVerify(cmd *cobra.Command, w *warm.Warmer, args []string) ([]string, error) {
	if len(args) == 0 {
		return w.WarmURLs(cmd.Context())
	}
	targets, err := a.readTargets(args[0])
	urls := make([]string, len(targets))
	for i, t := range targets {
		urls[i] = t.URL
	}
	return urls, err
}

func because(p warm.Probe) string {
	switch {
	case p.Error != "":
		return "  " + plain.Text(p.Error)
	case p.Header != "":
		return "  (" + p.Header + ")"
	}
	return ""
}

// share is a flag from 0% to 100%.
type share float64

// String is 0 for none, which pflag does not print as a default.
func (s *share) String() string {
	if *s == 0 {
		return "0"
	}
	return strconv.FormatFloat(float64(*s)*100, 'g', 6, 64) + "%"
}

func (s *share) Type() string { return "share" }

// Set reads 5% or 0.05.
func (s *share) Set(text string) error {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	f, err := strconv.ParseFloat(number, 64)
	if percent {
		f /= 100
	}
	if err != nil || !(f >= 0 && f <= 1) {
		return fmt.Errorf("want a share from 0%% to 100%%, such as 5%%")
	}
	*s = share(f)
	return nil
}

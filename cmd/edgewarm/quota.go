package main

import (
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/warm"
)

// zoneQuota is one line of quota --json, in units.
type zoneQuota struct {
	Zone      string `json:"zone"`
	Daily     int    `json:"daily"`
	Available int    `json:"available"`
	Used      int    `json:"used"`
	Batch     int    `json:"batch"`
	// Budget is what a plan may spend now: what is available less the reserve.
	Budget int `json:"budget"`
	// Reset is when it is whole again, and ResetFrom how that is known: submit.reset, learned or default.
	Reset     string           `json:"reset"`
	ResetFrom warm.ResetSource `json:"reset_from"`
}

func (a *app) quotaCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "quota",
		Short:   "What each zone may still spend today",
		Long:    "quota prints what each zone may still spend today. Exit code 3 says that some could not be read.",
		Example: "  edgewarm quota",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.config(optional)
			if err != nil {
				return err
			}
			w := a.warmer(c, "quota")
			defer w.Close()
			zones, err := w.Zones(cmd.Context())
			if err != nil {
				return err
			}
			quotas, err := w.Quotas(cmd.Context(), zones)
			if err != nil {
				return err
			}
			if len(quotas) < len(zones) {
				a.code = warm.ExitPartly
			}
			reset := w.Reset(cmd.Context())
			whole := fmt.Sprintf("%02d:00 %s", reset.Hour, reset.Zone)
			t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
			if !asJSON {
				fmt.Fprintln(t, "zone\tdaily\tavailable\tused\tbatch\tfor a plan")
			}
			for _, zone := range slices.Sorted(maps.Keys(quotas)) {
				q := quotas[zone]
				line := zoneQuota{zone, q.Daily, q.Available, q.Daily - q.Available, q.Batch, q.Budget, whole, reset.From}
				if asJSON {
					if err := jsonLines(a.stdout).Encode(line); err != nil {
						return err
					}
					continue
				}
				fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\n", line.Zone, line.Daily, line.Available, line.Used, line.Batch, line.Budget)
			}
			if err := t.Flush(); err != nil || asJSON {
				return err
			}
			_, err = fmt.Fprintf(a.stdout, "whole again at %s\n", reset)
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a line of JSON for each zone")
	return cmd
}

package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/internal/warm"
)

func (a *app) checkCommand() *cobra.Command {
	var print, policy bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check the config, sources, logs, credentials, permissions, quota and ledger",
		Long: `check tries everything that a run needs and spends nothing. It prints a line for each
thing, and for what is wrong what to do about it.`,
		Example: `  edgewarm check
  edgewarm check --print       # the effective config, secrets masked
  edgewarm check --policy      # the least CAM policy that a run needs`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.config(required)
			if err != nil {
				return err
			}
			if print {
				return c.Print(a.stdout)
			}
			if policy {
				return a.printPolicy(c)
			}
			colours := paletteOf(a.stdout.w)
			ok, wrong, hint := colours.paint(green, "ok   "), colours.paint(red, "wrong"), colours.paint(cyan, "hint:")
			fmt.Fprintf(a.stdout, "%s  config %s\n", ok, a.configPath)
			w := a.warmer(c, "check")
			defer w.Close()
			failed := 0
			err = w.Check(cmd.Context(), func(f warm.Finding) {
				if f.Err == nil {
					fmt.Fprintf(a.stdout, "%s  %s: %s\n", ok, plain.Text(f.What), plain.Text(f.Detail))
					return
				}
				failed++
				text := strings.TrimPrefix(f.Err.Error(), f.What+": ")
				fmt.Fprintf(a.stdout, "%s  %s: %s\n", wrong, plain.Text(f.What), plain.Text(text))
				if f.Hint != "" {
					fmt.Fprintf(a.stdout, "       %s %s\n", hint, plain.Text(f.Hint))
				}
			})
			switch {
			case cmd.Context().Err() != nil:
				return err
			case err == nil:
				a.note("all is well: next, edgewarm run --dry-run%s shows what it would do", a.withConfig())
				return nil
			}
			a.code = warm.ExitOf(err)
			return &warm.HintError{Err: fmt.Errorf("%d of the checks failed", failed), Hint: "mend what is wrong above, then edgewarm check again"}
		},
	}
	cmd.Flags().BoolVar(&policy, "policy", false, "print the least CAM policy that a run needs instead, as JSON")
	cmd.Flags().BoolVar(&print, "print", false, "print the effective config instead, with secrets masked")
	return cmd
}

// printPolicy prints what the credentials of a run must be allowed.
func (a *app) printPolicy(c *config.Config) error {
	policy, err := a.warmer(c, "check").Policy()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%s\n", policy)
	return err
}

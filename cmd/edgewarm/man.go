package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manCommand writes what packages bring along: it is for those who build them.
func (a *app) manCommand() *cobra.Command {
	var completions string
	cmd := &cobra.Command{
		Use:   "man DIR",
		Short: "Write the man pages, and the completion of each shell",
		Long: `man writes a man page for each command into DIR, made from what --help shows, and with
--completions the completion scripts of bash, zsh, fish and PowerShell into another folder.`,
		Example: `  edgewarm man man/ && man -l man/edgewarm-run.1
  edgewarm man man/ --completions completions/`,
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			root.InitDefaultCompletionCmd()
			root.DisableAutoGenTag = true // the date of the build is nobody's business
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			header := &doc.GenManHeader{Section: "1", Source: "edgewarm " + versionName(), Manual: "edgewarm"}
			if err := doc.GenManTree(root, header, args[0]); err != nil || completions == "" {
				return err
			}
			return writeCompletions(root, completions)
		},
	}
	cmd.Flags().StringVar(&completions, "completions", "", "write the completion scripts into `DIR` too")
	return cmd
}

func writeCompletions(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, write := range map[string]func(io.Writer) error{
		"edgewarm.bash": func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"_edgewarm":     root.GenZshCompletion,
		"edgewarm.fish": func(w io.Writer) error { return root.GenFishCompletion(w, true) },
		"edgewarm.ps1":  root.GenPowerShellCompletionWithDesc,
	} {
		if err := writeWith(filepath.Join(dir, name), write); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func writeWith(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

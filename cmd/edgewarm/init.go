package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/config"
)

func (a *app) initCommand() *cobra.Command {
	var t config.Template
	var force, schema bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a commented config",
		Long: `init writes a config in which every key is explained. On a terminal and without flags it
asks two questions: which site, and which zone.

With --schema it prints the JSON schema of the config instead, by which editors complete
and check it.`,
		Example: `  edgewarm init --source https://www.example.com/ --zone zone-2o1t7p6a --host cdn.example.com
  edgewarm init -c - --source https://www.example.com/    # to stdout
  edgewarm init --schema > edgewarm.schema.json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if schema {
				return config.WriteSchema(a.stdout)
			}
			if a.asks && len(t.Sources) == 0 && t.Zone == "" {
				if err := ask(a.stdin, a.stderr, &t); err != nil {
					return err
				}
			}
			if len(t.Hosts) > 0 && t.Zone == "" {
				return usage("--zone zone-2o1t7p6a says which zone's it is", "--host %s is of no zone", t.Hosts[0])
			}
			var text bytes.Buffer
			if err := t.Write(&text); err != nil {
				return err
			}
			if _, err := config.Parse(a.configPath, text.Bytes(), nil); err != nil {
				return err
			}
			if a.configPath == "-" {
				_, err := a.stdout.Write(text.Bytes())
				return err
			}
			if err := writeNew(a.configPath, text.Bytes(), force); err != nil {
				return err
			}
			a.note("wrote %s: look through it, then edgewarm check%s", a.configPath, a.withConfig())
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&t.Sources, "source", nil, "a `URL` to start from; may be repeated")
	flags.StringVar(&t.Zone, "zone", "", "the `ID` of the EdgeOne zone; without it zones are asked from the API")
	flags.StringArrayVar(&t.Hosts, "host", nil, "a `HOST` of the zone; may be repeated")
	flags.StringArrayVar(&t.Logs, "logs", nil, "access logs: a `FILE`, glob or folder; may be repeated")
	flags.BoolVar(&force, "force", false, "write over a file that is there")
	flags.BoolVar(&schema, "schema", false, "print the JSON schema of the config instead")
	return cmd
}

// writeNew writes a file that is not there yet, unless force is set.
func writeNew(path string, data []byte, force bool) error {
	mode := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		mode = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(path, mode, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return usage("--force writes over it; -c FILE names another", "%s is there already", path)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

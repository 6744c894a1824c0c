package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/config"
)

// TestReference compares the pages that are made from the code with the code. EDGEWARM_UPDATE=1 writes them.
func TestReference(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(io.Writer) error{
		"commands.md": writeCommands,
		"config.md":   writeConfig,
	} {
		var want bytes.Buffer
		if err := write(&want); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("..", "..", "docs", name)
		if os.Getenv("EDGEWARM_UPDATE") != "" {
			if err := os.WriteFile(path, want.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want.Bytes()) {
			t.Errorf("docs/%s is not what the code says: EDGEWARM_UPDATE=1 go test ./cmd/edgewarm -run Reference writes it anew", name)
		}
	}
}

func writeConfig(w io.Writer) error {
	fmt.Fprint(w, `# The config, key by key

Made from the code. `+"`edgewarm init`"+` writes a file in which each key is explained where it stands, `+"`edgewarm init --schema`"+`
prints a JSON schema by which editors complete and check it, and `+"`edgewarm check --print`"+` shows what is in effect. A value
is that of its flag, else of its variable, else of the file, else the default. Times are written as 30s, 5m, 72h or 7d.

`)
	return config.WriteReference(w)
}

func writeCommands(w io.Writer) error {
	a := &app{stdout: &dataWriter{w: io.Discard}, stderr: &terminal{w: io.Discard}}
	root := a.root()
	fmt.Fprintf(w, "# The commands\n\nMade from the code: what `--help` shows.\n\n%s\n\n", root.Long)
	fmt.Fprintf(w, "## Flags of all commands\n\n```text\n%s```\n", root.PersistentFlags().FlagUsages())
	for _, cmd := range root.Commands() {
		if cmd.IsAvailableCommand() && cmd.Name() != "help" && cmd.Name() != "completion" {
			writeCommand(w, cmd, "##")
		}
	}
	return nil
}

// unending are the commands whose examples a test cannot run as they are.
var unending = map[string]string{
	"edgewarm effect":    "it needs the logs of the day after a run; tests of its own have them",
	"edgewarm demo":      "with --serve it serves until it is stopped; tests of their own do both",
	"edgewarm launch":    "with --watch it stays until the release; a test of its own does it",
	"edgewarm serve":     "it serves until it is stopped; a test of its own does it",
	"edgewarm worker":    "it works until it is stopped; a test of its own does it",
	"edgewarm simulator": "it serves until it is stopped; a test of its own does it",
}

func writeCommand(w io.Writer, cmd *cobra.Command, heading string) {
	fmt.Fprintf(w, "\n%s %s\n\n%s.\n", heading, cmd.CommandPath(), cmd.Short)
	if cmd.Long != "" {
		fmt.Fprintf(w, "\n%s\n", cmd.Long)
	}
	if cmd.Runnable() {
		fmt.Fprintf(w, "\n```text\n%s\n\n%s```\n", cmd.UseLine(), cmd.LocalNonPersistentFlags().FlagUsages())
	}
	if cmd.Example != "" {
		if why := unending[cmd.CommandPath()]; why != "" {
			fmt.Fprintf(w, "\n<!-- not run: %s -->", why)
		}
		fmt.Fprintf(w, "\n```sh\n%s\n```\n", strings.ReplaceAll("  "+strings.TrimLeft(cmd.Example, " "), "\n  ", "\n")[2:])
	}
	for _, sub := range cmd.Commands() {
		writeCommand(w, sub, heading+"#")
	}
}

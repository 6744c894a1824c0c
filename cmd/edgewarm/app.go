package main

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// app is one invocation: what its command may touch of the world, and the flags that all commands have.
type app struct {
	stdin  io.Reader
	stdout *dataWriter
	stderr *terminal

	// configPath is the config file; named tells that it was named, by -c or in the environment.
	configPath     string
	named          bool
	quiet, verbose bool
	profiles       profiles
	// asks is whether a person is there to be asked.
	asks bool

	// code is the exit code of a command that did its work; see exit.
	code int
}

// defaultConfig is what -c is when it is not given; then it need not exist.
const defaultConfig = "edgewarm.yaml"

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "edgewarm",
		Short: "Warm Tencent EdgeOne caches with what people will request",
		Long: `edgewarm finds what a site publishes (sitemaps, pages, HLS playlists down to their
segments), orders it by what access logs say people request, fits it into the
day's prefetch quota of Tencent EdgeOne, and submits it within the API's rate.

Try it first with nothing at all:   edgewarm demo
Then for your own site:             edgewarm init, edgewarm check, edgewarm run

A run that was stopped, however it was stopped, is taken up by running the same
command again: nothing is lost, and nothing is sent twice.`,
		Version:       versionName(),
		SilenceErrors: true,
		SilenceUsage:  true,

		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			a.nameConfig(cmd)
			return a.profiles.start()
		},

		DisableSuggestions:         true, // usageOf makes them, as a hint
		SuggestionsMinimumDistance: 2,
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return &usageError{inWords(err), c.CommandPath() + " --help lists the flags"}
	})
	flags := root.PersistentFlags()
	flags.StringVarP(&a.configPath, "config", "c", defaultConfig, "the config `FILE`")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "say only what failed")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "say what goes on")
	a.profiles.flags(root)
	root.AddCommand(
		a.runCommand(),
		a.launchCommand(),
		a.crawlCommand(),
		a.inspectCommand(),
		a.planCommand(),
		a.submitCommand(),
		a.statusCommand(),
		a.reportCommand(),
		a.quotaCommand(),
		a.verifyCommand(),
		a.checkCommand(),
		a.initCommand(),
		a.backtestCommand(),
		a.effectCommand(),
		a.explainCommand(),
		a.demoCommand(),
		a.serveCommand(),
		a.workerCommand(),
		a.simulatorCommand(),
		a.ledgerCommand(),
		a.manCommand(),
	)
	return root
}

// nameConfig finds out which file the config is.
func (a *app) nameConfig(cmd *cobra.Command) {
	a.named = cmd.Flags().Changed("config")
	if env := os.Getenv("EDGEWARM_CONFIG"); env != "" && !a.named {
		a.configPath, a.named = env, true
	}
}

// withConfig is the flag that names the config to a next command, where that must be named.
func (a *app) withConfig() string {
	if a.configPath == defaultConfig {
		return ""
	}
	return " -c " + a.configPath
}

// need says whether a command can do without a config file.
type need bool

const (
	required need = true
	optional need = false
)

// config reads the config file. The default one need not exist for commands that can do without.
func (a *app) config(n need) (*config.Config, error) {
	if n == optional && !a.named {
		if _, err := os.Stat(a.configPath); errors.Is(err, fs.ErrNotExist) {
			return config.Load("")
		}
	}
	return config.Load(a.configPath)
}

// warmer returns the job that the config describes, telling this terminal what goes on.
func (a *app) warmer(c *config.Config, command string) *warm.Warmer {
	return &warm.Warmer{Config: c, Command: command, Version: versionName(), Watch: a.watch()}
}

// exit is the code for the error that a command returned, or else the one that it left.
func (a *app) exit(err error) int {
	if err == nil || a.code != 0 {
		return a.code
	}
	return warm.ExitOf(err)
}

// out returns a buffered stdout and what ends it.
func (a *app) out() (*bufio.Writer, func() error) {
	w := bufio.NewWriterSize(a.stdout, 64<<10)
	return w, w.Flush
}

package main

import (
	"errors"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/warm"
)

// maxWorkerJobs and maxBatch bound what a worker is asked for, so that a slip of the finger is seen.
const (
	maxWorkerJobs = 256
	maxBatch      = 10_000
)

func (a *app) workerCommand() *cobra.Command {
	var o warm.WorkOptions
	cmd := &cobra.Command{
		Use:   "worker",
		Short: "Open documents and read logs for the runs of other machines",
		Long: `worker takes part in crawls that run or serve of another process began with crawl.workers
or --workers: it opens sitemaps, pages and playlists, reads access logs, and writes down
what they list and tell, in the PostgreSQL that state names. Counting, planning and
submitting stay with the run. Any number of workers may come and go at any time, also
while a crawl goes on; the plan is the same with any number of them, or none.

It needs the same config as the run (what decides on the crawl and the logs, and state),
and no credentials of EdgeOne. The pace of a host is shared by all. SIGTERM finishes the
documents under way, writes them down and gives the rest back; a worker that is killed
costs that its last documents are opened again.`,
		Example: `  edgewarm worker -c edgewarm.yaml
  edgewarm worker -c edgewarm.yaml --name rack-3 --jobs 8
  edgewarm run -c edgewarm.yaml --workers      # elsewhere`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.config(required)
			if err != nil {
				return err
			}
			switch {
			case o.Jobs < 0 || o.Jobs > maxWorkerJobs:
				return usage("--jobs 4", "--jobs %d is not from 1 to %d", o.Jobs, maxWorkerJobs)
			case o.Batch < 0 || o.Batch > maxBatch:
				return usage("--batch 50", "--batch %d is not from 1 to %d", o.Batch, maxBatch)
			}
			o.Log = a.logger(c.Serve.Log)
			w := a.warmer(c, "worker")
			w.Watch = logged(o.Log)
			err = w.Work(cmd.Context(), o)
			if errors.Is(err, warm.ErrNoServer) {
				return usage("state: postgres://USER@HOST:5432/DATABASE in "+a.configPath, "%w", err)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&o.Name, "name", "", "what status calls it, a `NAME`; its host and pid if not given")
	cmd.Flags().IntVar(&o.Jobs, "jobs", 0, "how many jobs it does at once, a `NUMBER`; 4 if not given")
	cmd.Flags().IntVar(&o.Batch, "batch", 0, "how many pages or playlists a job has, a `NUMBER`; 50 pages and 20 playlists if not given")
	return cmd
}

// logged writes what goes on to a log.
func logged(log *slog.Logger) warm.Watch {
	return warm.Watch{
		Note:   func(text string) { log.Info(text) },
		Detail: func(text string) { log.Debug(text) },
		Fault:  func(err error, hint string) { log.Warn(err.Error(), "hint", hint) },
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"reflect"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/daemon"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/metrics"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/internal/web"
)

// Limits on clients that are slow or do not stop.
const (
	serveHeaderTimeout = 10 * time.Second
	serveReadTimeout   = 30 * time.Second
	serveIdleTimeout   = 2 * time.Minute
	serveMaxHeader     = 64 << 10
	// serveDrain is how long answers under way may still take when edgewarm stops.
	serveDrain = 10 * time.Second
)

func (a *app) serveCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run by schedule and on events, with a dashboard and metrics",
		Long: `serve runs edgewarm when the config's serve.schedules say so, takes URLs from upload hooks
and transcoders (POST /v1/warm), and shows what happens: a dashboard at /, metrics for
Prometheus at /metrics, /healthz and /readyz for supervisors. docs/serve.md tells all of it.

One run goes at a time; one that is due while the same goes or waits is refused. What was
missed or broken off while edgewarm was not there is caught up once. SIGTERM finishes the
call under way and writes it down; SIGHUP reads the config anew, and a wrong one is refused
and said while the old one goes on.

Where the ledger is on PostgreSQL, /river/ shows each job of the workers.

The dashboard only reads. Events, actions and /river/ want the token that serve.token names.`,
		Example: `  edgewarm serve
  EDGEWARM_TOKEN=$(openssl rand -hex 24) edgewarm serve --listen 0.0.0.0:8080
  curl -H "Authorization: Bearer $EDGEWARM_TOKEN" http://127.0.0.1:9321/v1/warm \
    -d '{"urls": ["https://cdn.example.com/new/master.m3u8"], "weight": 100}'`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			load := func() (*config.Config, error) { return a.serveConfig(listen) }
			c, err := load()
			if err != nil {
				return err
			}
			return a.serve(cmd.Context(), c, load)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "", "the `ADDRESS` to listen at, over serve.listen")
	return cmd
}

// serveConfig reads the config, and what only serve wants of it.
func (a *app) serveConfig(listen string) (*config.Config, error) {
	c, err := a.config(optional)
	if err != nil {
		return nil, err
	}
	if listen != "" {
		c.Serve.Listen = listen
		if err := c.Validate(); err != nil {
			return nil, err
		}
	}
	if readers := append(listReaders(c), logReaders(c)...); len(readers) > 0 {
		return nil, usage("give it a file in the place of -", "%s reads stdin, which serve has none of", readers[0])
	}
	if len(c.Serve.Schedules) > 0 && len(c.Sources) == 0 {
		return nil, usage("name a site under sources in "+a.configPath, "the config has schedules, and no sources")
	}
	return c, nil
}

// logger writes log lines to people or programs.
func (a *app) logger(format string) *slog.Logger {
	level := slog.LevelInfo
	switch {
	case a.quiet:
		level = slog.LevelWarn
	case a.verbose:
		level = slog.LevelDebug
	}
	o := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(a.stderr, o))
	}
	return slog.New(slog.NewTextHandler(a.stderr, o))
}

// serve runs until ctx ends.
func (a *app) serve(ctx context.Context, c *config.Config, load func() (*config.Config, error)) (err error) {
	log := a.logger(c.Serve.Log)
	shared, err := ledger.OpenShared(ctx, c.State, (&warm.Warmer{Config: c, Command: "serve"}).LedgerOptions(ctx))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shared.Close()) }()
	listener, err := net.Listen("tcp", c.Serve.Listen)
	if err != nil {
		return usage("--listen 127.0.0.1:9321 names another address", "%w", err)
	}
	jobs := &jobs{}
	defer jobs.close()
	m := metrics.New(versionName())
	host, _ := os.Hostname() // empty when it has none
	d := &daemon.Daemon{Config: c, Load: load, Run: jobs.run, Ledger: shared, Log: log, Observer: m, Host: host}
	d.Prepare()
	m.Watch(d.Status)
	stop := onHangup(d.Reload) // before anybody is told that it is there: until then the signal ends it
	defer stop()
	pages := &web.Server{Ledger: shared, Daemon: d, Meter: m, Log: log, Token: tokenOf(d), TTL: ttlOf(d), Explain: explainOf(d)}
	closeWorkers, err := showWorkers(ctx, pages, d)
	if err != nil {
		return err
	}
	defer closeWorkers()
	site := newSite(listener, pages, log)
	fmt.Fprintf(a.stdout, "http://%s/\n", listener.Addr())
	log.Info("edgewarm listens", "url", "http://"+listener.Addr().String()+"/", "schedules", len(c.Serve.Schedules), "version", versionName())
	d.Serve(ctx)
	return site.close()
}

// tokenOf and ttlOf read what a reload may exchange.
func tokenOf(d *daemon.Daemon) func() (string, error) {
	return func() (string, error) { return daemon.Secret(d.Settings().Serve.Token) }
}

func ttlOf(d *daemon.Daemon) func() time.Duration {
	return func() time.Duration { return d.Settings().Plan.TTL }
}

// explainOf asks the plan that the last run kept. Logs are not read for it: that may take minutes.
func explainOf(d *daemon.Daemon) func(context.Context, string) ([]web.Fact, error) {
	return func(ctx context.Context, url string) ([]web.Fact, error) {
		c := *d.Settings()
		c.Popularity.Logs = nil
		c.Plan.HoldOut = config.Reserve{} // somebody asked for each of them
		e, _, err := (&warm.Warmer{Config: &c, Command: "serve"}).Explain(ctx, url, warm.ExplainOptions{})
		if err != nil {
			return nil, err
		}
		return factsOf(e), nil
	}
}

// onHangup calls f at each SIGHUP, until stop.
func onHangup(f func()) (stop func()) {
	signals, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, syscall.SIGHUP)
	var ended sync.WaitGroup
	ended.Go(func() {
		for {
			select {
			case <-signals:
				f()
			case <-done:
				return
			}
		}
	})
	return func() {
		signal.Stop(signals)
		close(done)
		ended.Wait()
	}
}

// site is the HTTP server of serve.
type site struct {
	http    *http.Server
	closing chan struct{}
	ended   chan error
}

func newSite(listener net.Listener, pages *web.Server, log *slog.Logger) *site {
	s := &site{closing: make(chan struct{}), ended: make(chan error, 1)}
	address, ok := listener.Addr().(*net.TCPAddr)
	pages.Loopback, pages.Closing = ok && address.IP.IsLoopback(), s.closing
	s.http = &http.Server{
		Handler: pages.Handler(), ReadHeaderTimeout: serveHeaderTimeout, ReadTimeout: serveReadTimeout,
		IdleTimeout: serveIdleTimeout, MaxHeaderBytes: serveMaxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	go func() { s.ended <- s.http.Serve(listener) }()
	return s
}

// close lets the answers under way end.
func (s *site) close() error {
	close(s.closing)
	ctx, cancel := context.WithTimeout(context.Background(), serveDrain)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	if ended := <-s.ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

// jobs runs the jobs of a daemon. It keeps the client of the API from one to the next, and with it the pace that all calls
// of the account share, until there is another config.
type jobs struct {
	config *config.Config // by which the warmer was made
	warmer *warm.Warmer
}

func (j *jobs) run(ctx context.Context, c *config.Config, job daemon.Job, watch warm.Watch) (warm.Summary, error) {
	if !reflect.DeepEqual(j.config, c) {
		j.close()
	}
	if j.warmer == nil {
		made := *c // without what this job changes
		j.config, j.warmer = &made, &warm.Warmer{Version: versionName()}
	}
	c.Sources = job.Sources
	if job.Hot {
		c.Popularity.Logs = nil
	}
	w := j.warmer
	w.Config, w.Command, w.Watch = c, job.Command(), watch
	if job.Name == daemon.Refresh {
		return warm.Summary{}, w.Refresh(ctx)
	}
	return w.Run(ctx, warm.RunOptions{Wait: job.Wait, Stdin: noInput{}, Inbox: !job.Hot})
}

func (j *jobs) close() {
	if j.warmer != nil {
		j.warmer.Close()
		j.warmer = nil
	}
}

// noInput is the stdin of who has none.
type noInput struct{}

func (noInput) Read([]byte) (int, error) { return 0, io.EOF }

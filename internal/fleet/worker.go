package fleet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/postgres"
)

// riverDriver is what River reaches the database by.
type riverDriver = riverpgxv5.Driver

// quiet is for what River says of itself that is no matter to us.
var quiet = slog.New(slog.DiscardHandler)

// Worker opens documents of shared crawls, and reads logs. All fields without a default must be set.
type Worker struct {
	// DSN is the database of the ledger.
	DSN string
	// Name is what people call it; empty is its host and pid.
	Name string
	// Version and Settings must be those of a crawl for the worker to take part.
	Version  string
	Settings Settings
	// Jobs is how many it does at once; 0 is 4.
	Jobs int
	// Concurrency is how many documents it opens at once.
	Concurrency int
	// Fetch bounds one request.
	Fetch time.Duration
	// Sizes are those of the jobs that it makes.
	Sizes Sizes
	// Crawler returns the crawler of a crawl, whose Memory is set then.
	Crawler func(Crawl) *crawler.Crawler
	// ReadLog writes the transcript of a log, of which it reads nothing when it has another size or time than it should.
	ReadLog func(ctx context.Context, log Log, w io.Writer) error
	Log     *slog.Logger
}

const (
	defaultJobs = 4
	// spareConns are those beside one for each job: to listen, to fetch jobs, to lead, and to say that it is alive.
	spareConns = 6
	// A job that comes is told of by the database at once; the poll is for what was not told.
	fetchPoll     = 500 * time.Millisecond
	fetchCooldown = 20 * time.Millisecond
	// leaveTimeout bounds what a worker writes down when it has stopped.
	leaveTimeout = 5 * time.Second
)

// member is a Worker that runs.
type member struct {
	*Worker
	id       string
	queue    string
	pool     *postgres.Pool
	client   *river.Client[postgres.Tx]
	parts    parts
	slots    chan struct{}
	draining chan struct{}
}

// Run works until ctx ends; then what is under way is finished and written down, and what is not begun given back.
func (w *Worker) Run(ctx context.Context) error {
	m := &member{Worker: w, queue: w.Settings.queue(w.Version), draining: make(chan struct{}),
		slots: make(chan struct{}, max(w.Concurrency, 1))}
	m.parts = parts{open: m.openPart, all: map[int64]*part{}}
	if w.Jobs <= 0 {
		w.Jobs = defaultJobs
	}
	var err error
	if m.pool, err = openPool(ctx, w.DSN, w.Jobs+spareConns); err != nil {
		return err
	}
	defer m.pool.Close()
	if err := m.start(ctx); err != nil {
		return err
	}
	m.Log.Info("works", "name", m.name(), "jobs", w.Jobs, "concurrency", w.Concurrency)
	m.watch(ctx)
	return m.stop()
}

// openPool connects, and brings the tables up to date.
func openPool(ctx context.Context, dsn string, conns int) (*postgres.Pool, error) {
	pool, err := postgres.OpenPool(ctx, dsn, conns)
	if err == nil {
		if err = migrate(ctx, pool); err != nil {
			pool.Close()
		}
	}
	if err != nil {
		return nil, &Error{Op: "open", Name: postgres.Name(dsn), Err: err}
	}
	return pool, nil
}

// start says that the worker is there, and only then has it given jobs.
func (m *member) start(ctx context.Context) error {
	workers := river.NewWorkers()
	river.AddWorker(workers, &job[sitemapArgs]{member: m})
	river.AddWorker(workers, &job[pagesArgs]{member: m})
	river.AddWorker(workers, &job[playlistsArgs]{member: m})
	river.AddWorker(workers, &logJob{member: m})
	longest := max(maxLogTime+settleTime, timeout(max(m.Sizes.of(pagesKind), m.Sizes.of(playlistsKind)), m.Fetch))
	client, err := river.NewClient(riverpgxv5.New(m.pool), &river.Config{
		Queues:               map[string]river.QueueConfig{m.queue: {MaxWorkers: m.Jobs}},
		Workers:              workers,
		Logger:               slog.New(atLeast{m.Log.Handler(), slog.LevelError}),
		FetchPollInterval:    fetchPoll,
		FetchCooldown:        fetchCooldown,
		JobTimeout:           longest,
		RescueStuckJobsAfter: longest + rescueAfter,
	})
	if err != nil {
		return err
	}
	m.client, m.id = client, client.ID()
	if err := m.beat(ctx); err != nil {
		return &Error{Op: "begin to work for", Name: postgres.Name(m.DSN), Err: err}
	}
	return client.Start(context.WithoutCancel(ctx))
}

// stop gives back what is not begun and waits for the rest.
func (m *member) stop() error {
	m.Log.Info("finishes what is under way")
	close(m.draining)
	alive, stopBeating := context.WithCancel(context.Background())
	beating := make(chan struct{})
	go func() {
		defer close(beating)
		m.keepBeating(alive)
	}()
	err := m.client.Stop(context.Background()) // bounded by the time-outs of the documents
	stopBeating()
	<-beating
	m.parts.closeAll()
	ctx, cancel := context.WithTimeout(context.Background(), leaveTimeout)
	defer cancel()
	_, left := m.pool.Exec(ctx, `DELETE FROM fleet_workers WHERE id = $1`, m.id)
	m.Log.Info("has stopped")
	return errors.Join(err, left)
}

func (m *member) name() string {
	if m.Name != "" {
		return m.Name
	}
	host, _ := os.Hostname() // empty when it has none
	return fmt.Sprintf("%s/%d", host, os.Getpid())
}

// atLeast leaves out what is less than a level.
type atLeast struct {
	slog.Handler
	level slog.Level
}

// Enabled reports whether a record of the level is written.
func (h atLeast) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= h.level && h.Handler.Enabled(ctx, level)
}

// WithAttrs is the handler's own, as bounded.
func (h atLeast) WithAttrs(attrs []slog.Attr) slog.Handler {
	return atLeast{h.Handler.WithAttrs(attrs), h.level}
}

// WithGroup is the handler's own, as bounded.
func (h atLeast) WithGroup(name string) slog.Handler {
	return atLeast{h.Handler.WithGroup(name), h.level}
}

package fleet

import (
	"context"
	"time"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

// Status is what workers do, and did of late.
type Status struct {
	// Crawl is the one that goes on, nil for none.
	Crawl *CrawlStatus `json:"crawl,omitempty"`
	// Logs is how far the reading of logs is, nil when none are read.
	Logs *LogStatus `json:"logs,omitempty"`
	// Jobs counts them by River's states; those that have ended, of the last day or so.
	Jobs map[string]int `json:"jobs"`
	// Retries are the jobs that wait or run once more: they failed, or their worker died.
	Retries int `json:"retries"`
	// PerSecond is how many documents were opened a second, over the last minute.
	PerSecond float64 `json:"documents_per_second"`
	// Failures are the last jobs that were given up.
	Failures []Failure `json:"failures"`
	// Workers are those that are alive.
	Workers []WorkerStatus `json:"workers"`
}

// CrawlStatus is how far a crawl is.
type CrawlStatus struct {
	ID     int64     `json:"id"`
	Began  time.Time `json:"began"`
	Found  int       `json:"found"`
	Opened int       `json:"opened"`
}

// LogStatus is how many of the logs were read, or cannot be.
type LogStatus struct {
	Read int `json:"read"`
	All  int `json:"all"`
}

// WorkerStatus is one worker.
type WorkerStatus struct {
	Name    string    `json:"name"`
	Host    string    `json:"host"`
	PID     int64     `json:"pid"`
	Version string    `json:"version"`
	Since   time.Time `json:"since"`
	// Jobs is how many it does at once at most, Running how many it does.
	Jobs    int `json:"jobs"`
	Running int `json:"running"`
	// TakesPart is whether it does in what goes on: another has other settings or is of another version.
	TakesPart bool `json:"takes_part"`
}

const (
	hasTables   = `SELECT to_regclass('fleet_logs') IS NOT NULL AND to_regclass('river_job') IS NOT NULL`
	statusCrawl = `SELECT id, began, found, opened FROM fleet_crawls ORDER BY id DESC LIMIT 1`
	statusLogs  = `SELECT count(*) FILTER (WHERE bytes IS NOT NULL OR failed <> ''), count(*) FROM fleet_logs HAVING count(*) > 0`
	statusJobs  = `SELECT state::text, count(*) FROM river_job WHERE queue LIKE 'crawl\_%' GROUP BY state`
	retries     = `SELECT count(*) FROM river_job WHERE queue LIKE 'crawl\_%' AND state IN ('available', 'retryable', 'running', 'scheduled')
		AND (args ? 'deaths' OR cardinality(errors) > 0)`
	perSecond = `SELECT COALESCE(SUM((args ->> 'documents')::int), 0) / $1::float8 FROM river_job WHERE state = 'completed'
		AND finalized_at > clock_timestamp() - make_interval(secs => $1) AND queue LIKE 'crawl\_%'`
	aliveWorkers = `SELECT name, host, pid, version, since, jobs,
		(SELECT count(*) FROM river_job j WHERE j.state = 'running' AND j.attempted_by[array_upper(j.attempted_by, 1)] = w.id),
		NOT EXISTS (SELECT FROM fleet_crawls c WHERE c.queue <> w.queue) AND NOT EXISTS (SELECT FROM fleet_logs l WHERE l.queue <> w.queue)
		FROM fleet_workers w WHERE beat > clock_timestamp() - $1::interval ORDER BY name, id`
)

const (
	// rateOver is how many seconds the throughput is of.
	rateOver = 60
	// shownFailures is how many jobs that failed are shown.
	shownFailures = 20
)

// Look tells what workers do with the ledger's database; nil where none ever did. It changes nothing.
func Look(ctx context.Context, dsn string) (*Status, error) {
	pool, err := postgres.OpenPool(ctx, dsn, coordinatorConns)
	if err != nil {
		return nil, &Error{Op: "open", Name: postgres.Name(dsn), Err: err}
	}
	defer pool.Close()
	c := &Coordinator{name: postgres.Name(dsn), pool: pool}
	var there bool
	if err := pool.QueryRow(ctx, hasTables).Scan(&there); err != nil || !there {
		return nil, c.wrap("look for workers in", err)
	}
	return c.status(ctx)
}

func (c *Coordinator) status(ctx context.Context) (*Status, error) {
	s := &Status{Jobs: map[string]int{}, Failures: []Failure{}, Workers: []WorkerStatus{}} // [] in JSON, not null
	err := c.each(ctx, func(row postgres.Row) error {
		s.Crawl = &CrawlStatus{}
		return row.Scan(&s.Crawl.ID, &s.Crawl.Began, &s.Crawl.Found, &s.Crawl.Opened)
	}, statusCrawl)
	if err != nil {
		return nil, err
	}
	err = c.each(ctx, func(row postgres.Row) error {
		s.Logs = &LogStatus{}
		return row.Scan(&s.Logs.Read, &s.Logs.All)
	}, statusLogs)
	if err != nil {
		return nil, err
	}
	err = c.each(ctx, func(row postgres.Row) error {
		var state string
		var n int
		err := row.Scan(&state, &n)
		s.Jobs[state] = n
		return err
	}, statusJobs)
	if err != nil {
		return nil, err
	}
	if err := c.pool.QueryRow(ctx, retries).Scan(&s.Retries); err != nil {
		return nil, c.wrap("read the jobs in", err)
	}
	if err := c.pool.QueryRow(ctx, perSecond, rateOver).Scan(&s.PerSecond); err != nil {
		return nil, c.wrap("read the jobs in", err)
	}
	if s.Failures, err = c.Failures(ctx, 0, shownFailures); err != nil {
		return nil, err
	}
	err = c.each(ctx, func(row postgres.Row) error {
		var w WorkerStatus
		err := row.Scan(&w.Name, &w.Host, &w.PID, &w.Version, &w.Since, &w.Jobs, &w.Running, &w.TakesPart)
		s.Workers = append(s.Workers, w)
		return err
	}, aliveWorkers, deadAfter)
	return s, err
}

// each calls read for each row.
func (c *Coordinator) each(ctx context.Context, read func(postgres.Row) error, text string, args ...any) error {
	_, err := postgres.Collect(ctx, c.pool, func(row postgres.Row) (struct{}, error) { return struct{}{}, read(row) }, text, args...)
	return c.wrap("read the jobs in", err)
}

package fleet

import (
	"context"
	"errors"
	"time"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

// Progress is how far a crawl is.
type Progress struct {
	// Found is how many documents are known, Opened how many of them were opened.
	Found, Opened int64
	// Jobs is how many are not done: as far as maxCounted.
	Jobs int
	Turnout
}

// Turnout is who there is to do it.
type Turnout struct {
	// Workers are those alive that take part, Others those that cannot.
	Workers, Others int
	// Paused is whether somebody paused the queue, as River UI can: workers finish what they are at, and begin nothing.
	Paused bool
}

// readTurnout are its columns, for a queue and deadAfter.
const readTurnout = `
	(SELECT count(*) FROM fleet_workers WHERE beat > clock_timestamp() - $2::interval AND queue = q.queue),
	(SELECT count(*) FROM fleet_workers WHERE beat > clock_timestamp() - $2::interval AND queue <> q.queue),
	EXISTS (SELECT FROM river_queue WHERE name = q.queue AND paused_at IS NOT NULL)`

// maxCounted bounds the jobs that are counted, several times a second.
const maxCounted = 1000

const readProgress = `SELECT found, opened,
	(SELECT count(*) FROM (SELECT FROM river_job WHERE state IN ('available', 'pending', 'retryable', 'running', 'scheduled')
		AND queue = q.queue LIMIT $3) AS counted),` + readTurnout + `
	FROM fleet_crawls q WHERE id = $1`

// Progress tells how far a crawl is.
func (c *Coordinator) Progress(ctx context.Context, id int64) (p Progress, err error) {
	err = c.pool.QueryRow(ctx, readProgress, id, deadAfter, maxCounted).Scan(&p.Found, &p.Opened, &p.Jobs, &p.Workers, &p.Others, &p.Paused)
	if errors.Is(err, postgres.ErrNoRows) {
		err = errEnded
	}
	return p, c.wrap("read how far the crawl is in", err)
}

// Failure is a job that was given up.
type Failure struct {
	Kind      string    `json:"kind"`
	Documents int       `json:"documents"`
	At        time.Time `json:"at"`
	Reason    string    `json:"reason"`
}

const failures = `SELECT kind, args, finalized_at, COALESCE(errors[array_upper(errors, 1)] ->> 'error', '') FROM river_job
	WHERE (state = 'discarded' OR state = 'cancelled' AND (args ->> 'deaths')::int >= $3) AND queue LIKE 'crawl\_%'
		AND ($1 = 0 OR args @> jsonb_build_object('crawl', $1::bigint))
	ORDER BY finalized_at DESC LIMIT $2`

// Failures are the last n jobs of the crawl that were given up, of any crawl where id is 0.
func (c *Coordinator) Failures(ctx context.Context, id int64, n int) ([]Failure, error) {
	all, err := postgres.Collect(ctx, c.pool, func(row postgres.Row) (f Failure, err error) {
		var args batchArgs
		err = row.Scan(&f.Kind, &args, &f.At, &f.Reason)
		f.Documents = args.Documents
		return f, err
	}, failures, id, n, maxDeaths)
	return all, c.wrap("read what failed in", err)
}

package fleet

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/postgres"
)

// Crawl is a crawl that is shared.
type Crawl struct {
	// ID is its number in the ledger.
	ID int64
	// Version and Settings are those that workers must have.
	Version  string
	Settings Settings
	// Origins are those of the seeds, Hosts further ones whose pages are opened.
	Origins, Hosts []string
	// Most is how many documents are opened at most, Room how many bytes of listings may be remembered.
	Most, Room int64
	// Began is when it began, by the database's clock.
	Began time.Time
}

// Coordinator begins shared crawls and tells how they go on. It may look at what goes on without having begun it.
type Coordinator struct {
	name   string
	pool   *postgres.Pool
	client *river.Client[postgres.Tx]
}

// coordinatorConns are what a coordinator asks with.
const coordinatorConns = 2

// Coordinate connects to the database of the ledger, and brings its tables of workers up to date.
func Coordinate(ctx context.Context, dsn string) (*Coordinator, error) {
	pool, err := openPool(ctx, dsn, coordinatorConns)
	if err != nil {
		return nil, err
	}
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{Logger: quiet})
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &Coordinator{name: postgres.Name(dsn), pool: pool, client: client}, nil
}

// Close ends the connections. What was begun goes on.
func (c *Coordinator) Close() { c.pool.Close() }

// staleAfter is when a crawl that was broken off, and that nobody worked at since, begins anew: the site may have changed.
const staleAfter = 6 * time.Hour

const (
	lockCrawls = `SELECT id FROM fleet_crawls WHERE id <> $1 FOR UPDATE`
	goOn       = `SELECT began FROM fleet_crawls WHERE id = $1 AND queue = $2 AND origins = $3 AND hosts = $4
		AND touched > clock_timestamp() - $5::interval FOR UPDATE`
	beginCrawl = `INSERT INTO fleet_crawls (id, queue, version, settings, origins, hosts, most, room, began, touched)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp(), clock_timestamp()) RETURNING began`
	countFound = `UPDATE fleet_crawls SET found = found + $2 WHERE id = $1`
)

// Begin begins a crawl with the documents that it begins with, or goes on with one of that number if that was broken off,
// and tells when it began. Any other crawl ends.
func (c *Coordinator) Begin(ctx context.Context, crawl Crawl, seeds []crawler.Pending) (began time.Time, err error) {
	err = c.commit(ctx, "begin a crawl in", func(tx postgres.Tx) error {
		others, err := postgres.Collect(ctx, tx, postgres.Scalar[int64], lockCrawls, crawl.ID)
		if err != nil {
			return err
		}
		for _, id := range others {
			if err := end(ctx, tx, id); err != nil {
				return err
			}
		}
		if began, err = enter(ctx, tx, crawl); err != nil {
			return err
		}
		f := &frontier{client: c.client, crawl: crawl.ID, queue: crawl.Settings.queue(crawl.Version)}
		n, err := f.add(ctx, tx, seeds, crawl.Most)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, countFound, crawl.ID, n)
		return err
	})
	return began, err
}

// enter finds the row of a crawl that goes on, or makes it.
func enter(ctx context.Context, tx postgres.Tx, crawl Crawl) (began time.Time, err error) {
	queue, origins, hosts := crawl.Settings.queue(crawl.Version), orEmpty(crawl.Origins), orEmpty(crawl.Hosts)
	err = tx.QueryRow(ctx, goOn, crawl.ID, queue, origins, hosts, staleAfter).Scan(&began)
	if !errors.Is(err, postgres.ErrNoRows) {
		return began, err
	}
	if err := end(ctx, tx, crawl.ID); err != nil {
		return began, err
	}
	err = tx.QueryRow(ctx, beginCrawl, crawl.ID, queue, crawl.Version, crawl.Settings, origins, hosts, crawl.Most, crawl.Room).Scan(&began)
	return began, err
}

// orEmpty is [] in JSON, not null, in an order of its own.
func orEmpty(list []string) []string {
	sorted := append([]string{}, list...)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

// End ends a crawl: what is not done is not needed, and workers that are at it write nothing any more.
func (c *Coordinator) End(ctx context.Context, id int64) error {
	return c.commit(ctx, "end a crawl in", func(tx postgres.Tx) error { return end(ctx, tx, id) })
}

// Ending takes first what jobs take last, so that it waits for those that are just being settled.
var ending = []string{
	`DELETE FROM river_job WHERE state NOT IN ('completed', 'cancelled', 'discarded') AND queue LIKE 'crawl\_%'
		AND args @> jsonb_build_object('crawl', $1::bigint)`,
	`DELETE FROM fleet_frontier WHERE crawl = $1`,
	`DELETE FROM fleet_crawls WHERE id = $1`,
}

func end(ctx context.Context, tx postgres.Tx, id int64) error {
	for _, text := range ending {
		if _, err := tx.Exec(ctx, text, id); err != nil {
			return err
		}
	}
	return nil
}

// Rescue has the jobs of dead workers done by others.
func (c *Coordinator) Rescue(ctx context.Context) error {
	_, err := rescue(ctx, c.pool, c.client)
	return c.wrap("look after the workers of", err)
}

func (c *Coordinator) commit(ctx context.Context, op string, do func(postgres.Tx) error) error {
	tx, err := c.pool.Begin(ctx)
	if err != nil {
		return c.wrap(op, err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) // after Commit it does nothing
	if err := do(tx); err != nil {
		return c.wrap(op, err)
	}
	return c.wrap(op, tx.Commit(ctx))
}

func (c *Coordinator) wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Op: op, Name: c.name, Err: err}
}

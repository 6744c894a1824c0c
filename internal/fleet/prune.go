package fleet

import (
	"context"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

const (
	// endedCrawls are those that the ledger knows to have ended, or not at all.
	endedCrawls   = `SELECT id FROM fleet_crawls WHERE id NOT IN (SELECT id FROM crawls WHERE ended = 0) FOR UPDATE`
	strayFrontier = `DELETE FROM fleet_frontier f WHERE NOT EXISTS (SELECT FROM fleet_crawls c WHERE c.id = f.crawl)`
)

// Prune lets go of what is left of crawls that have ended, in a database where workers were; in others it does nothing.
func Prune(ctx context.Context, dsn string) error {
	pool, err := postgres.OpenPool(ctx, dsn, coordinatorConns)
	if err != nil {
		return &Error{Op: "open", Name: postgres.Name(dsn), Err: err}
	}
	defer pool.Close()
	c := &Coordinator{name: postgres.Name(dsn), pool: pool}
	var there bool
	if err := pool.QueryRow(ctx, hasTables).Scan(&there); err != nil || !there {
		return c.wrap("look for workers in", err)
	}
	return c.commit(ctx, "prune", func(tx postgres.Tx) error {
		ended, err := postgres.Collect(ctx, tx, postgres.Scalar[int64], endedCrawls)
		if err != nil {
			return err
		}
		for _, id := range ended {
			if err := end(ctx, tx, id); err != nil {
				return err
			}
		}
		if _, err = tx.Exec(ctx, strayFrontier); err != nil {
			return err
		}
		return pruneLogs(ctx, tx)
	})
}

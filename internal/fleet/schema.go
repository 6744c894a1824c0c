package fleet

import (
	"context"
	"fmt"

	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

// migrations brings our tables from the version of its index to the next. What is released is never changed: a change is a
// migration more.
var migrations = [...][]string{{
	// A crawl that is shared, by its number in the ledger. queue is that of its jobs; settings, origins and hosts are JSON.
	// found and opened count documents; room is the bytes of listings that may still be remembered.
	`CREATE TABLE fleet_crawls (
		id       BIGINT PRIMARY KEY,
		queue    TEXT   NOT NULL,
		version  TEXT   NOT NULL,
		settings JSONB  NOT NULL,
		origins  JSONB  NOT NULL,
		hosts    JSONB  NOT NULL,
		most     BIGINT NOT NULL,
		room     BIGINT NOT NULL,
		found    BIGINT NOT NULL DEFAULT 0,
		opened   BIGINT NOT NULL DEFAULT 0,
		began    TIMESTAMPTZ NOT NULL,
		touched  TIMESTAMPTZ NOT NULL
	)`,
	`CREATE SEQUENCE fleet_batches`,
	// The documents of a crawl, opened or not, each once; path is the crawler's own.
	`CREATE TABLE fleet_frontier (
		crawl BIGINT NOT NULL,
		key   UUID   NOT NULL,
		batch BIGINT NOT NULL,
		path  BYTEA  NOT NULL,
		PRIMARY KEY (crawl, key)
	)`,
	`CREATE INDEX fleet_frontier_batch ON fleet_frontier (batch)`,
	// The workers that there are, and were of late; id is that of their client of River.
	`CREATE TABLE fleet_workers (
		id       TEXT   PRIMARY KEY,
		name     TEXT   NOT NULL,
		host     TEXT   NOT NULL,
		pid      BIGINT NOT NULL,
		version  TEXT   NOT NULL,
		queue    TEXT   NOT NULL,
		jobs     BIGINT NOT NULL,
		since    TIMESTAMPTZ NOT NULL,
		beat     TIMESTAMPTZ NOT NULL
	)`,
}, {
	// The access logs that workers are asked to read. link is what a worker opens it by beside its name; modified is in Unix
	// nanoseconds. bytes is the size of its transcript, NULL until there is one; failed is why there will be none.
	`CREATE TABLE fleet_logs (
		id       BIGINT PRIMARY KEY DEFAULT nextval('fleet_batches'),
		queue    TEXT   NOT NULL,
		name     TEXT   NOT NULL,
		link     TEXT   NOT NULL,
		size     BIGINT NOT NULL,
		modified BIGINT NOT NULL,
		bytes    BIGINT,
		failed   TEXT   NOT NULL DEFAULT '',
		asked    TIMESTAMPTZ NOT NULL
	)`,
	`CREATE UNIQUE INDEX fleet_logs_log ON fleet_logs (queue, md5(name), size, modified)`,
	// The transcripts, in parts. They are compressed already.
	`CREATE TABLE fleet_transcripts (
		log  BIGINT NOT NULL,
		part INT    NOT NULL,
		body BYTEA  NOT NULL,
		PRIMARY KEY (log, part)
	)`,
	`ALTER TABLE fleet_transcripts ALTER body SET STORAGE EXTERNAL`,
}}

// migrationLock is held while the schema changes: "fleet" in ASCII.
const migrationLock = 440167622004

// migrate brings our tables and River's up to date. Processes that start at once wait for each other.
func migrate(ctx context.Context, pool *postgres.Pool) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx) // after Commit it does nothing
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(migrationLock)); err != nil {
		return err
	}
	if err := migrateRiver(ctx, pool); err != nil {
		return err
	}
	if err := migrateOurs(ctx, tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// migrateRiver has transactions of its own, since what is added to an enum can be used only after its commit.
func migrateRiver(ctx context.Context, pool *postgres.Pool) error {
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: quiet})
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("bringing River's tables up to date: %w", err)
	}
	return nil
}

func migrateOurs(ctx context.Context, tx postgres.Tx) error {
	if _, err := tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS fleet_version (version BIGINT NOT NULL)`); err != nil {
		return err
	}
	var version int
	if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(version), 0) FROM fleet_version`).Scan(&version); err != nil {
		return err
	}
	if version > len(migrations) {
		return fmt.Errorf("its tables of workers are of version %d, of a newer edgewarm; this one knows version %d: use the newer one",
			version, len(migrations))
	}
	for _, migration := range migrations[version:] {
		for _, statement := range migration {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return fmt.Errorf("bringing the tables of workers to version %d: %w", len(migrations), err)
			}
		}
	}
	if version == len(migrations) {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO fleet_version (version) VALUES ($1)`, len(migrations))
	return err
}

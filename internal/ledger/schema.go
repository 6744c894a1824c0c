package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
)

// migrations brings a ledger from the version of its index to the next. What is released is never changed: a change is
// a migration more.
var migrations = [...][]string{{
	// summary is the JSON that the run printed; ended is 0 while it runs, and for good when it was killed.
	`CREATE TABLE runs (
		id          BIGINT PRIMARY KEY,
		command     TEXT   NOT NULL,
		pid         BIGINT NOT NULL,
		host        TEXT   NOT NULL,
		started     BIGINT NOT NULL,
		ended       BIGINT NOT NULL DEFAULT 0,
		interrupted BIGINT NOT NULL DEFAULT 0,
		exit_code   BIGINT NOT NULL DEFAULT 0,
		summary     TEXT   NOT NULL DEFAULT ''
	)`,
	// state is intent, unknown or settled; units what it takes of the quota.
	`CREATE TABLE batches (
		id         TEXT   PRIMARY KEY,
		zone       TEXT   NOT NULL,
		run        BIGINT REFERENCES runs (id),
		state      TEXT   NOT NULL,
		sent       BIGINT NOT NULL,
		attempts   BIGINT NOT NULL,
		targets    BIGINT NOT NULL,
		units      BIGINT NOT NULL,
		accepted   BIGINT NOT NULL DEFAULT 0,
		failed     BIGINT NOT NULL DEFAULT 0,
		job_id     TEXT   NOT NULL DEFAULT '',
		request_id TEXT   NOT NULL DEFAULT '',
		error      TEXT   NOT NULL DEFAULT '',
		updated    BIGINT NOT NULL
	)`,
	`CREATE INDEX batches_state ON batches (state)`,
	// A URL has one row, of the last time it was planned or sent: at its place of the plan, at its position of the batch.
	// accepted_at and warm_at stay when it is planned again.
	`CREATE TABLE targets (
		url         {url},
		zone        TEXT   NOT NULL,
		cost        BIGINT NOT NULL,
		state       TEXT   NOT NULL,
		run         BIGINT REFERENCES runs (id),
		place       BIGINT NOT NULL DEFAULT 0,
		batch       TEXT   REFERENCES batches (id),
		position    BIGINT NOT NULL DEFAULT 0,
		job_id      TEXT   NOT NULL DEFAULT '',
		reason      TEXT   NOT NULL DEFAULT '',
		updated     BIGINT NOT NULL,
		accepted_at BIGINT NOT NULL DEFAULT 0,
		warm_at     BIGINT NOT NULL DEFAULT 0
	)`,
	`CREATE INDEX targets_state ON targets (state, zone)`,
	`CREATE INDEX targets_batch ON targets (batch)`,
	// units is what was accepted on the zone's day by our own count; daily and available what the service said last.
	`CREATE TABLE quota_days (
		zone      TEXT   NOT NULL,
		day       TEXT   NOT NULL,
		units     BIGINT NOT NULL DEFAULT 0,
		daily     BIGINT NOT NULL DEFAULT 0,
		available BIGINT NOT NULL DEFAULT 0,
		updated   BIGINT NOT NULL,
		PRIMARY KEY (zone, day)
	)`,
}, {
	// ended is 0 while it runs, and when it was broken off, until it has gone on to its end.
	`CREATE TABLE crawls (
		id      BIGINT PRIMARY KEY,
		started BIGINT NOT NULL,
		ended   BIGINT NOT NULL DEFAULT 0
	)`,
	// What is remembered of a document, under the URL that it is fetched from. crawl is the one that asked for it last;
	// listing is the crawler's own.
	`CREATE TABLE documents (
		url     {url},
		crawl   BIGINT NOT NULL,
		asked   BIGINT NOT NULL,
		read    BIGINT NOT NULL,
		lastmod BIGINT NOT NULL,
		listing {blob} NOT NULL
	)`,
}, {
	// What was asked for from outside, a row a URL; due is when a run is to take it.
	`CREATE TABLE inbox (
		id       BIGINT PRIMARY KEY,
		url      TEXT   NOT NULL,
		weight   DOUBLE PRECISION NOT NULL,
		state    TEXT   NOT NULL,
		run      BIGINT REFERENCES runs (id),
		attempts BIGINT NOT NULL DEFAULT 0,
		reason   TEXT   NOT NULL DEFAULT '',
		received BIGINT NOT NULL,
		due      BIGINT NOT NULL,
		updated  BIGINT NOT NULL
	)`,
	`CREATE INDEX inbox_state ON inbox (state, due)`,
}, {
	// Who holds the ledger; epoch counts the holders. The times are the database's own.
	`CREATE TABLE leases (
		name    TEXT   PRIMARY KEY,
		epoch   BIGINT NOT NULL,
		holder  TEXT   NOT NULL,
		renewed BIGINT NOT NULL,
		expires BIGINT NOT NULL
	)`,
	// Units of a zone's quota day that are kept for a launch.
	`CREATE TABLE bookings (
		launch  TEXT   NOT NULL,
		zone    TEXT   NOT NULL,
		day     TEXT   NOT NULL,
		units   BIGINT NOT NULL,
		updated BIGINT NOT NULL,
		PRIMARY KEY (launch, zone, day)
	)`,
	`CREATE INDEX bookings_day ON bookings (day, zone)`,
	// What the service said of a zone's quota, each time that it was asked.
	`CREATE TABLE quota_readings (
		zone      TEXT   NOT NULL,
		at        BIGINT NOT NULL,
		daily     BIGINT NOT NULL,
		available BIGINT NOT NULL,
		PRIMARY KEY (zone, at)
	)`,
}, {
	// Each target that was accepted, each time: what the units of a quota day went for.
	`CREATE TABLE spendings (
		batch TEXT   NOT NULL REFERENCES batches (id),
		url   TEXT   NOT NULL,
		units BIGINT NOT NULL,
		at    BIGINT NOT NULL
	)`,
	`CREATE INDEX spendings_batch ON spendings (batch)`,
}, {
	// What a run decided on each URL, in parts; see KeepPlan.
	`CREATE TABLE plans (
		run  BIGINT NOT NULL,
		part BIGINT NOT NULL,
		body {blob} NOT NULL,
		PRIMARY KEY (run, part)
	)`,
}, {
	// The playlist of the title that a target is part of; empty for one that is of none, or that no crawl has found.
	`ALTER TABLE targets ADD COLUMN title TEXT NOT NULL DEFAULT ''`,
}, {
	// What was removed from the caches last, a row a URL; state is intent or purged, at when it came to it.
	`CREATE TABLE purges (
		url    {url},
		zone   TEXT   NOT NULL,
		run    BIGINT REFERENCES runs (id),
		state  TEXT   NOT NULL,
		at     BIGINT NOT NULL,
		job_id TEXT   NOT NULL DEFAULT ''
	)`,
	// What the origin said of the content of a URL shortly before it was sent last.
	`CREATE TABLE validators (
		url       {url},
		validator TEXT   NOT NULL,
		read      BIGINT NOT NULL
	)`,
}, {
	// When a URL was last asked of a cache that did not say that it had it, so that it fetched it.
	`CREATE TABLE probes (
		url {url},
		at  BIGINT NOT NULL
	)`,
}, {
	// What was counted of access logs, in parts; see KeepDemand.
	`CREATE TABLE demand (
		generation BIGINT NOT NULL,
		part       BIGINT NOT NULL,
		body       {blob} NOT NULL,
		PRIMARY KEY (generation, part)
	)`,
}}

// VersionError is returned for a ledger whose schema this edgewarm cannot use.
type VersionError struct {
	// Name is the ledger's.
	Name string
	// Found is the ledger's version, Known the newest that this edgewarm knows.
	Found, Known int
}

// Error says what to do.
func (e *VersionError) Error() string {
	name := shortName(e.Name)
	if e.Found < e.Known {
		return fmt.Sprintf("%s is a ledger of version %d, of an older edgewarm; any run brings it to version %d", name, e.Found, e.Known)
	}
	return fmt.Sprintf("%s is a ledger of version %d, of a newer edgewarm; this one knows version %d: use the newer one",
		name, e.Found, e.Known)
}

// migrate brings the schema up to date, in one transaction.
func (l *Ledger) migrate(ctx context.Context) error {
	return l.commit(ctx, "bring up to date", func(tx *tx) error {
		if err := tx.alone(ctx); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `CREATE TABLE IF NOT EXISTS ledger_version (version BIGINT NOT NULL)`); err != nil {
			return err
		}
		version, err := l.version(ctx, tx)
		if err != nil || version == len(migrations) {
			return err
		}
		for _, migration := range migrations[version:] {
			for _, statement := range migration {
				if _, err := tx.exec(ctx, statement); err != nil {
					return fmt.Errorf("bringing the schema to version %d: %w", len(migrations), err)
				}
			}
		}
		if _, err := tx.exec(ctx, `DELETE FROM ledger_version`); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `INSERT INTO ledger_version (version) VALUES (?)`, len(migrations))
		return err
	})
}

// checkVersion is why the ledger cannot be read.
func (l *Ledger) checkVersion(ctx context.Context) error {
	version, err := l.version(ctx, l.db)
	switch {
	case err != nil && l.backend.missing(err):
		return fs.ErrNotExist
	case err == nil && version < len(migrations):
		return &VersionError{l.name, version, len(migrations)}
	}
	return err
}

// version is the schema's, 0 of a ledger that is new, an error when it is newer than this edgewarm knows.
func (l *Ledger) version(ctx context.Context, db interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (int, error) {
	var version int
	err := db.QueryRowContext(ctx, `SELECT version FROM ledger_version`).Scan(&version)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err == nil && (version > len(migrations) || version < 0) {
		err = &VersionError{l.name, version, len(migrations)}
	}
	return version, err
}

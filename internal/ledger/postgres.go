package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

// server is a ledger in a PostgreSQL database, which processes on many machines may reach.
type server struct{ dsn string }

func (s *server) name() string { return postgres.Name(s.dsn) }

// hold is nil: a server is shared by machines, so that only the lease tells who holds the ledger.
func (s *server) hold(string, time.Time) (*lock, error) { return nil, nil }

func (s *server) open(context.Context, bool) (*sql.DB, error) {
	db, err := postgres.Open(s.dsn)
	if err == nil {
		db.SetMaxOpenConns(maxConns)
		db.SetMaxIdleConns(maxConns)
	}
	return db, err
}

// The number is "edgewarm" in ASCII.
func (s *server) alone() string { return `SELECT pg_advisory_xact_lock(7305790216049291885)` }

// An index of PostgreSQL takes no text of more than 2,704 bytes, and a URL may have 8 KiB: the key is its hash.
var serverWords = strings.NewReplacer(
	"{url}", `TEXT COLLATE "C" NOT NULL, url_key UUID GENERATED ALWAYS AS (md5(url)::uuid) STORED PRIMARY KEY`,
	"{key}", "url_key",
	"{is url}", "url_key = md5(?)::uuid",
	"{is v.url}", "targets.url_key = md5(v.url)::uuid",
	"{documents is v.url}", "documents.url_key = md5(v.url)::uuid",
	"{purges is v.url}", "purges.url_key = md5(v.url)::uuid",
	"{each}", "jsonb_array_elements(CAST(? AS jsonb)) AS each(value)",
	"{like}", "ILIKE",
	"{blob}", "BYTEA",
	"{now}", "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
)

func (s *server) words() *strings.Replacer { return serverWords }

func (s *server) placeholders(text string) string { return postgres.Placeholders(text) }

func (s *server) snapshot() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

// shrink is left to the server's autovacuum.
func (s *server) shrink(context.Context, *sql.DB) error { return nil }

func (s *server) backup(context.Context, *sql.DB, string) error {
	return errors.New("a ledger on PostgreSQL is backed up by the server's own means: pg_dump")
}

// advice is what a person can do, by the class or code of SQLSTATE.
var advice = []struct{ code, text string }{
	{"28", "the database refuses the user or the password"},
	{"3D000", "there is no such database: it is made with createdb"},
	{"42501", "the user may not do that: it needs CREATE on the schema, and owns the tables of the ledger"},
	{"53100", "the disk of the database is full; free some space and run it again, nothing is lost"},
	{"53300", "the database has no connection left for us"},
	{"57P", "the database is being stopped or started; run it again, nothing is lost"},
	{"58", "the database cannot read or write its disk; nothing that was recorded is lost"},
}

func (s *server) explain(err error) error {
	if postgres.Unreachable(err) {
		return &oneLine{fmt.Errorf("the database cannot be reached: %w", err)}
	}
	said := postgres.ErrorOf(err)
	if said == nil {
		return err
	}
	for _, a := range advice {
		if strings.HasPrefix(said.Code, a.code) {
			return &oneLine{fmt.Errorf("%s: %w", a.text, err)}
		}
	}
	return err
}

func (s *server) missing(err error) bool {
	const undefinedTable = "42P01"
	said := postgres.ErrorOf(err)
	return said != nil && said.Code == undefinedTable
}

// oneLine is an error whose text has no line breaks, which that of several addresses tried has.
type oneLine struct{ err error }

func (e *oneLine) Error() string { return strings.Join(strings.Fields(e.err.Error()), " ") }
func (e *oneLine) Unwrap() error { return e.err }

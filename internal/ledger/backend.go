package ledger

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

// backend is a kind of database behind a ledger: where it is, and what its SQL has that others' has not.
type backend interface {
	// name is how people are told of it; it holds no password.
	name() string
	// hold keeps other processes out, where that needs no lease to be told; nil is that it cannot.
	hold(command string, now time.Time) (*lock, error)
	// open returns the database, to be made when there is none unless it is only read.
	open(ctx context.Context, readOnly bool) (*sql.DB, error)
	// paces are what is beside the ledger, for processes to keep a pace together.
	paces(ctx context.Context) (paceStore, error)
	// alone is the statement with which a transaction waits for others that begin with it; empty when each waits for any
	// other that writes.
	alone() string
	// words are what the statements leave open, a name and its text in turn.
	words() *strings.Replacer
	// placeholders writes the parameters, which are ? in the statements.
	placeholders(text string) string
	// snapshot are the options of a transaction that reads all of it at one moment.
	snapshot() *sql.TxOptions
	// shrink gives unused room back to the system.
	shrink(ctx context.Context, db *sql.DB) error
	// backup copies it into a new file.
	backup(ctx context.Context, db *sql.DB, path string) error
	// explain adds what a person can do to the database's own words.
	explain(error) error
	// missing reports whether the error is that there is no ledger.
	missing(error) bool
}

// backendOf is the one that the DSN names.
func backendOf(dsn string, o Options) backend {
	if postgres.IsDSN(dsn) {
		return &server{dsn}
	}
	return &file{dsn, o.vfs, o.connector}
}

// Name is how people are told of the ledger that the DSN names: without a password.
func Name(dsn string) string { return backendOf(dsn, Options{}).name() }

// statement is the text as the ledger's database has it. The texts are in the SQL that SQLite and PostgreSQL share, with
// words for what they don't:
//
//	{url}      the type of a column url that is the table's key
//	{key}      that column, as what an INSERT may conflict on
//	{is url}   the condition that it is the parameter
//	{is v.url} the condition that the targets' is v.url
//	{documents is v.url}, {purges is v.url} the same of the documents' and the purges'
//	{each}     rows, of a parameter that is a JSON array: see rowSet
//	{like}     LIKE where large and small letters are the same
//	{blob}     the type of bytes
//	{now}      the database's own time in milliseconds since 1970
func (l *Ledger) statement(text string) string {
	return l.backend.placeholders(l.backend.words().Replace(text))
}

// tx is a transaction whose statements are texts for any backend.
type tx struct {
	*sql.Tx
	ledger *Ledger
}

func (t *tx) exec(ctx context.Context, text string, args ...any) (sql.Result, error) {
	return t.ExecContext(ctx, t.ledger.statement(text), args...)
}

func (t *tx) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	return t.PrepareContext(ctx, t.ledger.statement(text))
}

func (t *tx) row(ctx context.Context, text string, args ...any) *sql.Row {
	return t.QueryRowContext(ctx, t.ledger.statement(text), args...)
}

// alone waits for other transactions that began with it, and has those that come wait.
func (t *tx) alone(ctx context.Context) error {
	text := t.ledger.backend.alone()
	if text == "" {
		return nil
	}
	_, err := t.exec(ctx, text)
	return err
}

package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Pool holds connections of which more can be asked than of those of Open: they COPY, and listen.
type Pool = pgxpool.Pool

// Tx is a transaction of a Pool.
type Tx = pgx.Tx

// Row is one that a query returned, to be read by CollectRows.
type Row = pgx.CollectableRow

// ErrNoRows is returned by Row.Scan where the query found nothing.
var ErrNoRows = pgx.ErrNoRows

// OpenPool returns at most so many connections to the database that the DSN names, which are made as they are needed. Its
// statements have parameters $1, $2 ….
func OpenPool(ctx context.Context, dsn string, conns int) (*Pool, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, explainDSN(dsn, err)
	}
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = application
	}
	config.MaxConns = int32(conns)
	return pgxpool.NewWithConfig(ctx, config)
}

// Copy writes n rows into a table by COPY, which is several times faster than INSERT.
func Copy(ctx context.Context, tx Tx, table string, columns []string, n int, row func(i int) []any) error {
	_, err := tx.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromSlice(n, func(i int) ([]any, error) { return row(i), nil }))
	return err
}

// Collect reads all rows of a query.
func Collect[T any](ctx context.Context, tx interface {
	Query(ctx context.Context, text string, args ...any) (pgx.Rows, error)
}, read func(Row) (T, error), text string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, read)
}

// Scalar reads a row of one column.
func Scalar[T any](row Row) (T, error) { return pgx.RowTo[T](row) }

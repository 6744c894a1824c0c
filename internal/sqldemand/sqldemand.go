// Package sqldemand asks databases for demand: any query that gives a URL and a weight in each row.
//
// PostgreSQL is asked through package postgres. ClickHouse is asked through its HTTP interface, which every version of it
// has, so that no driver is needed for what is one request.
package sqldemand

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

// MaxRows bounds what a query may give: far more URLs than a plan can be made of, and a query that was not grouped ends
// there.
const MaxRows = 100_000_000

var (
	// ErrTooMany is returned for a query that gives more than MaxRows.
	ErrTooMany = fmt.Errorf("more than %d rows: group them by URL, or LIMIT them", MaxRows)
	// ErrColumns is returned for a query whose rows are not a URL and a number.
	ErrColumns = errors.New("the query does not give a URL and a number in each row")
)

// Query asks for rows and hands each over. dsn is postgres://…, clickhouse://… or clickhouses://…. No error holds its
// password. The error of emit ends it, and is returned as it is.
func Query(ctx context.Context, dsn, query string, emit func(url string, weight float64) error) error {
	rows := 0
	counted := func(url string, weight float64) error {
		if rows++; rows > MaxRows {
			return ErrTooMany
		}
		return emit(url, weight)
	}
	if strings.HasPrefix(dsn, "clickhouse") {
		return clickhouse(ctx, dsn, query, counted)
	}
	return fromPostgres(ctx, dsn, query, counted)
}

// Name is how people are told of the database: its DSN without password and parameters.
func Name(dsn string) string {
	if strings.HasPrefix(dsn, "clickhouse") {
		return clickhouseName(dsn)
	}
	return postgres.Name(dsn)
}

package sqldemand

import (
	"context"
	"database/sql"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

func fromPostgres(ctx context.Context, dsn, query string, emit func(string, float64) error) error {
	db, err := postgres.Open(dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	// What is asked for demand must change nothing, whatever the query says.
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	if columns, err := rows.Columns(); err != nil || len(columns) != 2 {
		return ErrColumns
	}
	for rows.Next() {
		var url sql.NullString
		var weight sql.NullFloat64
		if err := rows.Scan(&url, &weight); err != nil {
			return ErrColumns
		}
		if !url.Valid || !weight.Valid {
			continue
		}
		if err := emit(url.String, weight.Float64); err != nil {
			return err
		}
	}
	return rows.Err()
}

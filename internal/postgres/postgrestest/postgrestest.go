// Package postgrestest gives tests a place of their own on the PostgreSQL server that EDGEWARM_POSTGRES names.
package postgrestest

import (
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

// Server is the DSN of the server. Without one the test is skipped.
func Server(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv("EDGEWARM_POSTGRES")
	if dsn == "" {
		t.Skip("needs PostgreSQL: EDGEWARM_POSTGRES names none")
	}
	return dsn
}

// Schema is the DSN of a new schema on the server, which is dropped when the test ends. Without a server it is skipped.
func Schema(t testing.TB) string {
	t.Helper()
	dsn := Server(t)
	db, err := postgres.Open(dsn)
	if err != nil {
		t.Fatal(err)
	}
	schema := "edgewarm_" + strings.ToLower(rand.Text())
	if _, err := db.ExecContext(t.Context(), `CREATE SCHEMA `+schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec(`DROP SCHEMA ` + schema + ` CASCADE`); err != nil {
			t.Error(err)
		}
		_ = db.Close()
	})
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String()
}

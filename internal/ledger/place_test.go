package ledger_test

import (
	"crypto/rand"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

// places are where the ledgers of tests are, by the kind of their database: each call is a place of its own.
var places = map[string]func(testing.TB) string{
	"sqlite":   newFile,
	"postgres": newSchema,
}

func newFile(t testing.TB) string { return filepath.Join(t.TempDir(), "edgewarm.db") }

// newSchema makes a schema in the database that EDGEWARM_POSTGRES names, and returns its DSN.
func newSchema(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv("EDGEWARM_POSTGRES")
	if dsn == "" {
		t.Skip("needs PostgreSQL: EDGEWARM_POSTGRES names none")
	}
	db, err := postgres.Open(dsn)
	if err != nil {
		t.Fatal(err)
	}
	schema := "ledger_" + strings.ToLower(rand.Text())
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

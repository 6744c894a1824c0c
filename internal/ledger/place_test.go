package ledger_test

import (
	"path/filepath"
	"testing"

	"github.com/edgewarm/edgewarm/internal/postgres/postgrestest"
)

// places are where the ledgers of tests are, by the kind of their database: each call is a place of its own.
var places = map[string]func(testing.TB) string{
	"sqlite":   newFile,
	"postgres": postgrestest.Schema,
}

func newFile(t testing.TB) string { return filepath.Join(t.TempDir(), "edgewarm.db") }

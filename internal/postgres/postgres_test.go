package postgres_test

import (
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/postgres"
	"github.com/edgewarm/edgewarm/internal/postgres/postgrestest"
)

const secret = "canary/pass"

func TestName(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[string]string{
		"postgres://warm:canary@db.example.com:5432/edge?sslmode=require": "postgres://warm@db.example.com:5432/edge",
		"postgresql://db/edge?user=u&password=canary":                     "postgres://db/edge",
		"postgres:///edge?host=/run/postgresql":                           "postgres:///edge",
		"postgres://warm:canary/x@db/edge":                                "postgres://…",
		"host=db password=canary":                                         "postgres://…",
	} {
		if got := postgres.Name(dsn); got != want {
			t.Errorf("%s: got %s, want %s", dsn, got, want)
		}
	}
}

func TestNoErrorTellsThePassword(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{
		"postgres://warm:" + secret + "@db/edge",
		"postgres://warm:canary%zz@db/edge",
		"postgres://warm:canary@db:port/edge",
		"postgres://warm:canary@db/edge?sslmode=perhaps",
		"postgres://db/edge?password=canary&sslmode=perhaps",
		"host=db password=canary sslmode=perhaps",
		"canary",
		// Nobody listens there.
		"postgres://warm:canary@127.0.0.1:1/edge",
		"postgres://127.0.0.1:1/edge?user=warm&password=canary",
	} {
		db, err := postgres.Open(dsn)
		if err == nil {
			err = db.PingContext(t.Context())
			if !postgres.Unreachable(err) {
				t.Errorf("%s: got %v, want that nobody answers", dsn, err)
			}
			_ = db.Close()
		}
		if err == nil || strings.Contains(err.Error(), "canary") || strings.Contains(err.Error(), "pass@") {
			t.Errorf("%s: got the error %v", dsn, err)
		}
	}
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	if got, want := postgres.Placeholders(`UPDATE t SET a = ?, b = b + ? WHERE c = ?`), `UPDATE t SET a = $1, b = b + $2 WHERE c = $3`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestServer(t *testing.T) {
	t.Parallel()
	db, err := postgres.Open(postgrestest.Server(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var name string
	if err := db.QueryRowContext(t.Context(), `SHOW application_name`).Scan(&name); err != nil || name != "edgewarm" {
		t.Errorf("got %q, %v, want our name", name, err)
	}
	_, err = db.ExecContext(t.Context(), `SELECT nothing`)
	if said := postgres.ErrorOf(err); said == nil || said.Code != "42703" || postgres.Unreachable(err) {
		t.Errorf("got %v, want that there is no such column", err)
	}
}

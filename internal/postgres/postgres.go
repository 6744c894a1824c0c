// Package postgres opens PostgreSQL databases by their DSN. It is where the driver stands: the rest knows database/sql.
package postgres

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// application is how the server lists our connections, in pg_stat_activity, unless the DSN names them otherwise.
const application = "edgewarm"

// IsDSN reports whether s names a database of this kind: postgres://… or postgresql://….
func IsDSN(s string) bool {
	return strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://")
}

// Open returns the database that the DSN names, without connecting: its first use does. What the DSN leaves out is
// taken from the environment (PGHOST, PGPASSWORD …) and ~/.pgpass, as psql does. No error holds the password.
func Open(dsn string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, explainDSN(dsn, err)
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = application
	}
	return stdlib.OpenDB(*config), nil
}

// explainDSN is why a DSN was not read. The driver masks passwords where it finds them, which it does for certain only in
// what is a URL.
func explainDSN(dsn string, err error) error {
	if _, bad := url.Parse(dsn); bad != nil || !IsDSN(dsn) {
		return errors.New("it is not postgres://USER:PASSWORD@HOST:5432/DATABASE: in a password, / ? # @ : and % are written " +
			"percent-encoded, or it stands in PGPASSWORD or ~/.pgpass instead")
	}
	if parse, ok := errors.AsType[*pgconn.ParseConfigError](err); ok && parse.Unwrap() != nil {
		return parse.Unwrap()
	}
	return err
}

// Name is how people are told of the database: its DSN without password and parameters. dsn may be anything.
func Name(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || !IsDSN(dsn) {
		return "postgres://…"
	}
	name := url.URL{Scheme: "postgres", Host: u.Host, Path: u.Path}
	if user := u.User.Username(); user != "" {
		name.User = url.User(user)
	}
	return name.String()
}

// Error is what the server said, nil when err holds no answer of a server.
type Error = pgconn.PgError

// ErrorOf finds what the server said in err.
func ErrorOf(err error) *Error {
	said, _ := errors.AsType[*pgconn.PgError](err)
	return said
}

// Unreachable reports whether err is that no connection could be made.
func Unreachable(err error) bool {
	_, ok := errors.AsType[*pgconn.ConnectError](err)
	return ok && ErrorOf(err) == nil
}

// Placeholders writes the statement, whose parameters are each a ?, with $1, $2 … as the server wants them. A statement
// that is so written has no other ? in it.
func Placeholders(text string) string {
	parts := strings.Split(text, "?")
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			fmt.Fprintf(&b, "$%d", i)
		}
		b.WriteString(part)
	}
	return b.String()
}

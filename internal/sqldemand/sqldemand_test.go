package sqldemand_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/sqldemand"
)

// databases are asked alike; each needs a server, which a variable names by its DSN.
var databases = []struct {
	name, variable string
	// rows are these three: a URL with 2.5, one with tab, backslash and quote with 1, and one with 7000000000. Then NULLs.
	rows   string
	series string
	writes string
}{
	{
		"postgres", "EDGEWARM_POSTGRES",
		`SELECT * FROM (VALUES ('https://h.example.com/a', 2.5), (E'/t\tb\\\'', 1), ('/c', 7000000000), (NULL, 1), ('/n', NULL)) AS v (url, weight)`,
		`SELECT 'https://h.example.com/' || n, n FROM generate_series(1, %d) AS n`,
		`CREATE TABLE edgewarm_wrote (n INT)`,
	},
	{
		"clickhouse", "EDGEWARM_CLICKHOUSE",
		`SELECT 'https://h.example.com/a', 2.5 UNION ALL SELECT '/t\tb\\\'', 1.0 UNION ALL SELECT '/c', 7000000000.0;`,
		`SELECT concat('https://h.example.com/', toString(number + 1)), number + 1 FROM system.numbers LIMIT %d`,
		`CREATE TABLE edgewarm_wrote (n Int8) ENGINE = Memory`,
	},
}

func TestQuery(t *testing.T) {
	t.Parallel()
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			dsn := os.Getenv(d.variable)
			if dsn == "" {
				t.Skipf("needs a server of %s: %s names none", d.name, d.variable)
			}
			got := map[string]float64{}
			err := sqldemand.Query(t.Context(), dsn, d.rows, func(url string, weight float64) error {
				got[url] = weight
				return nil
			})
			want := map[string]float64{"https://h.example.com/a": 2.5, "/t\tb\\'": 1, "/c": 7e9}
			if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got %v, %v, want %v", got, err, want)
			}
			const many = 300_000
			n, sum := 0, 0.0
			err = sqldemand.Query(t.Context(), dsn, fmt.Sprintf(d.series, many), func(url string, weight float64) error {
				n, sum = n+1, sum+weight
				return nil
			})
			if err != nil || n != many || sum != many*(many+1)/2 {
				t.Errorf("got %d rows of sum %v, %v", n, sum, err)
			}
			enough := errors.New("enough")
			if err := sqldemand.Query(t.Context(), dsn, fmt.Sprintf(d.series, many), func(string, float64) error { return enough }); err != enough {
				t.Errorf("got %v, want what emit returned", err)
			}
		})
	}
}

func TestQueryRefused(t *testing.T) {
	t.Parallel()
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			dsn := os.Getenv(d.variable)
			if dsn == "" {
				t.Skipf("needs a server of %s: %s names none", d.name, d.variable)
			}
			emit := func(string, float64) error { return nil }
			for query, want := range map[string]string{
				"SELECT 1":            "does not give",
				"SELECT 'a', 'b'":     "does not give",
				"SELECT 'a', 1, 2":    "does not give",
				"SELECT a, b FROM it": "it",
				"SELEKT":              "SELEKT",
				d.writes:              "read",
			} {
				err := sqldemand.Query(t.Context(), dsn, query, emit)
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: got %v, want %q", query, err, want)
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if err := sqldemand.Query(ctx, dsn, fmt.Sprintf(d.series, 90_000_000), emit); err == nil || ctx.Err() == nil {
				t.Errorf("got %v of a query that was given up", err)
			}
		})
	}
}

// TestUnreachable wants one error without the password, whatever the database.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{
		"postgres://u:canary@127.0.0.1:1/db", "clickhouse://u:canary@127.0.0.1:1/db", "clickhouses://u:canary@127.0.0.1:1/db",
		"clickhouse://u:canary/x@127.0.0.1:1/db", "clickhouse:///db", "clickhouse://u:canary%zz@h/db",
	} {
		err := sqldemand.Query(t.Context(), dsn, "SELECT 1, 2", func(string, float64) error { return nil })
		if err == nil || strings.Contains(err.Error(), "canary") || strings.Contains(sqldemand.Name(dsn), "canary") {
			t.Errorf("%s: got %v, %s", dsn, err, sqldemand.Name(dsn))
		}
	}
	if got := sqldemand.Name("clickhouse://u:p@h:8123/db?max_threads=1"); got != "clickhouse://u@h:8123/db" {
		t.Errorf("got %s", got)
	}
}

// TestClickHouseAnswers has a server of which each answer is known.
func TestClickHouseAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		status int
		body   string
		want   string
	}{
		{"rows", 200, "/a\t1\n/b\t2.5\n", ""},
		{"NULL", 200, "\\N\t1\n/a\t\\N\n", ""},
		{"refused", 403, "Code: 516. DB::Exception: u: Authentication failed", "Authentication failed"},
		{"failed in the midst", 200, "/a\t1\nCode: 241. DB::Exception: Memory limit exceeded", "Memory limit exceeded"},
		{"another server", 200, "<html>hello</html>", "does not give"},
		{"redirect", 302, "", "302"},
		{"endless row", 200, strings.Repeat("x", 2<<20), "longer than"},
		{"no number", 200, "/a\tb\n", "does not give"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("X-ClickHouse-User") != "u" || r.Header.Get("X-ClickHouse-Key") != "p/w" || r.URL.Query().Get("readonly") != "1" {
					t.Errorf("got %v %v", r.URL, r.Header)
				}
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer server.Close()
			dsn := strings.Replace(server.URL, "http://", "clickhouse://u:p%2Fw@", 1) + "/db"
			err := sqldemand.Query(t.Context(), dsn, "SELECT 1, 2", func(string, float64) error { return nil })
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

package fleet

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/postgres/postgrestest"
)

func newUI(t *testing.T, dsn string) *UI {
	t.Helper()
	u, err := NewUI(t.Context(), dsn, "/river/", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(u.Close)
	return u
}

// ask is what the UI answers.
func (u *UI) ask(t *testing.T, method, path, body string) (code int, text string) {
	t.Helper()
	w := httptest.NewRecorder()
	u.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body)))
	return w.Code, w.Body.String()
}

// A database that is away is said to be, by a UI that is there all the same.
func TestUIWithoutDatabase(t *testing.T) {
	t.Parallel()
	u := newUI(t, "postgres://warm:canary@127.0.0.1:1/edge") // nobody listens there
	err := u.Ready(t.Context())
	if away, ok := errors.AsType[*Error](err); !ok || away.Name != "postgres://warm@127.0.0.1:1/edge" || strings.Contains(err.Error(), "canary") {
		t.Errorf("got %v, want that the database is away", err)
	}
	if code, page := u.ask(t, http.MethodGet, "/river/", ""); code != http.StatusOK || !strings.Contains(page, `"apiUrl":"/river/api"`) {
		t.Errorf("got %d, %s, want a page that asks below the prefix", code, page)
	}
	if code, _ := u.ask(t, http.MethodGet, "/other/", ""); code != http.StatusNotFound {
		t.Errorf("beside the prefix: got %d", code)
	}
}

// Jobs are listed and cancelled below the prefix, once there are any, and their queue is paused so that the run knows.
func TestUI(t *testing.T) {
	t.Parallel()
	dsn := postgrestest.Schema(t)
	l, err := ledger.Open(t.Context(), dsn, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := newUI(t, dsn).Ready(t.Context()); !errors.Is(err, ErrNoWorkers) {
		t.Errorf("got %v, want that there were no workers", err)
	}

	c, dsn, crawl := coordinate(t)
	c.must(t, crawl, pages(1))
	c.readLogs(t, crawl, someLogs[0])
	u := newUI(t, dsn)
	if err := u.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	code, list := u.ask(t, http.MethodGet, "/river/api/jobs?state=available", "")
	for _, kind := range kinds {
		if code != http.StatusOK || !strings.Contains(list, `"kind":"`+kind+`"`) {
			t.Errorf("got %d, %s, want %s in it", code, list, kind)
		}
	}
	id := one[string](t, c, `SELECT max(id)::text FROM river_job`)
	if code, text := u.ask(t, http.MethodPost, "/river/api/jobs/cancel", `{"ids":["`+id+`"]}`); code != http.StatusOK {
		t.Errorf("cancelling: got %d, %s", code, text)
	}
	if n := one[int](t, c, `SELECT count(*) FROM river_job WHERE state = 'cancelled'`); n != 1 {
		t.Errorf("%d jobs are cancelled", n)
	}

	queue := crawl.Settings.queue(crawl.Version)
	one[string](t, c, `INSERT INTO river_queue (name, updated_at) VALUES ($1, now()) RETURNING name`, queue) // as a worker does
	for _, do := range []string{"pause", "resume"} {
		code, text := u.ask(t, http.MethodPut, "/river/api/queues/"+queue+"/"+do, "")
		p, err := c.Progress(t.Context(), crawl.ID)
		if code != http.StatusOK || err != nil || p.Paused != (do == "pause") {
			t.Errorf("%s: got %d, %s, then %+v, %v", do, code, text, p, err)
		}
	}
}

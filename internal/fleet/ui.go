package fleet

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"riverqueue.com/riverui"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

// ErrNoWorkers is returned by UI.Ready where no worker ever worked, nor a run waited for one: there are no tables of jobs.
var ErrNoWorkers = errors.New("no worker has worked for this ledger yet")

// uiConns are what all who look at a UI ask with, together: a page asks for few things at once, each within 10 seconds.
const uiConns = 3

// UI is River UI (riverqueue.com/riverui): each job, as pages and as an API, to look at and to act on. It asks nobody who
// they are.
type UI struct {
	name    string
	pool    *postgres.Pool
	handler http.Handler
}

// NewUI makes the UI of the ledger's database for requests below the prefix, such as /river/. It does not connect: who
// asks first does.
func NewUI(ctx context.Context, dsn, prefix string, log *slog.Logger) (*UI, error) {
	u := &UI{name: postgres.Name(dsn)}
	var err error
	if u.pool, err = postgres.OpenPool(ctx, dsn, uiConns); err != nil {
		return nil, &Error{Op: "open", Name: u.name, Err: err}
	}
	client, err := river.NewClient(riverpgxv5.New(u.pool), &river.Config{Logger: quiet})
	if err == nil {
		// It is not started: that would count all jobs again and again, whether anybody looks or not. A state of more than
		// 10,000 jobs is estimated so, of which our own status has the number.
		u.handler, err = riverui.NewHandler(&riverui.HandlerOpts{
			Endpoints: riverui.NewEndpoints(client, nil), Prefix: prefix, Logger: slog.New(atLeast{log.Handler(), slog.LevelError}),
		})
	}
	if err != nil {
		u.pool.Close()
		return nil, err
	}
	return u, nil
}

// Ready returns why there is nothing to show: ErrNoWorkers, or an *Error where the database does not answer.
func (u *UI) Ready(ctx context.Context) error {
	var there bool
	err := u.pool.QueryRow(ctx, hasTables).Scan(&there)
	switch {
	case err != nil:
		return &Error{Op: "read the jobs in", Name: u.name, Err: err}
	case !there:
		return ErrNoWorkers
	}
	return nil
}

// ServeHTTP answers what is below the prefix.
func (u *UI) ServeHTTP(w http.ResponseWriter, r *http.Request) { u.handler.ServeHTTP(w, r) }

// Close ends the connections, once what is under way is answered.
func (u *UI) Close() { u.pool.Close() }

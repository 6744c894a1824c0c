package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/edgewarm/edgewarm/internal/daemon"
	"github.com/edgewarm/edgewarm/internal/fleet"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/report"
)

// Ledger is what the pages are read from, and what events come into. *ledger.Ledger is one, from ledger.OpenShared.
type Ledger interface {
	report.Ledger
	Target(ctx context.Context, url string) (ledger.Target, bool, error)
	Find(ctx context.Context, text string, n int) ([]ledger.Target, error)
	Events(ctx context.Context, n int) ([]ledger.Event, error)
	EventCounts(ctx context.Context) (map[ledger.EventState]int, error)
	Receive(ctx context.Context, events []ledger.Event) (first int64, err error)
}

// Daemon is what runs, and what is asked to. *daemon.Daemon is one.
type Daemon interface {
	Watch() (daemon.Status, <-chan struct{})
	Ask(ctx context.Context, name string) error
	Arrived()
}

// Meter counts what is answered. *metrics.Metrics is one.
type Meter interface {
	Answered(route string, code int, took time.Duration)
	Received(n int)
	Handler() http.Handler
}

// Fact is one line of an explanation.
type Fact struct{ Name, Text string }

// Server answers requests. Set its fields before Handler.
type Server struct {
	Ledger Ledger
	Daemon Daemon
	Meter  Meter
	Log    *slog.Logger
	// Token is what events and actions must bring. An error is why there is none; then they are refused.
	Token func() (string, error)
	// TTL is how long a target counts as warm.
	TTL func() time.Duration
	// Explain says why a URL is in the plan or out of it; nil leaves it at what the ledger knows.
	Explain func(ctx context.Context, url string) ([]Fact, error)
	// Workers tells what workers do with the ledger; nil, and a nil answer, are that there never was one.
	Workers func(ctx context.Context) (*fleet.Status, error)
	// RiverUI is where a River UI shows their jobs, JobsPath for that of Jobs; nil or empty is that there is none.
	RiverUI func() string
	// Jobs is what JobsPath shows; nil is that nothing is.
	Jobs Jobs
	// Loopback refuses requests for another name than this machine's own, so that no web page that a name of its own leads
	// here can read the dashboard (DNS rebinding).
	Loopback bool
	// Closing is closed when the server is about to stop, so that what streams ends.
	Closing <-chan struct{}

	snapshots snapshots
	streams   chan struct{}
}

// maxStreams bounds the pages that follow a run at once: each holds a connection.
const maxStreams = 100

// Handler answers all requests.
func (s *Server) Handler() http.Handler {
	s.streams = make(chan struct{}, maxStreams)
	mux := http.NewServeMux()
	for pattern, handle := range map[string]http.HandlerFunc{
		"GET /{$}":           s.page(s.overview),
		"GET /runs":          s.page(s.runs),
		"GET /runs/{id}":     s.page(s.run),
		"GET /titles":        s.page(s.titles),
		"GET /failures":      s.page(s.failures),
		"GET /search":        s.page(s.search),
		"GET /live":          s.live,
		"GET /api/status":    s.status,
		"GET /api/report":    s.report,
		"GET /healthz":       s.healthz,
		"GET /readyz":        s.readyz,
		"POST /v1/warm":      s.action(s.warm),
		"POST /v1/runs":      s.action(s.start),
		"GET /static/{name}": static,
		JobsPath:             s.jobs,
	} {
		mux.HandleFunc(pattern, handle)
	}
	mux.Handle("GET /metrics", s.Meter.Handler())
	mux.HandleFunc("/", s.notFound)
	return s.counted(mux, secured(s.named(http.NewCrossOriginProtection().Handler(mux))))
}

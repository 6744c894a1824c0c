package daemon

import (
	"context"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// The jobs that no schedule names.
const (
	Events = "events" // what came in from outside
	All    = "all"    // all sources, as somebody asked
	// Refresh asks what became of the jobs at the service, and is no run.
	Refresh = "refresh"
)

// Job is one run to be made.
type Job struct {
	// Name is the schedule's, Events, All or Refresh.
	Name string
	// Sources are those that it looks at.
	Sources []config.Source
	// Wait is how long jobs at the service are polled; 0 is not at all.
	Wait time.Duration
	// Hot is true of a job that is not ordered by access logs: what events name counts by its weight alone.
	Hot bool

	events []ledger.Event
}

// Command is what the ledger calls the runs of a job.
func (j Job) Command() string { return commandOf(j.Name) }

func commandOf(name string) string { return "serve " + name }

// Runner does a job with a config. It returns when all is written down, also when ctx ends.
type Runner func(ctx context.Context, c *config.Config, j Job, w warm.Watch) (warm.Summary, error)

// Ledger is what a Daemon asks of the ledger beside its runs. *ledger.Ledger is one, from ledger.OpenShared.
type Ledger interface {
	LastRun(ctx context.Context, command string) (ledger.Run, bool, error)
	PendingEvents(ctx context.Context, n int) ([]ledger.Event, error)
	UpdateEvents(ctx context.Context, events []ledger.Event) error
	Target(ctx context.Context, url string) (ledger.Target, bool, error)
	OpenJobs(ctx context.Context, since time.Time) ([]ledger.Job, error)
	BeginDays(hour int, zone *time.Location)
}

// Observer is told what goes on, for metrics. All are called from the daemon's loop.
type Observer interface {
	RunEnded(job string, s warm.Summary, err error)
	// Refused is told of a job that was due while the same one went or waited.
	Refused(job string)
	Reloaded(err error)
	Notified(err error)
	// Events is told how many events came to which state.
	Events(state ledger.EventState, n int)
}

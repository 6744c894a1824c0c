package report

import (
	"context"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/submitter"
)

// Failure is a target that failed at the service or was refused by it.
type Failure struct {
	URL    string          `json:"url"`
	Zone   string          `json:"zone"`
	Run    int64           `json:"run"`
	State  submitter.State `json:"state"`
	Reason string          `json:"reason"`
	JobID  string          `json:"job_id"`
	When   time.Time       `json:"when"`
}

// ReadFailures lists the newest failures of the run, of run 0 of all, the newest first.
func ReadFailures(ctx context.Context, l Ledger, run int64) ([]Failure, error) {
	var failed []ledger.Target
	var err error
	if run == 0 {
		failed, err = l.Failures(ctx, maxFailures)
	} else {
		failed, err = l.FailuresOf(ctx, run, maxFailures)
	}
	out := make([]Failure, len(failed))
	for i, t := range failed {
		out[i] = Failure{plain.URL(t.URL), plain.Text(t.Zone), t.Run, t.State, plain.Text(t.Reason), plain.Text(t.JobID), t.Updated}
	}
	return out, err
}

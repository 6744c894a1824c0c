package report

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/edgewarm/edgewarm/internal/effect"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// Ledger is what a report is read from; *ledger.Ledger is one.
type Ledger interface {
	Runs(ctx context.Context, n int) ([]ledger.Run, error)
	Run(ctx context.Context, id int64) (ledger.Run, bool, error)
	Counts(ctx context.Context, run int64) (map[submitter.State]int, error)
	Targets(ctx context.Context, run int64) iter.Seq2[ledger.Target, error]
	Failures(ctx context.Context, n int) ([]ledger.Target, error)
	FailuresOf(ctx context.Context, run int64, n int) ([]ledger.Target, error)
	QuotaDays(ctx context.Context, from string) ([]ledger.QuotaDay, error)
	Day(t time.Time) string
}

// Report is what there is to tell. Its JSON names are a promise.
type Report struct {
	Generated time.Time `json:"generated"`
	// Run is the run that the report is about; nil when the ledger has none.
	Run *Run `json:"run"`
	// Runs are the newest ones, the newest first.
	Runs []Run `json:"runs"`
	// Effect is what the warming of a run did, where that was asked for.
	Effect *effect.Night `json:"effect,omitempty"`
	// Quota has a zone each, in the order of their names.
	Quota []ZoneQuota `json:"quota"`
	// Titles are all that the ledger knows, those that need a look first; see Titles.
	Titles Titles `json:"titles"`
	// Failures are the run's, the newest first.
	Failures []Failure `json:"failures"`
}

// Options of a Report. The zero value is about the newest run.
type Options struct {
	// Run is the number of a run; 0 is the newest.
	Run int64
	// TTL is how long a target counts as warm; 0 is for ever.
	TTL time.Duration
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// How much a report shows: what a person reads. JSON and CSV of single targets have no such bound.
const (
	maxRuns     = 30
	maxDays     = 14
	maxTitles   = 200
	maxFailures = 200
)

// ErrNoRun is returned for a run that the ledger does not have.
var ErrNoRun = errors.New("the ledger has no such run")

// Read reads a report from a ledger.
func Read(ctx context.Context, l Ledger, o Options) (*Report, error) {
	now := time.Now
	if o.Now != nil {
		now = o.Now
	}
	r := &Report{Generated: now().UTC()}
	var err error
	if r.Runs, err = ReadRuns(ctx, l, maxRuns); err != nil {
		return nil, err
	}
	if r.Run, err = chosen(ctx, l, r.Runs, o.Run); err != nil {
		return nil, err
	}
	if r.Quota, err = ReadQuota(ctx, l, r.Generated); err != nil {
		return nil, err
	}
	if r.Titles, err = ReadTitles(ctx, l, warmth{r.Generated, o.TTL}); err != nil {
		return nil, err
	}
	r.Failures = []Failure{} // [] in JSON, not null
	if r.Run != nil {
		r.Failures, err = ReadFailures(ctx, l, r.Run.ID)
	}
	return r, err
}

// chosen is the run that was asked for with the figures of its targets, nil when there is none at all.
func chosen(ctx context.Context, l Ledger, newest []Run, id int64) (*Run, error) {
	if id == 0 {
		if len(newest) == 0 {
			return nil, nil
		}
		id = newest[0].ID
	}
	return ReadRun(ctx, l, id)
}

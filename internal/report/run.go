package report

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// Run is one run and what it came to.
type Run struct {
	ID      int64     `json:"run"`
	Command string    `json:"command"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended,omitzero"`
	// State is running, killed, or done, which Exit says more of.
	State RunState `json:"state"`
	Exit  int      `json:"exit"`
	// Figures are those of its summary; of one that has none yet, what its targets tell.
	Figures
}

// RunState is how far a run is.
type RunState string

// The states of a run.
const (
	Running RunState = "running"
	Killed  RunState = "killed"
	Done    RunState = "done"
)

// Figures are the counts of a run, by the names of its summary. Warm counts the targets whose job ended well.
type Figures struct {
	Discovered int            `json:"discovered"`
	Planned    int            `json:"planned"`
	Submitted  int            `json:"submitted"`
	Accepted   int            `json:"accepted"`
	Warm       int            `json:"warm"`
	Failed     int            `json:"failed"`
	Unknown    int            `json:"unknown"`
	Deferred   int            `json:"deferred"`
	LeftOut    map[string]int `json:"left_out"`
	// FailedJobs counts the accepted targets whose job came to a bad end.
	FailedJobs int `json:"failed_jobs"`
	// Early is what was sent before the plan was made, Regret what of it the plan would not have chosen; nil for nothing.
	Early *EarlyStart `json:"early,omitempty"`
	// Coverage is the share of what is expected that the first so many units cover, as planner.Point has it.
	Coverage []CoveragePoint `json:"coverage,omitempty"`
}

// EarlyStart is what was sent before the plan was made.
type EarlyStart struct {
	Submitted int `json:"submitted"`
	Regret    int `json:"regret"`
}

// String says both; nothing of a run that sent nothing so.
func (e *EarlyStart) String() string {
	switch {
	case e == nil || e.Submitted == 0:
		return ""
	case e.Regret == 0:
		return fmt.Sprintf(", %d of them before the plan was made", e.Submitted)
	}
	return fmt.Sprintf(", %d of them before the plan was made, which would have left out %d", e.Submitted, e.Regret)
}

// CoveragePoint is one of a coverage curve.
type CoveragePoint struct {
	Units int     `json:"units"`
	Share float64 `json:"covered"` // 0 to 1
}

// Took is how long the run went, until now when it goes on.
func (r *Run) Took(now time.Time) time.Duration {
	if r.Ended.IsZero() {
		return now.Sub(r.Started)
	}
	return r.Ended.Sub(r.Started)
}

// exitWords say what an exit code of a run means.
var exitWords = map[int]string{
	0: "done", 1: "failed", 2: "wrong config", 3: "done, with faults", 4: "quota spent", 5: "not authorized", 130: "interrupted",
}

// Outcome says in words how it ended, or that it goes on.
func (r *Run) Outcome() string {
	if r.State != Done {
		return string(r.State)
	}
	if words, ok := exitWords[r.Exit]; ok {
		return words
	}
	return fmt.Sprintf("exit %d", r.Exit)
}

// Tone is good, bad, or in between, for the colour of the outcome; the words say the same.
func (r *Run) Tone() string {
	switch {
	case r.State == Running:
		return "busy"
	case r.State == Done && r.Exit == 0:
		return "good"
	case r.State == Done && (r.Exit == 3 || r.Exit == 4):
		return "fair"
	}
	return "bad"
}

// ReadRuns lists the newest n runs, the newest first, with the figures of their summaries.
func ReadRuns(ctx context.Context, l Ledger, n int) ([]Run, error) {
	read, err := l.Runs(ctx, n)
	runs := make([]Run, len(read))
	for i, r := range read {
		runs[i] = newRun(r)
	}
	return runs, err
}

// ReadRun reads one run, with what is known of its targets now. The error is ErrNoRun when there is none.
func ReadRun(ctx context.Context, l Ledger, id int64) (*Run, error) {
	read, ok, err := l.Run(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, fmt.Errorf("run %d: %w", id, ErrNoRun)
	}
	r := newRun(read)
	counts, err := l.Counts(ctx, id)
	if err != nil {
		return nil, err
	}
	r.count(counts, read.Summary != nil)
	return &r, nil
}

// summary is the JSON of a run's summary, as far as a report tells of it.
type summary struct {
	Figures
	Jobs map[submitter.State]int `json:"jobs"`
}

func newRun(r ledger.Run) Run {
	run := Run{ID: r.ID, Command: r.Command, Started: r.Started, Ended: r.Ended, Exit: r.ExitCode, State: Done}
	switch {
	case r.Interrupted:
		run.State = Killed
	case r.Ended.IsZero():
		run.State = Running
	}
	var s summary
	if json.Unmarshal(r.Summary, &s) == nil { // what it cannot tell is zero
		run.Figures = s.Figures
		run.Warm, run.FailedJobs = s.Jobs[submitter.Success], badEnds(s.Jobs)
	}
	if run.LeftOut == nil {
		run.LeftOut = map[string]int{}
	}
	return run
}

// count takes in what the run's targets came to: all that is known of a run without a summary, and of one that has one
// what became of its jobs since. Targets that a later run has planned again are not counted here any more.
func (r *Run) count(counts map[submitter.State]int, ended bool) {
	r.Warm = max(r.Warm, counts[submitter.Success])
	r.FailedJobs = max(r.FailedJobs, badEnds(counts))
	if ended {
		return
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	r.Planned = total
	r.Failed, r.Deferred = counts[submitter.Refused], counts[submitter.Deferred]+counts[submitter.Planned]
	r.Unknown = counts[submitter.Unknown] + counts[submitter.Intent]
	r.Submitted = total - r.Deferred
	r.Accepted = r.Submitted - r.Failed - r.Unknown
}

// badEnds counts the targets whose job did not end well.
func badEnds(counts map[submitter.State]int) int {
	return counts[submitter.Failed] + counts[submitter.Timeout] + counts[submitter.Canceled] + counts[submitter.Invalid]
}

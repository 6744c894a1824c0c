package submitter

import (
	"context"
	"time"
)

// API is a service that warms URLs. EdgeOne implements it; a test or another CDN may too.
// Each method is one request, paced and retried by its caller.
type API interface {
	// Prefetch asks for the batch to be warmed. A nil error means that every target was accepted but those in
	// Receipt.Failed. An error that says nothing of the outcome (a lost answer, a 5xx) is told apart by ClassOf.
	Prefetch(ctx context.Context, b Batch) (Receipt, error)
	// Quota reads what the zone may still spend today.
	Quota(ctx context.Context, zone string) (Quota, error)
	// Tasks lists one page of what the service did with the URLs it accepted, and the total that match.
	Tasks(ctx context.Context, q TaskQuery) (tasks []Task, total int, err error)
}

// Journal remembers what was sent, across crashes. internal state of edgewarm implements it in SQL; nil in a Submitter
// keeps nothing.
type Journal interface {
	// Intend commits that the batch is about to be sent. When it returns nil the intent survives a crash.
	Intend(ctx context.Context, b Batch) error
	// Settle commits what became of a batch that was intended.
	Settle(ctx context.Context, b Batch, o Outcome) error
	// Unsettled lists the batches whose outcome is not known: those intended with no outcome, oldest first.
	Unsettled(ctx context.Context) ([]Batch, error)
}

// Target is a URL to warm, as the plan has it.
type Target struct {
	URL  string `json:"url"`
	Zone string `json:"zone"`
	// Cost is what it takes of the zone's daily quota, in units; 0 means 1.
	Cost int `json:"cost"`
}

// Batch is what one CreatePrefetchTask call carries: targets of one zone, in the order of the plan.
type Batch struct {
	// ID names the batch in the journal, unique for good.
	ID   string
	Zone string
	URLs []string
	// Sent is when the first attempt was about to be made.
	Sent time.Time
	// Attempts counts the calls made so far.
	Attempts int
}

// Failure is a target that the service refused, and why.
type Failure struct {
	URL    string `json:"url"`
	Reason string `json:"reason"`
}

// Receipt is the service's answer to one batch. Its JSON names are a promise.
type Receipt struct {
	Batch     string    `json:"batch"`
	Zone      string    `json:"zone"`
	JobID     string    `json:"job_id"`
	RequestID string    `json:"request_id"`
	Accepted  int       `json:"accepted"`
	Failed    []Failure `json:"failed"`
	Attempts  int       `json:"attempts"`
}

// Quota is what DescribeContentQuota says of prefetch_url for one zone, in units.
type Quota struct {
	// Batch is how many targets one call may carry.
	Batch int
	// Daily is what a day has, Available what is left of it.
	Daily, Available int
}

// Task is what became of one URL.
type Task struct {
	JobID, URL string
	// Status is processing, success, failed, timeout, canceled or invalid; anything else is a status of the future.
	Status           string
	Created, Updated time.Time
	FailType, Reason string
}

// TaskQuery asks for tasks of a zone. JobID or the time window is given.
type TaskQuery struct {
	Zone  string
	JobID string
	// Target is one exact URL; empty for all.
	Target string
	// From and To bound the creation, at most 7 days apart.
	From, To time.Time
	// Offset and Limit are the page; Limit is at most 1000.
	Offset, Limit int
}

// Outcome is what is known of a batch after a call or a reconciliation, one State a target.
type Outcome struct {
	Receipt Receipt
	// States has the state of each target of the batch, in its order.
	States []State
	// Err is why, when there is no receipt.
	Err error
}

// State is where a target stands between the plan and a warm cache.
type State string

// The states of a target. The first five are edgewarm's own; success to canceled are what the service says of a job.
const (
	Planned  State = "planned"
	Intent   State = "intent"   // committed to the journal, the call not yet answered
	Accepted State = "accepted" // in a job of the service
	Refused  State = "refused"  // on the FailedList, or the reason a batch was refused
	Unknown  State = "unknown"  // the answer was lost: reconciled before it is sent again
	Deferred State = "deferred" // not sent: the quota ran out or the run was stopped
	Success  State = "success"
	Failed   State = "failed"
	Timeout  State = "timeout"
	Canceled State = "canceled"
	Invalid  State = "invalid" // the origin answered other than 2xx
)

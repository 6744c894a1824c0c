package submitter

import (
	"context"
	"time"
)

// API is a service that warms URLs. EdgeOne implements it; a test or another CDN may too.
// Each method is one request, paced and retried by its caller, and is safe for several goroutines: zones are submitted
// side by side.
type API interface {
	// Prefetch asks for the batch to be warmed. A nil error means that every target was accepted but those in
	// Receipt.Failed. An error that says nothing of the outcome (a lost answer, a 5xx) is told apart by ClassOf.
	Prefetch(ctx context.Context, b Batch) (Receipt, error)
	// Quota reads what the zone may still spend today.
	Quota(ctx context.Context, zone string) (Quota, error)
	// Tasks lists one page of what the service did with the URLs it accepted, and the total that match.
	Tasks(ctx context.Context, q TaskQuery) (tasks []Task, total int, err error)
}

// Journal remembers what was sent, across crashes. The ledger of edgewarm implements it in SQL; nil in a Submitter
// keeps nothing. It is safe for several goroutines.
//
// A batch is intended before each of its calls, under the same ID when the same URLs are sent once more, and settled
// after it. A batch settled with a target Unknown stays unsettled until it is settled again.
type Journal interface {
	// Intend commits that the batch is about to be sent. When it returns nil the intent survives a crash.
	Intend(ctx context.Context, b Batch) error
	// Settle commits what became of a batch that was intended.
	Settle(ctx context.Context, b Batch, o Outcome) error
	// Unsettled lists the batches whose outcome is not known: those intended with no outcome, oldest first. Targets of
	// a batch that were settled otherwise than Unknown are left out of it.
	Unsettled(ctx context.Context) ([]Batch, error)
}

// Spender is a Journal that also knows what a zone has spent on its quota day, in units, whatever the service says:
// what was accepted, and what may have been. A Submitter never spends more than the day's quota by that count.
type Spender interface {
	Spent(ctx context.Context, zone string) (units int, err error)
}

// Target is a URL to warm, as the plan has it.
type Target struct {
	URL  string `json:"url"`
	Zone string `json:"zone"`
	// Cost is what it takes of the zone's daily quota, in units; 0 means 1. More than 1 is a playlist that the service is
	// to resolve by itself: 1 and its segments. Such targets and others are not sent in one batch.
	Cost int `json:"cost"`
}

// Batch is what one CreatePrefetchTask call carries: targets of one zone, in the order of the plan.
type Batch struct {
	// ID names the batch in the journal, unique for good.
	ID   string
	Zone string
	URLs []string
	// Costs has the units that each URL takes of the zone's quota, in the order of URLs; nil is 1 each.
	Costs []int
	// Sent is when the last attempt was about to be made. None before it was taken.
	Sent time.Time
	// Attempts counts the calls made so far.
	Attempts int
}

// Cost is what the i-th URL takes of the zone's quota, in units.
func (b Batch) Cost(i int) int {
	if i < len(b.Costs) && b.Costs[i] > 0 {
		return b.Costs[i]
	}
	return 1
}

// Units is what the whole batch takes of the zone's quota.
func (b Batch) Units() int {
	units := 0
	for i := range b.URLs {
		units += b.Cost(i)
	}
	return units
}

// Resolved is whether the targets are playlists that the service is to resolve by itself.
func (b Batch) Resolved() bool { return b.Units() > len(b.URLs) }

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
	// States has the state of each target of the batch, in its order. Planned is one that was not taken and is sent again.
	States []State
	// Jobs has the job of each target where they are not all in Receipt.JobID, as a reconciliation may find; else nil.
	Jobs []string
	// Err is why, when there is no receipt.
	Err error
}

// State is where a target stands between the plan and a warm cache. docs/ledger.md draws the way from one to the next.
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

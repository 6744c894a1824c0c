package submitter

import (
	"context"
	"iter"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// MaxBatch is the most targets of one call, whatever the service allows: one page of DescribePrefetchTasks shows a job
// of that size.
const MaxBatch = 1000

const (
	// pollShare is what listing tasks may take of the pace at most, so that looking at what was sent never holds up what
	// is to be. pollBurst lets a single look go at once.
	pollShare = 0.25
	pollBurst = 5

	defaultTimeout     = 60 * time.Second
	defaultGrace       = 10 * time.Second
	defaultPropagation = 10 * time.Second
	defaultGather      = time.Second
	defaultRetries     = 5
)

// Submitter sends targets to an API in batches, at its pace and within its quota. Its fields are its options; set them
// before the first call. It is safe for several goroutines and is not copied after its first use.
type Submitter struct {
	// API is the service. It is required.
	API API
	// Journal remembers what was sent, so that a crash neither loses a target nor sends it twice; nil remembers nothing.
	Journal Journal
	// Limiter paces every call, those that only read and those made again included. Share one between all that call the
	// same account, or better the Submitter: it alone also knows how long calls take to arrive. nil is NewLimiter(20),
	// EdgeOne's rate.
	Limiter *rate.Limiter
	// BatchSize caps the targets of one call below what the quota allows; 0 is MaxBatch.
	BatchSize int
	// Timeout bounds one call; 0 is a minute.
	Timeout time.Duration
	// Grace bounds how long a call under way may still take when ctx has ended; 0 is 10 seconds.
	Grace time.Duration
	// Propagation is how long the service may take to show an accepted URL among its tasks; 0 is 10 seconds. Nothing of
	// unknown outcome is sent again sooner, so too short a time spends quota twice.
	Propagation time.Duration
	// Gather is how long a batch that is not full waits for more targets, when the sequence has not ended; 0 is a second.
	Gather time.Duration
	// Retries is how often a batch is sent again after the service failed; 0 is 5, less than 0 is never. Calls that were
	// too many (RequestLimitExceeded) are not counted: they slow all calls down, and are made again.
	Retries int

	// Allowance is asked how many units of a quota that was just read may be spent; nil is all that is available. It is
	// how a reserve is kept.
	Allowance func(zone string, q Quota) int
	// AwaitQuota is called when the day's quota of a zone does not reach for its next target. When it returns nil the
	// quota is read again, and it is called again when that does not reach either; an error ends the zone, ErrQuotaSpent as if it
	// were nil. nil ends the zone at once, and what is left of it is Deferred. It is called from several goroutines, one a zone.
	AwaitQuota func(ctx context.Context, zone string) error

	// Urgent is read as long as a Submit goes on. Its targets overtake all that wait, and those of them that wait already do
	// so too: they are in the very next call of their zone. They count as those of the sequence do. When no Submit goes on
	// nobody reads, so whoever sends must be able to stop. nil is none.
	Urgent <-chan Target

	// OnReceipt is called with the answer to each batch, one at a time; nil is not. It must not call the Submitter.
	OnReceipt func(Receipt)
	// OnTarget is called once for each target when it is known what became of it: Accepted, Refused, Unknown or
	// Deferred, and why. One at a time; it must not call the Submitter. A panic in either stops the run as an error.
	OnTarget func(t Target, s State, reason string)

	once   sync.Once
	paced  *pace
	polls  *rate.Limiter // of the listing of tasks
	budget *budget
}

// Submit sends the targets, batches of one zone in the order in which they come, several zones side by side. It returns
// when it is known of each target what became of it: the counts of the Summary add up to the targets, whatever the
// error. A URL that comes again is not sent again, nor is one that an earlier crash left accepted.
//
// The error is nil when nothing but the quota stopped it, and when only single targets were refused. Otherwise it joins
// what stopped a zone or all: an *Error of the API, a *JournalError, or the cause of ctx.
//
// When ctx ends, the calls under way are given Grace to finish and are settled; what is left is Deferred. The sequence
// is read to its end even so, because what is not sent is counted too.
func (s *Submitter) Submit(ctx context.Context, targets iter.Seq[Target]) (Summary, error) {
	s.prepare()
	r := newRun(ctx, s)
	defer r.abort()
	r.settleEarlier()
	r.listen()
	for t := range targets {
		r.add(t)
	}
	r.end()
	return r.summary, r.err()
}

// Reconcile asks the service what became of the batches that an earlier crash or lost answer left without an outcome,
// and settles them: a URL that the service has a task for is Accepted, any other Deferred, as it was never taken. It
// waits until Propagation has passed since they were sent. Call it before planning, so that what is found accepted is
// not planned again; Submit does so itself.
//
// What cannot be told, as the service does not answer, stays Unknown, and the error says why.
func (s *Submitter) Reconcile(ctx context.Context) (Summary, error) {
	s.prepare()
	r := newRun(ctx, s)
	defer r.abort()
	r.settleEarlier()
	for url, e := range r.earlier {
		r.report(Target{URL: url, Zone: e.zone, Cost: e.cost}, e.state, e.reason)
	}
	r.end()
	return r.summary, r.err()
}

// Quota reads what the zone may still spend, at the common pace and with retries.
func (s *Submitter) Quota(ctx context.Context, zone string) (Quota, error) {
	s.prepare()
	var quota Quota
	err := s.read(ctx, func(ctx context.Context) (err error) {
		quota, err = s.API.Quota(ctx, zone)
		return err
	})
	return quota, err
}

// Tasks lists all that match, page by page, at the common pace and with retries. Offset and Limit of the query may be 0.
// An error ends it.
func (s *Submitter) Tasks(ctx context.Context, q TaskQuery) iter.Seq2[Task, error] {
	return func(yield func(Task, error) bool) {
		s.prepare()
		for page, err := range s.pages(ctx, q) {
			if err != nil {
				yield(Task{}, err)
				return
			}
			for _, t := range page.tasks {
				if !yield(t, nil) {
					return
				}
			}
		}
	}
}

func (s *Submitter) prepare() {
	s.once.Do(func() {
		limiter := s.Limiter
		if limiter == nil {
			limiter = NewLimiter(20)
		}
		s.paced = newPace(limiter)
		s.polls = rate.NewLimiter(limiter.Limit()*pollShare, pollBurst)
		s.budget = newBudget()
	})
}

func (s *Submitter) batchSize() int {
	if s.BatchSize <= 0 || s.BatchSize > MaxBatch {
		return MaxBatch
	}
	return s.BatchSize
}

func (s *Submitter) retries() int {
	if s.Retries == 0 {
		return defaultRetries
	}
	return max(s.Retries, 0)
}

func (s *Submitter) timeout() time.Duration     { return orDefault(s.Timeout, defaultTimeout) }
func (s *Submitter) grace() time.Duration       { return orDefault(s.Grace, defaultGrace) }
func (s *Submitter) propagation() time.Duration { return orDefault(s.Propagation, defaultPropagation) }
func (s *Submitter) gather() time.Duration      { return orDefault(s.Gather, defaultGather) }

func orDefault(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}

package fleet

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/postgres"
)

const (
	// giveBackAfter is when a job gives back what it has not begun: where a host is slow, less is lost by a kill, and others
	// may help.
	giveBackAfter = time.Minute
	// fetchTries is how often the crawler asks for one document, each time for crawl.timeout.
	fetchTries = 3
	// leastTimeout bounds a job of few documents, which wait for those of other jobs where a host wants seconds between two
	// requests.
	leastTimeout = 15 * time.Minute
	// rescueAfter is added to the time-out of the longest job for River's own rescue, which is for workers that hang.
	rescueAfter = 15 * time.Minute
)

// errFenced ends a job that is not this worker's any more. River writes down nothing of a job that does not run.
var errFenced = errors.New("another worker has the job, as this one was not heard of for too long")

// timeout is how long a job of so many documents may take: as if they came one after the other, and each at its last try.
func timeout(documents int, fetch time.Duration) time.Duration {
	return max(leastTimeout, giveBackAfter+time.Duration(documents)*fetchTries*fetch)
}

// jobArgs are the args of one of our kinds.
type jobArgs interface {
	river.JobArgs
	batch() batchArgs
}

// job does the jobs of one kind.
type job[A jobArgs] struct {
	river.WorkerDefaults[A]
	member *member
}

// Timeout bounds a job by its documents.
func (j *job[A]) Timeout(r *river.Job[A]) time.Duration {
	return timeout(r.Args.batch().Documents, j.member.Fetch)
}

// NextRetry is soon: a job fails when the database does, which is mended soon or not.
func (j *job[A]) NextRetry(r *river.Job[A]) time.Time {
	return soon(r.Attempt)
}

func soon(attempt int) time.Time { return time.Now().Add(time.Duration(attempt) * time.Second) }

// Work opens the documents and settles what came of them.
func (j *job[A]) Work(ctx context.Context, r *river.Job[A]) error {
	m, args := j.member, r.Args.batch()
	part, release, err := m.parts.take(ctx, args.Crawl)
	if errors.Is(err, errEnded) {
		return river.JobCancel(err)
	}
	if err != nil {
		return err
	}
	defer release()
	documents, err := part.frontier.batch(ctx, m.pool, args.Batch)
	if err != nil {
		return err
	}
	done := m.open(ctx, part, documents)
	if err := context.Cause(ctx); err != nil {
		return err
	}
	err = m.within(ctx, fence{r.ID, r.Attempt, m.id}, func(tx postgres.Tx) error {
		return settle(ctx, tx, part, r.Kind, done, completion(ctx, r))
	})
	if errors.Is(err, errEnded) {
		return river.JobCancel(err)
	}
	return err
}

// completion marks a job as done, in a transaction.
func completion[A river.JobArgs](ctx context.Context, r *river.Job[A]) func(postgres.Tx) error {
	return func(tx postgres.Tx) error {
		_, err := river.JobCompleteTx[*riverDriver](ctx, tx, r)
		return err
	}
}

// done is what came of a job's documents.
type done struct {
	mu     sync.Mutex
	opened int
	memos  []ledger.Noted
	led    []crawler.Pending
	// rest are those that were not begun.
	rest []key
}

// open opens the documents, as many at once as this worker may, until it is time to give the rest back.
func (m *member) open(ctx context.Context, part *part, documents []waiting) *done {
	d := &done{}
	end := time.NewTimer(giveBackAfter)
	defer end.Stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	for i, w := range documents {
		select {
		case m.slots <- struct{}{}:
		case <-ctx.Done():
			return d
		case <-m.draining:
			return d.giveBack(documents[i:])
		case <-end.C:
			return d.giveBack(documents[i:])
		}
		wg.Go(func() {
			defer func() { <-m.slots }()
			d.open(ctx, part, w)
		})
	}
	return d
}

func (d *done) giveBack(documents []waiting) *done {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range documents {
		d.rest = append(d.rest, w.key)
	}
	return d
}

// open opens one document. What was begun and did not come to its end fails the job.
func (d *done) open(ctx context.Context, part *part, w waiting) {
	c := &collector{}
	var led []crawler.Pending
	for p, err := range part.share.Open(c.with(ctx), w.Pending) {
		if err != nil {
			part.log.Warn("a document cannot be opened", "error", err)
			break
		}
		led = append(led, p)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened++
	d.memos = append(d.memos, c.memos...)
	d.led = append(d.led, led...)
}

// fence is what a job's row must still say.
type fence struct {
	id      int64
	attempt int
	worker  string
}

const (
	checkFence = `SELECT state = 'running' AND attempt = $2 AND attempted_by[array_upper(attempted_by, 1)] = $3
		FROM river_job WHERE id = $1 FOR UPDATE`
	// settleInTime has the server end the transaction of a worker whose machine sleeps in the midst of it, with the locks that
	// all others wait for.
	settleInTime = `SET LOCAL idle_in_transaction_session_timeout = '5s'`

	readCounts  = `SELECT most - found, room FROM fleet_crawls WHERE id = $1`
	countOpened = `UPDATE fleet_crawls SET found = found + $2, opened = opened + $3, room = room - $4, touched = clock_timestamp()
		WHERE id = $1`
)

// check returns errFenced when the job is not ours any more.
func (f fence) check(ctx context.Context, tx postgres.Tx) error {
	var holds bool
	err := tx.QueryRow(ctx, checkFence, f.id, f.attempt, f.worker).Scan(&holds)
	if errors.Is(err, postgres.ErrNoRows) || err == nil && !holds {
		return errFenced
	}
	return err
}

// within writes down what came of a job, and that it is complete, in one transaction, if the job is still ours.
func (m *member) within(ctx context.Context, f fence, write func(postgres.Tx) error) error {
	tx, err := m.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) // after Commit it does nothing
	if _, err := tx.Exec(ctx, settleInTime); err != nil {
		return err
	}
	if err := f.check(ctx, tx); err != nil {
		return err
	}
	if err := write(tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// settle writes down what came of a job. The row of the crawl, which all jobs count in, is its last.
func settle(ctx context.Context, tx postgres.Tx, part *part, kind string, d *done, complete func(postgres.Tx) error) error {
	var most, room int64
	err := tx.QueryRow(ctx, readCounts, part.crawl).Scan(&most, &room)
	if errors.Is(err, postgres.ErrNoRows) {
		return errEnded
	}
	if err != nil {
		return err
	}
	d.fit(room)
	grown, err := ledger.RememberIn(ctx, tx, part.crawl, d.memos)
	if err != nil {
		return err
	}
	found, err := part.frontier.add(ctx, tx, d.led, most)
	if err != nil {
		return fmt.Errorf("add to the frontier: %w", err)
	}
	if err := part.frontier.giveBack(ctx, tx, kind, d.rest); err != nil {
		return fmt.Errorf("give documents back: %w", err)
	}
	if err := complete(tx); err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, countOpened, part.crawl, found, d.opened, grown)
	if err == nil && tag.RowsAffected() == 0 {
		err = errEnded
	}
	return err
}

// fit leaves out what there is no room for, which the coordinator then asks for.
func (d *done) fit(room int64) {
	weight, kept := int64(0), d.memos[:0]
	for _, memo := range d.memos {
		n := int64(len(memo.Listing))
		if n > crawler.MaxListing || weight+n > room && n > 0 {
			continue
		}
		weight += n
		kept = append(kept, memo)
	}
	d.memos = kept
}

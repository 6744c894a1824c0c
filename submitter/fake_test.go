package submitter_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/submitter"
)

// service is an API in memory that does what EdgeOne does, and what a test scripts beside.
type service struct {
	// quota by zone; a zone that is missing has enough.
	quota map[string]*submitter.Quota
	// latency is how long a call takes to arrive, and as long again for its answer.
	latency func() time.Duration
	// visible is how long a task takes to be listed.
	visible time.Duration
	// before is asked whether the n-th Prefetch, from 1, is refused.
	before func(n int, b submitter.Batch) error
	// after is asked whether the answer to the n-th Prefetch, which was accepted, is lost.
	after func(n int, b submitter.Batch) error
	// refuse has the reasons of URLs that go on the FailedList.
	refuse map[string]string
	// onTasks and onQuota are asked whether the call fails.
	onTasks, onQuota func() error

	mu      sync.Mutex
	arrived []time.Time
	batches []submitter.Batch
	tasks   []submitter.Task
	n       int
}

func (s *service) travel(ctx context.Context) error {
	if s.latency == nil {
		return ctx.Err()
	}
	select {
	case <-time.After(s.latency()):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// arrive is a call reaching the server; the answer travels when the function is called.
func (s *service) arrive(ctx context.Context) error {
	if err := s.travel(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	s.arrived = append(s.arrived, time.Now())
	s.mu.Unlock()
	return nil
}

func (s *service) Prefetch(ctx context.Context, b submitter.Batch) (submitter.Receipt, error) {
	if err := s.arrive(ctx); err != nil {
		return submitter.Receipt{}, err
	}
	receipt, err := s.prefetch(b)
	if traveled := s.travel(ctx); traveled != nil {
		return submitter.Receipt{}, traveled
	}
	return receipt, err
}

func (s *service) prefetch(b submitter.Batch) (submitter.Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	if s.before != nil {
		if err := s.before(s.n, b); err != nil {
			return submitter.Receipt{}, err
		}
	}
	if q := s.quota[b.Zone]; q != nil {
		if len(b.URLs) > q.Batch {
			return submitter.Receipt{}, code("LimitExceeded.BatchQuota")
		}
		if b.Units() > q.Available {
			return submitter.Receipt{}, code("LimitExceeded.DailyQuota")
		}
		q.Available -= b.Units()
	}
	job := fmt.Sprint("job-", s.n)
	receipt := submitter.Receipt{JobID: job, RequestID: fmt.Sprint("request-", s.n)}
	s.batches = append(s.batches, b)
	for _, u := range b.URLs {
		if reason, ok := s.refuse[u]; ok {
			receipt.Failed = append(receipt.Failed, submitter.Failure{URL: u, Reason: reason})
			continue
		}
		s.tasks = append(s.tasks, submitter.Task{JobID: job, URL: u, Status: "processing", Created: time.Now()})
	}
	if s.after != nil {
		if err := s.after(s.n, b); err != nil {
			return submitter.Receipt{}, err
		}
	}
	return receipt, nil
}

func (s *service) Quota(ctx context.Context, zone string) (submitter.Quota, error) {
	if err := s.arrive(ctx); err != nil {
		return submitter.Quota{}, err
	}
	defer func() { _ = s.travel(ctx) }()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.onQuota != nil {
		if err := s.onQuota(); err != nil {
			return submitter.Quota{}, err
		}
	}
	if q := s.quota[zone]; q != nil {
		return *q, nil
	}
	return submitter.Quota{Batch: 1000, Daily: 1e9, Available: 1e9}, nil
}

func (s *service) Tasks(ctx context.Context, q submitter.TaskQuery) ([]submitter.Task, int, error) {
	if err := s.arrive(ctx); err != nil {
		return nil, 0, err
	}
	defer func() { _ = s.travel(ctx) }()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.onTasks != nil {
		if err := s.onTasks(); err != nil {
			return nil, 0, err
		}
	}
	if q.Limit < 1 || q.Limit > 1000 || q.To.Sub(q.From) > 7*24*time.Hour {
		return nil, 0, code("InvalidParameter")
	}
	var tasks []submitter.Task
	for _, t := range s.tasks {
		seen := time.Since(t.Created) >= s.visible
		if seen && !t.Created.Before(q.From) && !t.Created.After(q.To) && (q.Target == "" || q.Target == t.URL) {
			tasks = append(tasks, t)
		}
	}
	total := len(tasks)
	tasks = tasks[min(q.Offset, total):]
	return slices.Clone(tasks[:min(q.Limit, len(tasks))]), total, nil
}

func code(code string) error { return &submitter.Error{Op: "CreatePrefetchTask", Code: code} }

var errCut = errors.New("connection reset by peer")

// accepted are the URLs that were, in order; one that was twice is there twice.
func (s *service) accepted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	urls := make([]string, len(s.tasks))
	for i, t := range s.tasks {
		urls[i] = t.URL
	}
	return urls
}

// densest is the most calls that arrived in any second, its end left out.
func (s *service) densest() int {
	slices.SortFunc(s.arrived, time.Time.Compare)
	most, first := 0, 0
	for i, at := range s.arrived {
		for at.Sub(s.arrived[first]) >= time.Second {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// targets makes n of them in a zone; their URLs have the zone's name and their place.
func targets(zone string, n int) []submitter.Target {
	all := make([]submitter.Target, n)
	for i := range all {
		all[i] = submitter.Target{URL: urlOf(zone, i), Zone: zone, Cost: 1}
	}
	return all
}

func urlOf(zone string, i int) string { return fmt.Sprintf("https://%s.example.com/%06d.ts", zone, i) }

func urlsOf(targets []submitter.Target) []string {
	urls := make([]string, len(targets))
	for i, t := range targets {
		urls[i] = t.URL
	}
	return urls
}

// wantTally checks the counts, and that they are all of the targets.
func wantTally(t *testing.T, got submitter.Summary, want submitter.Tally) {
	t.Helper()
	if got.Tally != want {
		t.Errorf("got %+v, want %+v", got.Tally, want)
	}
	var zones submitter.Tally
	for _, z := range got.Zones {
		zones.Accepted += z.Accepted
		zones.Failed += z.Failed
		zones.Unknown += z.Unknown
		zones.Deferred += z.Deferred
	}
	if zones != got.Tally {
		t.Errorf("the zones have %+v, all have %+v", zones, got.Tally)
	}
}

func wantURLs(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %d URLs, want %d", what, len(got), len(want))
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Errorf("the first that differs is %d: got %s, want %s", i, got[i], want[i])
				break
			}
		}
	}
}

// spelled is a service with a FailedList of its own.
type spelled struct {
	*service
	failed []submitter.Failure
}

func (s spelled) Prefetch(context.Context, submitter.Batch) (submitter.Receipt, error) {
	return submitter.Receipt{JobID: "job", Failed: s.failed}, nil
}

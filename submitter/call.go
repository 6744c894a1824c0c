package submitter

import (
	"context"
	"fmt"
	"iter"
	"time"
)

const (
	// tasksPage is how many tasks one request lists, the most that the API allows.
	tasksPage = 1000
	// maxTaskPages bounds the pages of one listing, a million tasks: no quota day has as many.
	maxTaskPages = 1000
)

// guarded is op with a panic in it made an error: of a call that ended so, the outcome is unknown.
func guarded(ctx context.Context, op func(context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("submitter: the API panicked: %v", v)
		}
	}()
	return op(ctx)
}

// read makes a call that only reads: at the pace, bounded by the time-out, made again while that may help.
func (s *Submitter) read(ctx context.Context, op func(context.Context) error) error {
	tries := tries{s: s}
	for {
		err := s.readOnce(ctx, op)
		if err == nil {
			s.paced.brake.recover()
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := tries.again(ctx, err); err != nil {
			return err
		}
	}
}

func (s *Submitter) readOnce(ctx context.Context, op func(context.Context) error) error {
	slot, err := s.paced.wait(ctx)
	if err != nil {
		return err
	}
	defer slot.finish()
	ctx, cancel := context.WithTimeout(ctx, s.timeout())
	defer cancel()
	return guarded(ctx, op)
}

// outlive is ctx for a call that spends: it goes on when ctx ends, for as long as grace says, and never longer than the
// time-out. The function ends it, and waits for what it started.
func (s *Submitter) outlive(ctx context.Context) (context.Context, func()) {
	call, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.timeout())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-call.Done():
			return
		case <-ctx.Done():
		}
		grace := time.NewTimer(s.grace())
		defer grace.Stop()
		select {
		case <-call.Done():
		case <-grace.C:
			cancel()
		}
	}()
	return call, func() { cancel(); <-ended }
}

// page is one page of tasks.
type page struct {
	tasks []Task
	// total is how many match in all, as of this page.
	total int
}

// pages lists the pages of tasks that match.
func (s *Submitter) pages(ctx context.Context, q TaskQuery) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		if q.Limit <= 0 || q.Limit > tasksPage {
			q.Limit = tasksPage
		}
		for range maxTaskPages {
			if err := waitLimiter(ctx, s.polls); err != nil {
				yield(page{}, err)
				return
			}
			var p page
			err := s.read(ctx, func(ctx context.Context) (err error) {
				p.tasks, p.total, err = s.API.Tasks(ctx, q)
				return err
			})
			if err != nil {
				yield(page{}, err)
				return
			}
			q.Offset += len(p.tasks)
			if !yield(p, nil) || len(p.tasks) == 0 || q.Offset >= p.total {
				return
			}
		}
		yield(page{}, fmt.Errorf("submitter: zone %s lists more than %d pages of tasks", q.Zone, maxTaskPages))
	}
}

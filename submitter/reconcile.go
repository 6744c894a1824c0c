package submitter

import (
	"context"
	"fmt"
	"time"
)

const (
	// maxSkew is how far the clocks of the service and this machine may be apart; a signature of more is refused.
	maxSkew = 5 * time.Minute
	// maxTaskWindow of one listing is just within the API's 7 days.
	maxTaskWindow = 7*24*time.Hour - time.Minute
	// firstLook and lastLook bound the wait between two looks at the tasks, which doubles.
	firstLook = time.Second
	lastLook  = 15 * time.Second
)

// lost settles a batch whose answer was lost: first as unknown, then as the service's tasks tell. It returns what was
// not taken, to be sent again.
func (z *zone) lost(ctx context.Context, b Batch, group []Target, cause error) ([]Target, error) {
	unknown := Outcome{States: fill(len(group), Unknown), Err: cause}
	if err := z.run.settle(ctx, b, unknown); err != nil {
		return nil, z.giveUp(b, group, err)
	}
	found, err := z.run.s.lookFor(ctx, b, time.Now().Add(z.run.s.propagation()))
	if err != nil {
		if ctx.Err() != nil {
			z.giveUp(b, group, cause)
			return nil, context.Cause(ctx)
		}
		return nil, z.giveUp(b, group, fmt.Errorf("the tasks could not be listed: %w; the answer was lost: %w", err, cause))
	}
	outcome := found.outcome(b, Planned)
	if err := z.run.settle(ctx, b, outcome); err != nil {
		return nil, z.giveUp(b, group, err)
	}
	var rest []Target
	if outcome.Receipt.Accepted > 0 {
		z.run.receipt(outcome.Receipt)
	}
	for i, t := range group {
		if outcome.States[i] == Accepted {
			z.spent(b.Cost(i))
			z.run.report(t, Accepted, "")
			continue
		}
		rest = append(rest, t)
	}
	return rest, nil
}

// giveUp leaves the batch unknown: a later run reconciles it. It returns err.
func (z *zone) giveUp(b Batch, group []Target, err error) error {
	z.spent(b.Units())
	z.reportAll(group, Unknown, err.Error())
	return err
}

// settleEarlier reconciles what earlier runs left without an outcome, and keeps it in r.earlier.
func (r *run) settleEarlier() {
	if r.s.Journal == nil {
		return
	}
	batches, err := r.s.Journal.Unsettled(r.ctx)
	if err != nil {
		r.fail(&JournalError{Op: "unsettled", Err: err})
		return
	}
	for _, b := range batches {
		r.settleBatch(b)
	}
}

func (r *run) settleBatch(b Batch) {
	now := time.Now()
	until := b.Sent.Add(r.s.propagation())
	if latest := now.Add(r.s.propagation()); until.After(latest) { // the clock was set back
		until = latest
	}
	found, err := r.s.lookFor(r.ctx, b, until)
	if err != nil {
		r.keepUnknown(b, err)
		return
	}
	outcome := found.outcome(b, Deferred)
	if err := r.settle(r.ctx, b, outcome); err != nil {
		r.keepUnknown(b, err)
		r.fail(err)
		return
	}
	if outcome.Receipt.Accepted > 0 {
		r.receipt(outcome.Receipt)
	}
	for i, u := range b.URLs {
		r.earlier[u] = earlier{b.Zone, "found among the service's tasks", b.Cost(i), outcome.States[i]}
	}
}

func (r *run) keepUnknown(b Batch, err error) {
	reason := "what became of it could not be asked for: " + err.Error()
	for i, u := range b.URLs {
		r.earlier[u] = earlier{b.Zone, reason, b.Cost(i), Unknown}
	}
	switch {
	case r.ctx.Err() != nil:
	case ClassOf(err) == ClassUnauthorized:
		r.fail(fmt.Errorf("zone %s: %w", b.Zone, err))
	default:
		r.note(fmt.Errorf("zone %s: %w", b.Zone, err))
	}
}

// lookFor asks the service for tasks of the batch until all its targets are found, or until says that none can appear
// any more.
func (s *Submitter) lookFor(ctx context.Context, b Batch, until time.Time) (*sighting, error) {
	found := newSighting(b)
	for wait := firstLook; ; wait = min(2*wait, lastLook) {
		last := !time.Now().Before(until)
		if err := s.look(ctx, b, found); err != nil {
			return nil, err
		}
		if last || found.all() {
			return found, nil
		}
		if err := sleep(ctx, min(wait, max(time.Until(until), 0)), nil); err != nil {
			return nil, err
		}
	}
}

// look lists the tasks created about when the batch was sent. Where that would take more requests than to ask for each
// target that is missing, it asks for those.
func (s *Submitter) look(ctx context.Context, b Batch, found *sighting) error {
	q := TaskQuery{Zone: b.Zone, From: b.Sent.Add(-maxSkew), To: time.Now().Add(maxSkew)}
	if latest := q.From.Add(maxTaskWindow); q.To.After(latest) {
		q.To = latest
	}
	listed := 0
	for p, err := range s.pages(ctx, q) {
		if err != nil {
			return err
		}
		found.add(p.tasks)
		listed += len(p.tasks)
		if found.all() {
			return nil
		}
		if missing := found.missing(); (p.total-listed)/tasksPage > len(missing) {
			return s.lookEach(ctx, q, missing, found)
		}
	}
	return nil
}

func (s *Submitter) lookEach(ctx context.Context, q TaskQuery, urls []string, found *sighting) error {
	for _, q.Target = range urls {
		for p, err := range s.pages(ctx, q) {
			if err != nil {
				return err
			}
			found.add(p.tasks)
		}
	}
	return nil
}

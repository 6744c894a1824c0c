package submitter

import (
	"context"
	"crypto/rand"
	"errors"
	"time"
)

// newBatch makes a batch with a name of its own.
func newBatch(zone string, group []Target) Batch {
	b := Batch{ID: rand.Text(), Zone: zone, URLs: make([]string, len(group)), Costs: make([]int, len(group))}
	for i, t := range group {
		b.URLs[i], b.Costs[i] = t.URL, t.Cost
	}
	return b
}

// send makes the calls for one group of targets until it is known what became of each: reported, or put back to be cut
// once more. The slot is that of the first call. An error ends the zone.
func (z *zone) send(ctx context.Context, group []Target, slot *slot) error {
	tries := tries{s: z.run.s}
	z.run.s.budget.earn()
	b := newBatch(z.name, group)
	for {
		receipt, err := z.call(ctx, &b, slot)
		slot = nil // the next call waits for its own
		if err == nil {
			z.run.s.paced.brake.recover()
			return z.accepted(ctx, b, group, receipt)
		}
		if notSent, ok := errors.AsType[*notSentError](err); ok {
			z.putBack(group)
			return notSent.err
		}
		if ClassOf(err) == ClassUnknown {
			lost := err
			if group, err = z.lost(ctx, b, group, lost); err != nil || len(group) == 0 {
				return err
			}
			err, b = lost, newBatch(z.name, group)
		} else if done, err := z.refused(ctx, b, group, err); done || err != nil {
			return err
		}
		if err := tries.again(ctx, err); err != nil {
			z.putBack(group)
			return err
		}
	}
}

// notSentError is why a call was not made at all.
type notSentError struct{ err error }

func (e *notSentError) Error() string { return e.err.Error() }

// call sends the batch once: when the pace lets it go, which a slot says that it does, and after its intent is committed.
func (z *zone) call(ctx context.Context, b *Batch, slot *slot) (_ Receipt, err error) {
	s := z.run.s
	if slot == nil {
		if slot, err = s.paced.wait(ctx); err != nil {
			return Receipt{}, &notSentError{err}
		}
	}
	defer slot.finish()
	b.Sent = time.Now()
	b.Attempts++
	if err := z.run.intend(ctx, *b); err != nil {
		return Receipt{}, &notSentError{err}
	}
	z.run.countCall()
	ctx, end := s.outlive(ctx)
	defer end()
	var receipt Receipt
	err = guarded(ctx, func(ctx context.Context) (err error) {
		receipt, err = s.API.Prefetch(ctx, *b)
		return err
	})
	return receipt, err
}

// accepted settles a batch that was answered: all are accepted but those on the list of the failed.
func (z *zone) accepted(ctx context.Context, b Batch, group []Target, receipt Receipt) error {
	reasons := newMatcher(b.URLs)
	receipt.Failed = append([]Failure{}, receipt.Failed...)
	for i, f := range receipt.Failed {
		if place, ok := reasons.match(f.URL, f.Reason); ok {
			receipt.Failed[i].URL = b.URLs[place]
		}
	}
	states, units, n := make([]State, len(group)), 0, 0
	for i := range group {
		states[i] = Accepted
		if _, failed := reasons.found[i]; failed {
			states[i] = Refused
			continue
		}
		units += b.Cost(i)
		n++
	}
	receipt.Batch, receipt.Zone, receipt.Accepted, receipt.Attempts = b.ID, b.Zone, n, b.Attempts
	z.spent(units)
	if err := z.run.settle(ctx, b, Outcome{Receipt: receipt, States: states}); err != nil {
		z.reportAll(group, Unknown, err.Error())
		return err
	}
	z.run.receipt(receipt)
	for i, t := range group {
		z.run.report(t, states[i], reasons.found[i])
	}
	return nil
}

// refused settles a batch of which nothing was taken, and does what its error asks for. It reports whether the group is
// done with; else it is to be sent again.
func (z *zone) refused(ctx context.Context, b Batch, group []Target, err error) (done bool, _ error) {
	class := ClassOf(err)
	if class == ClassBadTarget && len(group) == 1 {
		return true, z.named(ctx, b, group[0], err)
	}
	outcome := Outcome{Receipt: Receipt{RequestID: requestID(err)}, States: fill(len(group), Planned), Err: err}
	if err := z.run.settle(ctx, b, outcome); err != nil {
		z.putBack(group)
		return true, err
	}
	switch class {
	case ClassRetry, ClassSlowDown:
		return false, nil
	case ClassBadTarget:
		half := len(group) / 2
		z.groups = append([][]Target{group[:half], group[half:]}, z.groups...)
		return true, nil
	}
	z.putBack(group)
	switch {
	case class == ClassBatchQuota && len(group) > 1:
		z.halved = len(group) / 2
		return true, z.readQuota(ctx)
	case class == ClassDailyQuota:
		return true, z.quotaSpent(ctx, b.Units())
	}
	return true, err
}

// named refuses the one target that a batch was refused for.
func (z *zone) named(ctx context.Context, b Batch, t Target, err error) error {
	reason := reasonOf(err)
	receipt := Receipt{
		Batch: b.ID, Zone: b.Zone, RequestID: requestID(err), Failed: []Failure{{t.URL, reason}}, Attempts: b.Attempts,
	}
	if err := z.run.settle(ctx, b, Outcome{Receipt: receipt, States: []State{Refused}, Err: err}); err != nil {
		z.putBack([]Target{t})
		return err
	}
	z.run.receipt(receipt)
	z.run.report(t, Refused, reason)
	return nil
}

// quotaSpent reads what is left when the service says that it is less than the batch: somebody else may have spent, so
// a smaller batch may still go. It is not when there is as much left as was asked for, whatever that means.
func (z *zone) quotaSpent(ctx context.Context, units int) error {
	if err := z.readQuota(ctx); err != nil {
		return err
	}
	if z.left >= units {
		return ErrQuotaSpent
	}
	return nil
}

func (z *zone) reportAll(group []Target, s State, reason string) {
	for _, t := range group {
		z.run.report(t, s, reason)
	}
}

func fill(n int, s State) []State {
	states := make([]State, n)
	for i := range states {
		states[i] = s
	}
	return states
}

// reasonOf is the service's own words.
func reasonOf(err error) string {
	e, ok := errors.AsType[*Error](err)
	switch {
	case !ok:
		return err.Error()
	case e.Code != "" && e.Message != "":
		return e.Code + ": " + e.Message
	case e.Code+e.Message != "":
		return e.Code + e.Message
	}
	return e.Error()
}

func requestID(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.RequestID
	}
	return ""
}

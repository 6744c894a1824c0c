package submitter

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// ErrQuotaSpent is what ends a zone whose quota does not reach for the next target. A Submitter.AwaitQuota that waits no
// longer returns it.
var ErrQuotaSpent = errors.New("the day's quota is spent")

// zone sends the targets of one zone, one call at a time, in order. Its goroutine owns it.
type zone struct {
	run  *run
	name string
	in   *queue

	done chan struct{} // closed when it is known what became of all

	// urgent are cut before all others; then the groups, which are batches that are already cut; then pending.
	urgent, pending []Target
	groups          [][]Target
	// size is the most targets of a batch, halved the size that the service found too large; 0 is not halved.
	size, halved int
	// left is what may still be spent, in units; units is what was.
	left, units int
	// sinceRead is what was spent since the quota was read.
	sinceRead int
}

// work sends all targets; what it cannot send it defers.
func (z *zone) work() {
	defer close(z.done)
	err := z.spend(z.run.ctx)
	reason := ""
	switch {
	case err == nil:
	case errors.Is(err, ErrQuotaSpent):
		reason = err.Error()
		z.run.zoneSummary(z.name, func(s *ZoneSummary) { s.QuotaSpent = true })
	case z.run.ctx.Err() != nil && errors.Is(err, context.Cause(z.run.ctx)):
		reason = "the run was stopped: " + context.Cause(z.run.ctx).Error()
	default:
		reason = err.Error()
		z.stop(err)
	}
	z.deferRest(reason)
}

// stop says why the zone cannot go on, and stops the others where that holds for them too.
func (z *zone) stop(err error) {
	var journal *JournalError
	err = fmt.Errorf("zone %s: %w", z.name, err)
	if ClassOf(err) == ClassUnauthorized || errors.As(err, &journal) {
		z.run.fail(err)
		return
	}
	z.run.note(err)
}

// spend sends batch after batch.
func (z *zone) spend(ctx context.Context) error {
	if err := z.readQuota(ctx); err != nil {
		return err
	}
	for {
		if !z.await() {
			return nil
		}
		err := z.next(ctx)
		if errors.Is(err, ErrQuotaSpent) {
			err = z.more(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// await waits until there is something to send, and reports whether there is: false ends the zone.
func (z *zone) await() bool {
	for {
		if len(z.urgent)+len(z.groups) == 0 {
			z.in.await(z.size-len(z.pending), len(z.pending) > 0, z.run.s.gather())
		}
		if z.urgent = z.in.takeUrgent(z.urgent); len(z.urgent)+len(z.groups)+len(z.pending) > 0 {
			return true
		}
		if z.pending = z.in.take(z.pending, z.size); len(z.pending) > 0 {
			return true
		}
		if z.in.finish() {
			return false
		}
	}
}

// next sends a batch, which is cut when the pace lets it go: what is urgent and has come meanwhile is in it.
func (z *zone) next(ctx context.Context) error {
	if !z.reaches() {
		return ErrQuotaSpent
	}
	slot, err := z.run.s.paced.wait(ctx)
	if err != nil {
		return err
	}
	group := z.cut()
	if len(group) == 0 { // something urgent came that costs more than is left
		slot.finish()
		return ErrQuotaSpent
	}
	return z.send(ctx, group, slot)
}

// more looks for quota when what was read is spent: somebody may have been given more, or a new day begun, while we sent.
// Then it waits for the next day, if that is wanted.
func (z *zone) more(ctx context.Context) error {
	if z.sinceRead > 0 {
		if err := z.readQuota(ctx); err != nil || z.reaches() {
			return err
		}
	}
	for z.run.s.AwaitQuota != nil {
		if err := z.run.s.AwaitQuota(ctx, z.name); err != nil {
			return err
		}
		if err := z.readQuota(ctx); err != nil || z.reaches() {
			return err
		}
	}
	return ErrQuotaSpent
}

// reaches is whether what is left is enough for the next target.
func (z *zone) reaches() bool {
	next := z.pending
	switch {
	case len(z.urgent) > 0:
		next = z.urgent
	case len(z.groups) > 0:
		next = z.groups[0]
	}
	return len(next) == 0 || next[0].Cost <= z.left
}

// readQuota reads what may be spent, and how large a batch may be.
func (z *zone) readQuota(ctx context.Context) error {
	quota, err := z.run.s.Quota(ctx, z.name)
	if err != nil {
		return err
	}
	spent := z.units
	if journal, ok := z.run.s.Journal.(Spender); ok {
		if spent, err = journal.Spent(ctx, z.name); err != nil {
			return &JournalError{Op: "spent", Err: err}
		}
	}
	z.sinceRead = 0
	z.left = max(quota.Available, 0)
	if z.run.s.Allowance != nil {
		z.left = min(z.left, max(z.run.s.Allowance(z.name, quota), 0))
	}
	if quota.Daily > 0 {
		z.left = min(z.left, max(quota.Daily-spent, 0))
	}
	z.size = z.run.s.batchSize()
	for _, limit := range []int{quota.Batch, z.halved} {
		if limit > 0 {
			z.size = min(z.size, limit)
		}
	}
	z.run.zoneSummary(z.name, func(s *ZoneSummary) { s.Quota = quota })
	return nil
}

// cut takes the next batch, without waiting: none when the quota does not reach for the first. What is urgent goes by
// itself, so that no other target of the batch is why it is refused.
func (z *zone) cut() (group []Target) {
	z.urgent = z.in.takeUrgent(z.urgent)
	switch {
	case len(z.urgent) > 0:
		group, z.urgent = z.fit(z.urgent)
	case len(z.groups) > 0:
		group, z.groups = z.groups[0], z.groups[1:]
	default:
		z.pending = z.in.take(z.pending, z.size-len(z.pending))
		group, z.pending = z.fit(z.pending)
	}
	return group
}

// fit is how many of the targets go in one call.
func (z *zone) fit(targets []Target) (group, rest []Target) {
	units, n := 0, 0
	for n < min(z.size, len(targets)) && units+targets[n].Cost <= z.left && alike(targets[0], targets[n]) {
		units += targets[n].Cost
		n++
	}
	return slices.Clone(targets[:n]), targets[n:]
}

// alike is whether two targets may go in one call: those that the service resolves by itself go apart, since that is
// asked for a whole call.
func alike(a, b Target) bool { return (a.Cost > 1) == (b.Cost > 1) }

// putBack makes the targets the next to be cut.
func (z *zone) putBack(group []Target) {
	z.pending = slices.Concat(group, slices.Concat(z.groups...), z.pending)
	z.groups = nil
}

// deferRest reports all that was not sent, in order.
func (z *zone) deferRest(reason string) {
	z.putBack(nil)
	z.pending = slices.Concat(z.urgent, z.pending)
	for {
		for _, t := range z.pending {
			z.run.report(t, Deferred, reason)
		}
		if z.in.finish() {
			return
		}
		z.in.await(1, false, 0)
		z.pending = z.in.take(z.in.takeUrgent(z.pending[:0]), MaxBatch)
	}
}

// spent counts units against the quota.
func (z *zone) spent(units int) {
	z.left -= units
	z.units += units
	z.sinceRead += units
	z.run.zoneSummary(z.name, func(s *ZoneSummary) { s.Units += units })
}

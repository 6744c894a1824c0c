package warm

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

// purgeChunk is how many changed targets are purged at a time and warmed again before the next are, so that a site whose
// every page has changed is never all cold.
const purgeChunk = 200

// errNoPurge is said where nothing can be purged.
var errNoPurge = &HintError{unsupportedError("--purge needs account.api: edgeone"), "purge with the means of the cache, then run without it"}

// sendChanged submits a plan part by part: of each, what has changed is purged first, since a prefetch does not overwrite
// what is cached and has not expired. What could not be purged is not sent: it would spend units on what is old. What an
// earlier run has purged and not sent comes first, and is not purged again.
func (w *Warmer) sendChanged(ctx context.Context, l *ledger.Ledger, plan *planner.Plan, s *Summary, faults *int) error {
	w.told, w.planned = s.Submitted, s.Planned
	total := submitter.Summary{Zones: map[string]submitter.ZoneSummary{}}
	var errs []error
	left := slices.Collect(targetsOf(plan))
	slices.SortStableFunc(left, func(a, b submitter.Target) int { return w.changes.rank(a) - w.changes.rank(b) })
	p := &purger{w: w, ledger: l, summary: s, quotas: map[string]*submitter.Quota{}}
	done := map[string]bool{}
	isDone := func(t submitter.Target) bool { return done[t.URL] } // because it was urgent
	w.onDone = func(url string) { done[url] = true }
	defer func() { w.onDone = nil }()
	for len(left) > 0 {
		part := w.nextPart(left)
		left = slices.DeleteFunc(slices.Clone(left[len(part):]), isDone)
		kept, err := p.purge(ctx, part)
		errs = append(errs, err)
		if err := w.changes.keep(ctx, kept); err != nil {
			return err
		}
		sent, err := w.deliver(ctx, slices.Values(kept))
		sent.Deferred += len(part) - len(kept)
		total = added(total, sent)
		errs = append(errs, split(err)...)
		if ctx.Err() != nil || sent.QuotaSpent() || submitter.ClassOf(errors.Join(errs...)) == submitter.ClassUnauthorized || isJournal(err) {
			break
		}
	}
	left = slices.DeleteFunc(left, isDone)
	total.Deferred += len(left)
	return w.sent(ctx, l, total, errors.Join(errs...), s, faults)
}

// rank is 0 of what is cold already.
func (c *changes) rank(t submitter.Target) int {
	if c.isCold(t.URL) {
		return 0
	}
	return 1
}

func isJournal(err error) bool {
	_, ok := errors.AsType[*submitter.JournalError](err)
	return ok
}

// nextPart is the beginning of the targets with as many changed ones as are purged at a time.
func (w *Warmer) nextPart(targets []submitter.Target) []submitter.Target {
	changed := 0
	for i, t := range targets {
		if w.changes.has(t.URL) {
			changed++
		}
		if changed > purgeChunk {
			return targets[:i]
		}
	}
	return targets
}

// purger removes what has changed from the caches. The ledger is told before and after, so that a crash between a purge
// and the prefetch after it is known to the next run.
type purger struct {
	w       *Warmer
	ledger  *ledger.Ledger
	summary *Summary
	// quotas are what is left of each zone's for it; a zone that was not asked about is not in it.
	quotas map[string]*submitter.Quota
	// stale are those of the part that are in the caches still, as far as is known.
	stale map[string]bool
}

// noPurgeLimit is the quota of a service that does not tell.
var noPurgeLimit = submitter.Quota{Batch: purgeChunk, Available: math.MaxInt}

// purge removes the part's changed targets from the caches and leaves out of the others what it could not remove.
func (p *purger) purge(ctx context.Context, part []submitter.Target) (kept []submitter.Target, err error) {
	byZone := map[string][]submitter.Target{}
	for _, t := range part {
		if p.w.changes.has(t.URL) {
			byZone[t.Zone] = append(byZone[t.Zone], t)
		}
	}
	p.stale = map[string]bool{}
	var errs []error
	for _, zone := range slices.Sorted(maps.Keys(byZone)) {
		if err := p.purgeZone(ctx, zone, byZone[zone]); err != nil {
			errs = append(errs, &HintError{fmt.Errorf("zone %s: %w", zone, err), hintOf(err, "what has changed is deferred: run the same command again")})
		}
	}
	kept = slices.DeleteFunc(slices.Clone(part), func(t submitter.Target) bool { return p.stale[t.URL] })
	return kept, errors.Join(errs...)
}

// errPurgeQuota is said of a zone of which no more may be purged today.
var errPurgeQuota = errors.New("the day's quota for purging is spent")

// purgeZone purges as much as the zone's quota reaches for.
func (p *purger) purgeZone(ctx context.Context, zone string, targets []submitter.Target) error {
	q, err := p.quota(ctx, zone)
	if err != nil {
		p.keepStale(targets)
		return err
	}
	n := min(q.Available, len(targets))
	p.keepStale(targets[n:])
	q.Available -= n
	for batch := range slices.Chunk(targets[:n], max(q.Batch, 1)) {
		err = errors.Join(err, p.call(ctx, zone, batch))
	}
	if err == nil && n < len(targets) {
		err = errPurgeQuota
	}
	return err
}

// quota reads what is left of the zone's day, once.
func (p *purger) quota(ctx context.Context, zone string) (*submitter.Quota, error) {
	if q, ok := p.quotas[zone]; ok {
		return q, nil
	}
	q, err := p.w.submitter().PurgeQuota(ctx, zone)
	switch {
	case errors.Is(err, submitter.ErrNoPurgeQuota):
		q = noPurgeLimit
	case err != nil:
		return nil, err
	}
	p.quotas[zone] = &q
	return &q, nil
}

func (p *purger) keepStale(targets []submitter.Target) {
	for _, t := range targets {
		p.stale[t.URL] = true
	}
}

// call purges the targets in one call, or in two where one is refused that is too large or has a bad URL in it.
func (p *purger) call(ctx context.Context, zone string, targets []submitter.Target) error {
	if err := p.ledger.IntendPurge(ctx, targets); err != nil {
		p.keepStale(targets)
		return err
	}
	urls := make([]string, len(targets))
	for i, t := range targets {
		urls[i] = t.URL
	}
	receipt, err := p.w.submitter().Purge(ctx, submitter.Batch{ID: rand.Text(), Zone: zone, URLs: urls})
	class := submitter.ClassOf(err)
	if half := len(targets) / 2; half > 0 && (class == submitter.ClassBatchQuota || class == submitter.ClassBadTarget) {
		return errors.Join(p.call(ctx, zone, targets[:half]), p.call(ctx, zone, targets[half:]))
	}
	if err != nil {
		p.keepStale(targets)
		if lost := class == submitter.ClassUnknown || class == submitter.ClassRetry || ctx.Err() != nil; lost {
			return err // it is intended still, and purged again
		}
		return errors.Join(err, p.settle(ctx, "", nil, urls))
	}
	return p.removed(ctx, urls, receipt)
}

// removed takes down what a call removed, and what it refused.
func (p *purger) removed(ctx context.Context, urls []string, receipt submitter.Receipt) error {
	var refused []string
	for _, f := range receipt.Failed {
		refused = append(refused, f.URL)
		p.stale[f.URL] = true
		p.w.Watch.note("not purged: " + urlkey.Redact(f.URL) + ": " + f.Reason)
	}
	p.summary.Purged += receipt.Accepted
	done := slices.DeleteFunc(urls, func(url string) bool { return slices.Contains(refused, url) })
	return p.settle(ctx, receipt.JobID, done, refused)
}

// settle commits also when the run has been stopped meanwhile.
func (p *purger) settle(ctx context.Context, job string, removed, refused []string) error {
	return p.ledger.SettlePurge(context.WithoutCancel(ctx), job, removed, refused)
}

// added is what two submissions came to together.
func added(a, b submitter.Summary) submitter.Summary {
	a.Tally = sumOf(a.Tally, b.Tally)
	a.Calls += b.Calls
	for zone, z := range b.Zones {
		sum := a.Zones[zone]
		sum.Tally = sumOf(sum.Tally, z.Tally)
		sum.Units += z.Units
		sum.Quota, sum.QuotaSpent = z.Quota, sum.QuotaSpent || z.QuotaSpent
		a.Zones[zone] = sum
	}
	return a
}

func sumOf(a, b submitter.Tally) submitter.Tally {
	a.Accepted += b.Accepted
	a.Failed += b.Failed
	a.Unknown += b.Unknown
	a.Deferred += b.Deferred
	return a
}

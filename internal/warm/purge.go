package warm

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

// purgeChunk is how many changed targets are purged at a time and warmed again before the next are, so that a site whose
// every page has changed is never all cold.
const purgeChunk = 200

// errNoPurge is said where nothing can be purged.
var errNoPurge = &HintError{unsupportedError("--purge needs account.api: edgeone"), "purge with the means of the cache, then run without it"}

// sendChanged submits a plan part by part: of each, what has changed is purged first, since a prefetch does not overwrite
// what is cached and has not expired. What could not be purged is not sent: it would spend units on what is old.
func (w *Warmer) sendChanged(ctx context.Context, l *ledger.Ledger, plan *planner.Plan, s *Summary, faults *int) error {
	w.told, w.planned = s.Submitted, s.Planned
	total := submitter.Summary{Zones: map[string]submitter.ZoneSummary{}}
	var errs []error
	left := slices.Collect(targetsOf(plan))
	for len(left) > 0 {
		part := w.nextPart(left)
		left = left[len(part):]
		kept, err := w.purge(ctx, part, s)
		if err != nil {
			errs = append(errs, err)
		}
		sent, err := w.submitter().Submit(ctx, slices.Values(kept))
		sent.Deferred += len(part) - len(kept)
		total = added(total, sent)
		errs = append(errs, split(err)...)
		if ctx.Err() != nil || sent.QuotaSpent() || submitter.ClassOf(err) == submitter.ClassUnauthorized || isJournal(err) {
			break
		}
	}
	total.Deferred += len(left)
	return w.sent(ctx, l, total, errors.Join(errs...), s, faults)
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

// purge removes the changed targets from the caches, one call a zone, and leaves out of the others what it could not.
func (w *Warmer) purge(ctx context.Context, targets []submitter.Target, s *Summary) (kept []submitter.Target, err error) {
	byZone := map[string][]string{}
	for _, t := range targets {
		if w.changes.has(t.URL) {
			byZone[t.Zone] = append(byZone[t.Zone], t.URL)
		}
	}
	stale := map[string]bool{}
	var errs []error
	for _, zone := range slices.Sorted(maps.Keys(byZone)) {
		urls := byZone[zone]
		if err := w.limiter.Wait(ctx); err != nil {
			return nil, err
		}
		receipt, err := w.edge.Purge(ctx, submitter.Batch{ID: rand.Text(), Zone: zone, URLs: urls, Attempts: 1})
		if err != nil {
			errs = append(errs, &HintError{fmt.Errorf("zone %s: %w", zone, err), hintOf(err, "what has changed is deferred: run the same command again")})
			for _, url := range urls {
				stale[url] = true
			}
			continue
		}
		s.Purged += receipt.Accepted
		for _, f := range receipt.Failed {
			stale[f.URL] = true
			w.Watch.note("not purged: " + f.URL + ": " + f.Reason)
		}
	}
	kept = slices.DeleteFunc(slices.Clone(targets), func(t submitter.Target) bool { return stale[t.URL] })
	return kept, errors.Join(errs...)
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

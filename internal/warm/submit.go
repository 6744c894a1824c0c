package warm

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

// submitter returns the one that all calls of this Warmer go through, since it knows when the last ones arrived. Its
// journal is the ledger that was held when it was first asked for, none for commands that only ask.
func (w *Warmer) submitter() *submitter.Submitter {
	if w.sender != nil {
		return w.sender
	}
	w.sender = &submitter.Submitter{
		API: w.api, Limiter: w.limiter, Propagation: w.Config.Submit.Propagation,
		OnReceipt: w.OnReceipt, OnTarget: w.onTarget,
	}
	if w.byGet() {
		w.sender.Timeout, w.sender.Propagation = getBatch, getPropagation
	}
	if w.gate != nil {
		w.sender.Urgent = w.gate.to
	}
	if w.held != nil { // a nil *Ledger is a Journal that is not nil
		w.sender.Journal = w.held
	}
	return w.sender
}

func (w *Warmer) onTarget(t submitter.Target, state submitter.State, reason string) {
	w.watching.Lock()
	defer w.watching.Unlock()
	w.told++
	if w.onDone != nil && state != submitter.Deferred {
		w.onDone(t.URL)
	}
	if w.planned > 0 { // else the crawl is what is shown
		w.Watch.progress(StageSubmit, w.told, w.planned)
	}
	if state == submitter.Refused {
		w.Watch.note("refused: " + urlkey.Redact(t.URL) + ": " + reason)
	}
}

// targetsOf are a plan's targets as the submitter takes them, in the order of the plan.
func targetsOf(plan *planner.Plan) iter.Seq[submitter.Target] {
	return func(yield func(submitter.Target) bool) {
		for _, t := range plan.Targets {
			if !yield(submitter.Target{URL: t.URL, Zone: t.Zone, Cost: t.Cost}) {
				return
			}
		}
	}
}

// titlesOf are the titles that the plan's targets are part of.
func titlesOf(plan *planner.Plan) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, t := range plan.Targets {
			if !yield(t.URL, t.Title) {
				return
			}
		}
	}
}

// send submits the targets and takes down what came of them. A zone that stopped is a fault when others went on.
func (w *Warmer) send(ctx context.Context, l *ledger.Ledger, targets iter.Seq[submitter.Target], s *Summary, faults *int) error {
	w.told, w.planned = s.Submitted, s.Planned
	sent, err := w.deliver(ctx, targets)
	return w.sent(ctx, l, sent, err, s, faults)
}

// sent takes down what came of a submission.
func (w *Warmer) sent(ctx context.Context, l *ledger.Ledger, sent submitter.Summary, err error, s *Summary, faults *int) error {
	s.submitted(w.early.with(sent))
	s.urgent()
	if err := w.settleHTTP(ctx, l, s); err != nil {
		w.Watch.note(err.Error()) // they are asked for again with status --refresh
	}
	if ctx.Err() == nil && submitter.ClassOf(err) != submitter.ClassUnauthorized {
		w.readQuotas(ctx, l, s)
	}
	if journal := (*submitter.JournalError)(nil); s.Accepted == 0 || ctx.Err() != nil ||
		submitter.ClassOf(err) == submitter.ClassUnauthorized || errors.As(err, &journal) {
		return err
	}
	for _, err := range split(err) {
		*faults++
		w.Watch.fault(err, hintOf(err, "its targets are deferred: run the same command again"))
	}
	return nil
}

// readQuotas asks what is left, for the summary and the ledger. That it can't be asked is no fault of the run.
func (w *Warmer) readQuotas(ctx context.Context, l *ledger.Ledger, s *Summary) {
	for zone := range s.Quota {
		q, err := w.quota(ctx, zone)
		if err != nil {
			w.Watch.note("zone " + zone + ": the quota after the run is not known: " + err.Error())
			if s.Quota[zone] == (QuotaState{}) {
				delete(s.Quota, zone)
			}
			continue
		}
		s.quota(zone, q)
		if others, err := w.others(ctx, l, zone, q); err == nil && others != 0 {
			s.drift(zone, others)
			w.tellDrift(zone, others)
		}
		if err := l.RecordQuota(ctx, zone, q); err != nil {
			w.Watch.note(err.Error())
		}
	}
}

// Submit sends targets that are already chosen, under the ledger: those of a plan, and plain URLs, whose zone it finds.
// Those that are warm are not sent again, unless again is set.
func (w *Warmer) Submit(ctx context.Context, targets []submitter.Target, again bool) (Summary, error) {
	s := newSummary()
	faults := 0
	err := w.submit(ctx, targets, again, &s, &faults)
	s.end(err, faults)
	return s, err
}

func (w *Warmer) submit(ctx context.Context, targets []submitter.Target, again bool, s *Summary, faults *int) error {
	if !w.resolves() && slices.ContainsFunc(targets, func(t submitter.Target) bool { return t.Cost > 1 }) {
		return errJoined
	}
	placed, err := w.place(ctx, targets, s, faults)
	if err != nil {
		return err
	}
	return w.record(ctx, s, faults, func(l *ledger.Ledger) error {
		distinct, chosen, err := w.cold(ctx, l, placed, again)
		if err != nil {
			return err
		}
		s.chosen(distinct, len(chosen))
		return w.sendChosen(ctx, l, chosen, s, faults)
	})
}

// sendChosen submits targets that no plan chose.
func (w *Warmer) sendChosen(ctx context.Context, l *ledger.Ledger, chosen []submitter.Target, s *Summary, faults *int) error {
	if err := l.PlanTargets(ctx, s.Run, chosen); err != nil {
		return err
	}
	for _, t := range chosen {
		s.Quota[t.Zone] = QuotaState{}
	}
	w.awaitQuota(ctx, l, false)
	return w.send(ctx, l, slices.Values(chosen), s, faults)
}

// errJoined is said of a plan whose titles nobody would resolve.
var errJoined = &HintError{unsupportedError("the plan has titles that EdgeOne is to resolve, and playlists.segments is local"),
	"set playlists.segments to edge, or make the plan again"}

// cold leaves out what is warm, and counts the distinct URLs.
func (w *Warmer) cold(ctx context.Context, l *ledger.Ledger, targets []submitter.Target, again bool) (distinct int, cold []submitter.Target, err error) {
	warm, err := l.Warm(ctx, w.Config.Plan.TTL)
	if err != nil {
		return 0, nil, err
	}
	seen := map[string]bool{}
	for _, t := range targets {
		if !seen[t.URL] && (again || !warm.Has(t.URL)) {
			cold = append(cold, t)
		}
		seen[t.URL] = true
	}
	return len(seen), cold, nil
}

package warm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

// RunOptions are those of one run.
type RunOptions struct {
	// DryRun plans and submits nothing. It needs no credentials where the config names the zones.
	DryRun bool
	// Wait is how long the jobs are polled for their end; 0 is not at all.
	Wait time.Duration
	// Purge removes what has changed since it was warmed from the caches, and warms it again although it counts as warm.
	Purge bool
	// Verify is the share of the plan that the caches are asked for before and after, from 0, which is none, to 1.
	Verify float64
	// Inbox takes what somebody asks for while the run goes on, and sends it before all that waits.
	Inbox bool
	// Stdin is what a source or a log called - is read from.
	Stdin io.Reader
}

// Run does the whole job: it settles what an earlier run left, discovers, plans, submits, and waits. The Summary holds
// what it came to even when the error is not nil.
func (w *Warmer) Run(ctx context.Context, o RunOptions) (Summary, error) {
	s := newSummary()
	faults := 0
	err := w.run(ctx, o, &s, &faults)
	s.end(err, faults)
	return s, err
}

func (w *Warmer) run(ctx context.Context, o RunOptions, s *Summary, faults *int) error {
	zones, err := w.Zones(ctx)
	if err != nil {
		return err
	}
	if s.dry = o.DryRun; s.dry {
		_, _, err := w.prepare(ctx, o.Stdin, zones, nil, s, faults)
		return err
	}
	if o.Purge && w.byGet() {
		return errNoPurge
	}
	if o.Inbox {
		w.gate, w.Watch = newGate(), w.Watch.together()
		defer func() { w.gate = nil }()
	}
	return w.record(ctx, s, faults, func(l *ledger.Ledger) error {
		defer w.watchInbox(ctx, l, s.Run, zones)()
		if w.changes, err = w.watchChanges(ctx, l, o.Purge); err != nil {
			return err
		}
		defer func() {
			w.changes.close(w)
			w.changes, w.early = nil, nil
		}()
		plan, parts, err := w.prepare(ctx, o.Stdin, zones, l, s, faults)
		if err != nil {
			return err
		}
		plan.Targets, parts = w.early.rest(plan.Targets), w.early.rest(parts)
		look, err := w.verifyBefore(ctx, l, plan, o.Verify)
		if err != nil {
			return err
		}
		w.awaitQuota(ctx, l, true)
		send := func() error { return w.sendPlan(ctx, l, plan, parts, s, faults) }
		if o.Purge || w.changes.unsure {
			send = func() error { return w.sendChanged(ctx, l, plan, s, faults) }
		} else if err := w.changes.keep(ctx, slices.Collect(targetsOf(plan))); err != nil {
			return err
		}
		if err := send(); err != nil {
			return err
		}
		return w.beside(ctx, s, func() error {
			if o.Wait > 0 {
				if err := w.wait(ctx, l, o.Wait, s, faults); err != nil {
					return err
				}
			}
			return look.verifyAfter(ctx, l, s)
		})
	})
}

// record does a job under the ledger's lock, as one of its runs. What an earlier run left open is settled first.
func (w *Warmer) record(ctx context.Context, s *Summary, faults *int, job func(*ledger.Ledger) error) (err error) {
	if err := w.connect(ctx); err != nil {
		return err
	}
	w.resetAt = nil // what is learned since the last run counts for this one
	l, err := w.openLedger(ctx)
	if err != nil {
		return err
	}
	w.held, w.sender = l, nil // what was asked before was asked without a journal
	defer func() {
		w.held, w.sender = nil, nil
		err = errors.Join(err, l.Close())
	}()
	if err := w.settle(ctx, l, faults); err != nil {
		return err
	}
	if s.Run, err = l.BeginRun(ctx, w.Command); err != nil {
		return err
	}
	err = job(l)
	s.end(err, *faults)
	summary, _ := json.Marshal(s) // plain numbers and strings always marshal
	// A run that was interrupted is written down all the same.
	return errors.Join(err, l.EndRun(context.WithoutCancel(ctx), s.Run, s.Exit, summary))
}

// settle asks the service about what an earlier run sent and got no answer for.
func (w *Warmer) settle(ctx context.Context, l *ledger.Ledger, faults *int) error {
	open, err := l.Unsettled(ctx)
	if err != nil || len(open) == 0 {
		return err
	}
	w.Watch.note(fmt.Sprintf("an earlier run ended without the answers to %s: asking the service what became of them", counted(len(open), "call")))
	found, err := w.submitter().Reconcile(ctx)
	switch {
	case ctx.Err() != nil, submitter.ClassOf(err) == submitter.ClassUnauthorized:
		return err
	case err != nil:
		// They count as warm until it is known, and are not sent again.
		*faults++
		w.Watch.fault(err, "run the same command again later: they are asked about again")
	}
	text := fmt.Sprintf("of their targets %d were accepted, and %d were not, which are planned again", found.Accepted, found.Deferred)
	if found.Unknown > 0 {
		text += fmt.Sprintf("; %d are still unknown", found.Unknown)
	}
	w.Watch.note(text)
	return nil
}

// counted is a number of things in words.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// prepare discovers and plans. The ledger is nil for a dry run, which reads it if there is one. parts are the targets of
// the plan as they are with no title left to the service.
func (w *Warmer) prepare(ctx context.Context, stdin io.Reader, zones map[string][]string, l *ledger.Ledger, s *Summary, faults *int) (plan *planner.Plan, parts []planner.Target, err error) {
	from, err := w.planning(ctx, stdin, zones, l, faults)
	if err != nil {
		return nil, nil, err
	}
	for zone, q := range from.Quotas {
		s.quota(zone, q.Quota)
		if l != nil {
			w.learnReset(ctx, l, zone, q.Quota)
		}
	}
	if l != nil {
		w.tellReset(ctx, l)
	}
	c := w.crawlerFor(zones, faults)
	seeds, err := w.Seeds(ctx, c, stdin, faults)
	if err != nil {
		return nil, nil, err
	}
	from.Weights = seeds.Weights
	memory, end, err := w.remember(ctx, c, l)
	if err != nil {
		return nil, nil, err
	}
	if l != nil {
		from.decisions = newDecisions()
	}
	shared, err := w.shareOut(ctx, c, memory, seeds.URLs)
	if err != nil {
		end(false)
		return nil, nil, err
	}
	w.early = w.startEarly(ctx, l, s.Run, from.Quotas, zones)
	chosen, err := w.Plan(ctx, w.Discover(ctx, c, seeds), from)
	end(err == nil)
	shared(err == nil)
	stopped := w.early.end()
	if err != nil {
		w.early.brokenOff(s)
		return nil, nil, err
	}
	plan = w.joinTitles(chosen, from.titles)
	s.planned(plan)
	w.early.tell(plan, s)
	if stopped != nil {
		return nil, nil, stopped
	}
	if s.nothingLeft() {
		w.Watch.fault(errNothingLeft, "run again when the service has made it whole, which EdgeOne does once a day")
	}
	if l != nil {
		tellCovered(chosen, plan, from.decisions.leftOut)
		err = errors.Join(l.PlanTargets(ctx, s.Run, slices.Collect(targetsOf(plan))), l.NameTitles(ctx, titlesOf(plan)), l.KeepPlan(ctx, s.Run, from.decisions.body(plan)))
	}
	return plan, chosen.Targets, err
}

// planning gathers what a plan is made from beside the resources.
func (w *Warmer) planning(ctx context.Context, stdin io.Reader, zones map[string][]string, l *ledger.Ledger, faults *int) (Planning, error) {
	quotas, err := w.quotasFor(ctx, zones, l == nil, faults)
	if err != nil {
		return Planning{}, err
	}
	warm, err := w.warm(ctx, l)
	if err != nil {
		return Planning{}, err
	}
	demand, err := w.Demand(ctx, DemandOptions{Stdin: stdin, Zones: zones, Remember: l != nil}, faults)
	titles := w.watchTitles(warm)
	w.titles = titles
	return Planning{
		Zones: zones, Quotas: quotas, Demand: demand, titles: titles, holdOut: w.holdOut(ctx, time.Now()),
		Warm: func(_, url string) bool {
			return !w.changes.has(url) && warm.Has(url) || titles != nil && titles.warm(url, warm)
		},
	}, err
}

// errNothingLeft is said of a run that found targets and may send none.
var errNothingLeft = errors.New("nothing is left of today's quota in any zone")

// quotasFor reads the quotas. A dry run goes on without them when nobody has given it credentials, or when the service
// does not answer.
func (w *Warmer) quotasFor(ctx context.Context, zones map[string][]string, dry bool, faults *int) (map[string]ZoneQuota, error) {
	if w.whatIf > 0 {
		return assume(zones, w.whatIf), nil
	}
	if w.noEnd() {
		return nil, nil
	}
	quotas, err := w.Quotas(ctx, zones)
	given := !lacksCredentials(err)
	switch {
	case err == nil:
		*faults += len(zones) - len(quotas)
		return quotas, nil
	case !dry, ctx.Err() != nil, given && submitter.ClassOf(err) == submitter.ClassUnauthorized:
		return nil, err
	}
	if given {
		*faults++
	}
	if w.Config.Plan.Quota >= 0 {
		return w.assumed(zones), nil
	}
	w.Watch.note(err.Error() + ": planning as if the quota had no end; plan.quota can name one")
	return nil, nil
}

// lacksCredentials tells credentials that nobody has given from those that the service refused.
func lacksCredentials(err error) bool {
	failed, ok := errors.AsType[*submitter.Error](err)
	return ok && failed.Class == submitter.ClassUnauthorized && failed.Code == "" && failed.Status == 0
}

// assumed is the config's own quota for each zone.
func (w *Warmer) assumed(zones map[string][]string) map[string]ZoneQuota {
	out := map[string]ZoneQuota{}
	for zone := range zones {
		q := submitter.Quota{Daily: w.Config.Plan.Quota, Available: w.Config.Plan.Quota}
		out[zone] = ZoneQuota{Quota: q, Budget: w.budget(q)}
	}
	return out
}

// warm reads what need not be warmed again: from the ledger that is held, or from one that is only looked at.
func (w *Warmer) warm(ctx context.Context, l *ledger.Ledger) (*ledger.Warm, error) {
	if l != nil {
		return l.Warm(ctx, w.Config.Plan.TTL)
	}
	l, err := ledger.OpenReadOnly(ctx, w.Config.State, w.LedgerOptions(ctx))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer l.Close()
	return l.Warm(ctx, w.Config.Plan.TTL)
}

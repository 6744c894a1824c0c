package warm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/edgewarm/edgewarm/internal/effect"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

// EffectOptions are those of one look at what warming did.
type EffectOptions struct {
	// Run is the number of a run that held something out; 0 is the one that warmed most of the newest quota day whose time
	// is over, or else of the newest.
	Run int64
	// Logs are files, globs, folders and buckets with the requests since; nil: those of the config.
	Logs []string
}

// Reasons why there is nothing to compare.
var (
	errNothingHeld = &HintError{errors.New("no run whose plan is kept has held anything out"),
		"set plan.holdout: 2%, and ask the day after the next run"}
	errTooEarly = &HintError{errors.New("the run has only just ended"), "ask when there are logs of the hours after it: the day after"}
	errLogsEnd  = &HintError{errors.New("the logs have no request of the time after the run"), "they come a day later: look whether popularity.logs, or --logs, names those of the day after"}
	errNoMisses = &HintError{errors.New("the logs tell of no miss at all, so that none can be said to be avoided"), "effect needs logs with a cache status"}
)

// Effect compares the misses of what a run warmed with those of what it held out, by the logs of the time after it: as
// long as a target counts as warm, or until another day's run warms others. Logs that could not be read are told to Watch
// and counted in faults.
func (w *Warmer) Effect(ctx context.Context, o EffectOptions) (n *effect.Night, faults int, err error) {
	l, err := w.LookIntoLedger(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer l.Close()
	d, err := w.divided(ctx, l, o.Run)
	if err != nil {
		return nil, 0, err
	}
	if !d.night.To.After(d.night.From) {
		return nil, 0, errTooEarly
	}
	counter, err := w.countSpan(ctx, &d.night, o.Logs, &faults)
	if err != nil {
		return nil, faults, err
	}
	d.night.Report = effect.Compare(d.objects(counter))
	return &d.night, faults, nil
}

func earlier(a, b time.Time) time.Time {
	if b.IsZero() || a.Before(b) {
		return a
	}
	return b
}

// divide takes apart what a run decided; nil when it held nothing out.
func (w *Warmer) divide(ctx context.Context, l *ledger.Ledger, r ledger.Run, until time.Time) (*divided, error) {
	_, body, err := l.KeptPlan(ctx, r.ID)
	if err != nil || body == nil {
		return nil, err
	}
	d := &divided{night: effect.Night{Run: r.ID, Started: r.Started, From: r.Started}, day: l.Day(r.Started)}
	if err := eachDecision(body, d.line); err != nil || len(d.held) == 0 {
		return nil, err
	}
	if d.spent, err = l.SpentBy(ctx, r.ID); err != nil {
		return nil, err
	}
	for _, s := range d.spent {
		if s.At.After(d.night.From) {
			d.night.From = s.At
		}
	}
	now := time.Now()
	to := earlier(d.night.From.Add(w.Config.Plan.TTL), until)
	d.over, d.night.To = !to.After(now), earlier(to, now)
	return d, nil
}

// line takes in a target, or what was held out.
func (d *divided) line(line []byte) error {
	switch {
	case line[0] == lineTarget:
		var t planner.Target
		err := json.Unmarshal(line[1:], &t)
		d.warmed = append(d.warmed, t)
		return err
	case line[0] == lineLeftOut && bytes.Contains(line, []byte(`"reason":"holdout"`)):
		var v verdict
		if err := json.Unmarshal(line[1:], &v); err != nil || v.Why == nil {
			return err
		}
		d.held = append(d.held, planner.Target{URL: v.URL, Kind: v.Kind, Title: v.Title, Zone: v.Zone, Score: v.Score, Why: *v.Why})
	}
	return nil
}

// comparable leaves of both sides what can be compared: what could have been held out and was accepted, and what nobody else
// warmed meanwhile.
func (w *Warmer) comparable(ctx context.Context, l *ledger.Ledger, d *divided) error {
	h := w.holdOut(ctx, d.night.Started)
	d.night.Planned = len(d.warmed)
	d.warmed = slices.DeleteFunc(d.warmed, func(t planner.Target) bool {
		_, accepted := d.spent[t.URL]
		return !accepted || !h.Compares(&t)
	})
	var kept []planner.Target
	for _, t := range d.held {
		known, _, err := l.Target(ctx, t.URL)
		if err != nil {
			return err
		}
		if known.Accepted.Before(d.night.Started) || known.Accepted.After(d.night.To) {
			kept = append(kept, t)
		}
	}
	if n := len(d.held) - len(kept); n > 0 {
		w.Watch.note(fmt.Sprintf("%d of %d that were held out were warmed by another run, and are left out of the comparison", n, len(d.held)))
	}
	d.held = kept
	return nil
}

// objects are what is compared, with what was counted of each.
func (d *divided) objects(counter *popularity.Counter) []effect.Object {
	out := make([]effect.Object, 0, len(d.warmed)+len(d.held))
	add := func(t *planner.Target, held bool) {
		c := counter.Demand(t.URL)
		out = append(out, effect.Object{Score: t.Score, Held: held, Requests: c.Requests, Misses: c.Misses, Units: d.spent[t.URL].Units})
	}
	for i := range d.warmed {
		add(&d.warmed[i], false)
	}
	for i := range d.held {
		add(&d.held[i], true)
	}
	return out
}

// logSlack is how much longer than its date says a log may go on: a package of EdgeOne's has the hour after it.
const logSlack = time.Hour

// countSpan counts what was asked for in the time of a night.
func (w *Warmer) countSpan(ctx context.Context, n *effect.Night, names []string, faults *int) (*popularity.Counter, error) {
	set, err := w.namedLogs(ctx, names)
	defer set.close()
	c := w.counter()
	c.HalfLife, c.Since, c.Before = 0, n.From, n.To
	logs := slices.DeleteFunc(set.logs, func(l popularity.Log) bool {
		return !l.Modified.IsZero() && l.Modified.Add(logSlack).Before(n.From) // nothing of it is as new
	})
	stats, unread := c.Logs(ctx, logs...)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	for _, err := range split(errors.Join(err, unread)) {
		*faults++
		w.Watch.fault(err, hintOf(err, logHint(err)))
	}
	counted := 0
	for _, s := range stats {
		counted += s.Counted
		if s.Last.After(n.LogsUntil) {
			n.LogsUntil = s.Last
		}
	}
	n.LogsUntil = earlier(n.LogsUntil, n.To)
	switch {
	case counted == 0:
		return nil, errLogsEnd
	case total(c).Misses == 0:
		return nil, errNoMisses
	}
	return c, nil
}

// holdOut is what a run of that time holds out: the same all day, and of what the service resolves by itself nothing, since
// a part that is held out would keep a whole title from being left to it.
func (w *Warmer) holdOut(ctx context.Context, at time.Time) planner.HoldOut {
	reset := w.Reset(ctx)
	h := planner.HoldOut{Share: w.Config.Plan.HoldOut.Percent / 100, Salt: ledger.DayOf(at, reset.Hour, reset.Zone)}
	if w.resolves() && w.parts() == "" {
		h.May = func(t *planner.Target) bool { return t.Title == "" }
	}
	return h
}

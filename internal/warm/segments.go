package warm

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

// resolves is whether the service is to resolve playlists by itself.
func (w *Warmer) resolves() bool { return w.Config.Playlists.Segments == "edge" }

// parts is why a title cannot be left to the service: it takes all of it, and exactly as it is listed. Empty when it can.
func (w *Warmer) parts() string {
	p := w.Config.Playlists
	switch {
	case p.Start != 0 || p.From != 0:
		return "playlists.start and from"
	case chooses(p.Renditions):
		return "playlists.renditions"
	case p.Query != "none":
		return "playlists.query"
	case w.Config.Crawl.PlaylistDepth != levels:
		return "crawl.playlist_depth"
	}
	return ""
}

// chooses is whether some renditions are left out. Keys are not promised in any case.
func chooses(r config.Renditions) bool {
	return r.MinHeight > 0 || r.MaxHeight > 0 || r.MinBandwidth > 0 || r.MaxBandwidth > 0 || r.Best > 0 || r.Worst > 0 ||
		len(r.Languages) > 0 || len(r.Codecs) > 0 || r.Default || !r.IFrames
}

// watchTitles is the titles of a crawl, where it matters which those are: when the service is to resolve them, or did so
// lately. nil else.
func (w *Warmer) watchTitles(known *ledger.Warm) *titles {
	if !w.resolves() && !known.HasResolved() {
		return nil
	}
	return newTitles()
}

// joinTitles leaves to the service what it may resolve, and says what it would have dropped.
func (w *Warmer) joinTitles(plan *planner.Plan, t *titles) *planner.Plan {
	if t == nil || !w.resolves() {
		return plan
	}
	if key := w.parts(); key != "" {
		w.Watch.note(fmt.Sprintf("playlists.segments: edge takes whole titles, and %s chooses parts of them: each segment is a target of its own", key))
		return plan
	}
	if n, dropped := t.forecast(); n > 0 {
		w.Watch.note(fmt.Sprintf("the quota does not reach for all of %s: EdgeOne would drop %d of their playlists and segments without a word, so that the best are listed one by one",
			counted(n, "title"), dropped))
	}
	return t.join(plan)
}

// sendPlan submits a plan in which titles may be joined; parts are its targets where they are not. What cannot go as a
// title, since the account is not allowed to or the quota has become too small for it, goes in parts.
func (w *Warmer) sendPlan(ctx context.Context, l *ledger.Ledger, plan *planner.Plan, parts []planner.Target, s *Summary, faults *int) error {
	if len(parts) == len(plan.Targets) {
		return w.send(ctx, l, targetsOf(plan), s, faults)
	}
	before := quotasOf(s)
	done := map[string]bool{}
	w.onDone = func(url string) { done[url] = true }
	w.told, w.planned = s.Submitted, s.Planned
	sent, err := w.deliver(ctx, targetsOf(plan))
	w.onDone = nil
	again := ctx.Err() == nil && w.inParts(sent, err, plan, done)
	if !again {
		err = w.sent(ctx, l, sent, err, s, faults)
		w.checkCharge(before, sent, s)
		return err
	}
	rest := w.rest(plan, parts, done)
	s.inParts(s.Submitted+countIn(plan.Targets, done), len(rest))
	if err := l.PlanTargets(ctx, s.Run, rest); err != nil {
		return err
	}
	w.planned = s.Planned
	more, err := w.deliver(ctx, slices.Values(rest))
	more.Accepted += sent.Accepted
	more.Failed += sent.Failed
	more.Unknown += sent.Unknown
	return w.sent(ctx, l, more, err, s, faults)
}

// inParts is whether what was not sent of a plan is to go in parts, and says why.
func (w *Warmer) inParts(sent submitter.Summary, err error, plan *planner.Plan, done map[string]bool) bool {
	if errors.Is(err, submitter.ErrSegments) {
		w.Watch.note("the account is not allowed to have playlists resolved by EdgeOne: this run goes on as with playlists.segments: local")
		w.Watch.note("hint: write playlists.segments: local, or ask Tencent Cloud to allow the account PrefetchMediaSegments")
		return true
	}
	if err != nil || !sent.QuotaSpent() {
		return false
	}
	deferred := slices.ContainsFunc(plan.Targets, func(t planner.Target) bool { return t.Cost > 1 && !done[t.URL] })
	if deferred {
		w.Watch.note("the quota does not reach for the next title any more: the best of the rest goes one by one")
	}
	return deferred
}

// rest are the targets that were not sent, each by itself, in the order of the plan.
func (w *Warmer) rest(plan *planner.Plan, parts []planner.Target, done map[string]bool) []submitter.Target {
	covered := map[string]bool{} // by titles that were sent
	alone := map[string]bool{}
	for _, t := range plan.Targets {
		alone[t.URL] = true
		if done[t.URL] && t.Cost > 1 {
			covered[t.URL] = true
		}
	}
	var rest []submitter.Target
	for _, t := range parts {
		i, ok := w.titles.of(t.URL)
		if done[t.URL] || !alone[t.URL] && ok && covered[w.titles.all[i].url] {
			continue
		}
		rest = append(rest, submitter.Target{URL: t.URL, Zone: t.Zone, Cost: t.Cost})
	}
	return rest
}

// countIn is how many of the targets are among the URLs.
func countIn(targets []planner.Target, urls map[string]bool) (n int) {
	for _, t := range targets {
		if urls[t.URL] {
			n++
		}
	}
	return n
}

func quotasOf(s *Summary) map[string]QuotaState {
	out := map[string]QuotaState{}
	for zone, q := range s.Quota {
		out[zone] = q
	}
	return out
}

// checkCharge compares what the service charged with what was foreseen. Less than that is segments that it dropped
// without a word, or did not find.
func (w *Warmer) checkCharge(before map[string]QuotaState, sent submitter.Summary, s *Summary) {
	for zone, z := range w.early.with(sent).Zones {
		from, ok := before[zone]
		to, known := s.Quota[zone]
		if !ok || !known || z.Units == 0 {
			continue
		}
		switch charged := from.Available - to.Available; {
		case charged < z.Units:
			w.Watch.note(fmt.Sprintf("zone %s: EdgeOne charged %d units where %d were foreseen: it found or took %d segments fewer than the playlists list",
				zone, charged, z.Units, z.Units-charged))
		case charged > z.Units:
			w.Watch.note(fmt.Sprintf("zone %s: EdgeOne charged %d units where %d were foreseen: it found %d more by itself, or somebody else spent them",
				zone, charged, z.Units, charged-z.Units))
		default:
			w.Watch.detail(fmt.Sprintf("zone %s: EdgeOne charged the %d units that were foreseen", zone, charged))
		}
	}
}

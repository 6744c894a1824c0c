package warm

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

// verifying is the look at the caches that goes with a run: at some of the planned URLs before they are sent, and at
// others of them afterwards.
type verifying struct {
	prober
	after []string
}

// verifyBefore looks before the plan is sent. A share of 0 looks at nothing, now and later.
func (w *Warmer) verifyBefore(ctx context.Context, l *ledger.Ledger, plan *planner.Plan, share float64) (*verifying, error) {
	if share <= 0 || len(plan.Targets) == 0 {
		return nil, nil
	}
	urls := make([]string, len(plan.Targets))
	for i, t := range plan.Targets {
		urls[i] = t.URL
	}
	v := &verifying{prober: prober{w: w, ledger: l, v: &Verification{Vantage: w.vantage()}}}
	var before []string
	var err error
	if v.after, before, err = v.sample(ctx, urls, share); err != nil || len(before) == 0 {
		return v, err
	}
	v.v.Before = new(Sample)
	return v, v.probe(ctx, before, v.v.Before, nil)
}

// verifyAfter looks at the URLs that became warm.
func (v *verifying) verifyAfter(ctx context.Context, l *ledger.Ledger, s *Summary) error {
	if v == nil {
		return nil
	}
	var urls []string
	for _, url := range v.after {
		t, ok, err := l.Target(ctx, url)
		if err != nil {
			return err
		}
		if ok && (t.State == submitter.Accepted || t.State == submitter.Success) {
			urls = append(urls, url)
		}
	}
	err := v.probe(ctx, urls, &v.v.After, nil)
	s.Verify = v.v
	v.w.Watch.note(v.v.String())
	return err
}

// maxPlaces bounds the places that a line names; one vantage point sees one or two.
const maxPlaces = 5

// String is one line for people.
func (v *Verification) String() string {
	text := fmt.Sprintf("verified from %s: ", v.Vantage)
	if v.Before != nil {
		text += "before " + v.Before.String() + "; now, of others, "
	}
	text += v.After.String()
	if places := slices.Sorted(maps.Keys(v.Places)); len(places) > 0 {
		text += " (answered by " + strings.Join(places[:min(len(places), maxPlaces)], ", ") + ")"
	}
	if v.AskedBefore > 0 {
		text += fmt.Sprintf("; %d of them an earlier look had made the cache fetch: they say nothing of what was warmed", v.AskedBefore)
	}
	return text
}

// String is what a sample came to: 19 of 20 were hits (95 %), 3 did not tell.
func (s *Sample) String() string {
	told := s.Hit + s.Miss
	text := fmt.Sprintf("%d of %d were hits", s.Hit, told)
	if told > 0 {
		text += fmt.Sprintf(" (%.0f %%)", 100*s.HitRatio)
	}
	for _, c := range []struct {
		n    int
		what string
	}{{s.Other, "not cached"}, {s.None, "did not tell"}, {s.Failed, "failed"}} {
		if c.n > 0 {
			text += fmt.Sprintf(", %d %s", c.n, c.what)
		}
	}
	return text
}

// WarmURLs are those that the ledger knows to be warm, or on their way: accepted or warmed less than plan.ttl ago.
func (w *Warmer) WarmURLs(ctx context.Context) ([]string, error) {
	l, err := ledger.OpenReadOnly(ctx, w.Config.State, w.LedgerOptions(ctx))
	if err != nil {
		return nil, err
	}
	defer l.Close()
	since := time.Now().Add(-w.Config.Plan.TTL)
	var urls []string
	for t, err := range l.Targets(ctx, 0) {
		if err != nil {
			return nil, err
		}
		if (t.State == submitter.Accepted || t.State == submitter.Success) && t.Accepted.After(since) {
			urls = append(urls, t.URL)
		}
	}
	return urls, nil
}

package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// wanted are the targets of every night.
func wanted() []submitter.Target {
	var targets []submitter.Target
	for i := range 120 {
		targets = append(targets, submitter.Target{URL: fmt.Sprintf("https://cdn.example.com/%03d.ts", i), Zone: "zone-a", Cost: 1})
	}
	return targets
}

func wantedURLs() []string {
	var urls []string
	for _, t := range wanted() {
		urls = append(urls, t.URL)
	}
	return urls
}

// night is one run as the command makes it: reconcile, plan what is not warm, submit.
func night(ctx context.Context, l *ledger.Ledger, api submitter.API) (submitter.Summary, error) {
	s := &submitter.Submitter{API: api, Journal: l, Limiter: rate.NewLimiter(rate.Inf, 1), Propagation: time.Millisecond}
	if _, err := s.Reconcile(ctx); err != nil {
		return submitter.Summary{}, err
	}
	run, err := l.BeginRun(ctx, "run")
	if err != nil {
		return submitter.Summary{}, err
	}
	warm, err := l.Warm(ctx, 24*time.Hour)
	if err != nil {
		return submitter.Summary{}, err
	}
	targets := slices.DeleteFunc(wanted(), func(t submitter.Target) bool { return warm.Has(t.URL) })
	if err := l.PlanTargets(ctx, run, targets); err != nil {
		return submitter.Summary{}, err
	}
	summary, err := s.Submit(ctx, slices.Values(targets))
	return summary, errors.Join(err, l.EndRun(ctx, run, 0, nil))
}

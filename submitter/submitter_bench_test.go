package submitter_test

import (
	"context"
	"slices"
	"testing"

	"golang.org/x/time/rate"

	"github.com/edgewarm/edgewarm/submitter"
)

// willing accepts everything and keeps nothing.
type willing struct{}

func (willing) Prefetch(context.Context, submitter.Batch) (submitter.Receipt, error) {
	return submitter.Receipt{JobID: "job"}, nil
}

func (willing) Quota(context.Context, string) (submitter.Quota, error) {
	return submitter.Quota{Batch: 1000, Daily: 1e9, Available: 1e9}, nil
}

func (willing) Tasks(context.Context, submitter.TaskQuery) ([]submitter.Task, int, error) {
	return nil, 0, nil
}

// BenchmarkSubmit is what 100,000 targets cost beside the service and the journal.
func BenchmarkSubmit(b *testing.B) {
	all := targets("a", 100_000)
	b.ReportAllocs()
	for b.Loop() {
		s := &submitter.Submitter{API: willing{}, Limiter: rate.NewLimiter(rate.Inf, 1)}
		if summary, err := s.Submit(b.Context(), slices.Values(all)); err != nil || summary.Accepted != len(all) {
			b.Fatal(summary, err)
		}
	}
}

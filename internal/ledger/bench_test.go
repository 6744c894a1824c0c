package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

func openBench(b *testing.B, place func(testing.TB) string) *ledger.Ledger {
	l, err := ledger.Open(b.Context(), place(b), ledger.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	return l
}

// inEachPlace runs the benchmark on each kind of database.
func inEachPlace(b *testing.B, run func(*testing.B, func(testing.TB) string)) {
	for name, place := range places {
		b.Run(name, func(b *testing.B) { run(b, place) })
	}
}

func batchOf(n, from int) submitter.Batch {
	batch := submitter.Batch{ID: fmt.Sprint("batch-", from), Zone: "zone-a", Sent: time.Now()}
	for i := range n {
		batch.URLs = append(batch.URLs, fmt.Sprintf("https://cdn.example.com/titles/%08x/v1080/segment-%05d.m4s", (from+i)*2654435761, i))
	}
	return batch
}

// BenchmarkBatch is a full batch: intended and settled, 1000 targets each.
func BenchmarkBatch(b *testing.B) { inEachPlace(b, benchmarkBatch) }

func benchmarkBatch(b *testing.B, place func(testing.TB) string) {
	l := openBench(b, place)
	states := make([]submitter.State, 1000)
	for i := range states {
		states[i] = submitter.Accepted
	}
	var intend, settle time.Duration
	for from := 0; b.Loop(); from += 1000 {
		batch := batchOf(1000, from)
		start := time.Now()
		if err := l.Intend(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		if err := l.Settle(b.Context(), batch, outcome("job", states...)); err != nil {
			b.Fatal(err)
		}
		intend, settle = intend+middle.Sub(start), settle+time.Since(middle)
	}
	b.ReportMetric(float64(intend.Microseconds())/1000/float64(b.N), "ms/intend")
	b.ReportMetric(float64(settle.Microseconds())/1000/float64(b.N), "ms/settle")
}

// BenchmarkPlan is a plan of 100,000 targets.
func BenchmarkPlan(b *testing.B) { inEachPlace(b, benchmarkPlan) }

func benchmarkPlan(b *testing.B, place func(testing.TB) string) {
	l := openBench(b, place)
	run, err := l.BeginRun(b.Context(), "run")
	if err != nil {
		b.Fatal(err)
	}
	var targets []submitter.Target
	for _, u := range batchOf(100_000, 0).URLs {
		targets = append(targets, submitter.Target{URL: u, Zone: "zone-a"})
	}
	for b.Loop() {
		if err := l.PlanTargets(b.Context(), run, targets); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWarm reads 100,000 targets.
func BenchmarkWarm(b *testing.B) { inEachPlace(b, benchmarkWarm) }

func benchmarkWarm(b *testing.B, place func(testing.TB) string) {
	l := openBench(b, place)
	for from := range 100 {
		batch := batchOf(1000, from*1000)
		if err := l.Intend(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if w, err := l.Warm(b.Context(), time.Hour); err != nil || w.Len() != 100_000 {
			b.Fatal(w.Len(), err)
		}
	}
}

package main

import (
	"testing"
	"time"
)

// BenchmarkWorkers is a whole run of a site that answers after 50 ms, alone and with four workers of the same concurrency:
// what an origin's latency costs falls with each of them. It prints how many times faster the four are.
//
//	EDGEWARM_POSTGRES=postgres://… go test ./cmd/edgewarm -run '^$' -bench Workers -benchtime 1x
func BenchmarkWorkers(b *testing.B) {
	const latency, concurrency = 50 * time.Millisecond, 2
	var alone, together time.Duration
	documents := 0
	for b.Loop() {
		f := startCrew(b, startCatalogue(b, 4, 90, latency), 10_000, concurrency)
		began := time.Now()
		f.run(b, "run", "-c", "alone.yaml", "--json")
		alone += time.Since(began)
		f.again()
		f.workers(b, 4, "--batch", "10")
		began = time.Now()
		f.run(b, "run", "-c", "together.yaml", "--json", "--workers")
		together += time.Since(began)
		f.samePlan(b)
		documents = len(f.site.requests())
	}
	b.ReportMetric(float64(documents), "documents")
	b.ReportMetric(alone.Seconds()/float64(b.N), "alone-s")
	b.ReportMetric(together.Seconds()/float64(b.N), "together-s")
	b.ReportMetric(alone.Seconds()/together.Seconds(), "times-faster")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkWorkersReadLogs is a whole run whose logs are in a store that sends each object slowly, alone and with four
// workers that read a log at a time each. It prints how many times faster the four are.
//
//	EDGEWARM_POSTGRES=postgres://… go test ./cmd/edgewarm -run '^$' -bench WorkersReadLogs -benchtime 1x
func BenchmarkWorkersReadLogs(b *testing.B) {
	const hours, pace = 24, 60 * time.Millisecond // a piece is 32 KiB
	var alone, together time.Duration
	for b.Loop() {
		f := startCrew(b, startCatalogue(b, 1, 8, 0), 10_000, 8)
		bucket := startBucket(b, hourlyLogs(f.site, hours))
		bucket.slow(pace)
		f.reads(b, bucket.url())
		began := time.Now()
		f.run(b, "run", "-c", "alone.yaml", "--json")
		alone += time.Since(began)
		f.again()
		f.workers(b, 4, "--jobs", "1")
		began = time.Now()
		f.run(b, "run", "-c", "together.yaml", "--json", "--workers")
		together += time.Since(began)
		f.samePlan(b)
	}
	b.ReportMetric(alone.Seconds()/float64(b.N), "alone-s")
	b.ReportMetric(together.Seconds()/float64(b.N), "together-s")
	b.ReportMetric(alone.Seconds()/together.Seconds(), "times-faster")
	b.ReportMetric(0, "ns/op")
}

package warm_test

import (
	"fmt"
	"iter"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/backtest"
	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// bucketOf is a pattern of all objects of a bucket that has them.
func bucketOf(t *testing.T, objects map[string]string) string {
	t.Helper()
	backend := s3mem.New()
	s3 := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(s3.Close)
	if err := backend.CreateBucket("logs"); err != nil {
		t.Fatal(err)
	}
	for key, text := range objects {
		if _, err := backend.PutObject("logs", key, map[string]string{}, strings.NewReader(text), int64(len(text)), nil); err != nil {
			t.Fatal(err)
		}
	}
	return "s3://logs/?region=eu-west-1&anonymous=true&endpoint=" + s3.URL
}

// requestsOf is a combined log of n requests on a day of October, each with a token of its own.
func requestsOf(day, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "192.0.2.%d - - [%02d/Oct/2026:10:00:00 +0000] \"GET /a.ts?sig=%d HTTP/1.1\" 200 1000 \"-\" \"Mozilla/5.0\"\n", i, day, 100*day+i)
	}
	return b.String()
}

// tokens are resources that are one object of the cache.
func tokens(yield func(crawler.Resource, error) bool) {
	for i := range 2 {
		if !yield(crawler.Resource{URL: fmt.Sprintf("https://h.example.com/a.ts?sig=%d", i), Kind: crawler.Media}, nil) {
			return
		}
	}
}

// The same logs that a plan is made from, wherever they are, are replayed and named in explanations, and under the same key.
func TestLogsOfBucketAreReplayedAndExplained(t *testing.T) {
	t.Parallel()
	local := filepath.Join(t.TempDir(), "third.log")
	if err := os.WriteFile(local, []byte(requestsOf(3, 5)), 0o600); err != nil {
		t.Fatal(err)
	}
	c := config.Default()
	c.State = filepath.Join(t.TempDir(), "edgewarm.db")
	c.Account.Zones = map[string][]string{"zone-a": {"h.example.com"}}
	c.Popularity.Logs = []string{local, bucketOf(t, map[string]string{"1.log": requestsOf(1, 2), "2.log.gz": string(packed(requestsOf(2, 3)))})}
	c.Popularity.Base = "https://h.example.com/"
	c.Popularity.CacheKey.Query = "drop"
	w := &warm.Warmer{Config: c, Watch: warm.Watch{Fault: func(err error, hint string) { t.Errorf("%v: %s", err, hint) }}}
	defer w.Close()

	for name, resources := range map[string]iter.Seq2[crawler.Resource, error]{"crawled": tokens, "of the logs": nil} {
		quota, _ := backtest.ParseQuota("1")
		report, faults, err := w.Backtest(t.Context(), warm.BacktestOptions{Days: 5, Quotas: []backtest.Quota{quota}, Resources: resources})
		if err != nil || faults > 0 || len(report.Days) != 2 {
			t.Fatalf("%s: %d faults, %v, %+v", name, faults, err, report)
		}
		plan, _ := report.Quotas[0].Row(backtest.Plan)
		if report.Days[1].Candidates != 1 || plan.Covered.Requests != 3+5 || report.Total.Requests != 3+5 {
			t.Errorf("%s: got %d candidates, %g of %g requests covered", name, report.Days[1].Candidates, plan.Covered.Requests, report.Total.Requests)
		}
	}

	e, faults, err := w.Explain(t.Context(), "https://h.example.com/a.ts?sig=0", warm.ExplainOptions{Fresh: true, Plan: warm.PlanOptions{Resources: tokens, Quota: 5}})
	if err != nil || faults > 0 {
		t.Fatal(faults, err)
	}
	var got []string
	for _, l := range e.Logs {
		got = append(got, fmt.Sprint(filepath.Base(l.Log), " ", l.Requests, l.Lines))
	}
	if want := []string{"third.log 5 [1 2 3 4 5]", "1.log 2 [1 2]", "2.log.gz 3 [1 2 3]"}; !e.In || !slices.Equal(got, want) {
		t.Errorf("got %v, %q, want %q", e.In, got, want)
	}
}

// A bucket that cannot be reached is told, and what can be is replayed and explained.
func TestLogsThatCannotBeReached(t *testing.T) {
	t.Parallel()
	const gone = "http://127.0.0.1:1" // where nobody listens
	c := config.Default()
	c.State = filepath.Join(t.TempDir(), "edgewarm.db")
	c.Popularity.Logs = []string{"s3://logs/?region=eu-west-1&anonymous=true&endpoint=" + gone}
	local := filepath.Join(t.TempDir(), "local.log")
	if err := os.WriteFile(local, []byte(requestsOf(1, 2)+requestsOf(2, 3)), 0o600); err != nil {
		t.Fatal(err)
	}
	told := 0
	w := &warm.Warmer{Config: c, Watch: warm.Watch{Fault: func(error, string) { told++ }}}
	defer w.Close()
	o := warm.BacktestOptions{Days: 1}
	if _, faults, err := w.Backtest(t.Context(), o); err == nil || faults != 1 || told != 1 {
		t.Errorf("got %v, %d faults, %d told of", err, faults, told)
	}
	o.Logs = append(c.Popularity.Logs, local)
	if report, faults, err := w.Backtest(t.Context(), o); err != nil || faults != 1 || told != 2 || len(report.Days) != 1 {
		t.Errorf("got %v, %d faults, %d told of", err, faults, told)
	}
}

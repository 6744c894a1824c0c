package warm_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/backtest"
	"github.com/edgewarm/edgewarm/internal/crowd"
	"github.com/edgewarm/edgewarm/internal/trace"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// naive are the orders that are taken where nobody plans, sharper those of whoever counts misses.
var (
	naive   = []string{"sitemap order", "newest lastmod", "requests, last day", "requests, all days", "random"}
	sharper = []string{"misses, last day", "misses, all days"}
)

// closeBehind is what the plan covers at least of what counts of misses cover where the quota is smallest: chance decides
// there which of a thousand like objects is missed six times. Of the seeds 1 to 4, it is behind in the third only.
const closeBehind = 0.9

// On a site with new titles every day, tastes that drift and viewers who leave, the plan covers more misses than every
// naive order at each quota, and than counts of misses but at the smallest. edgewarm backtest --demo shows it at a larger
// size.
func TestPlanCoversMoreMissesThanNaiveOrders(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 3} {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			o := trace.Options{Seed: seed, Days: 11, Films: 45, Series: 10, NewFilms: 1, Viewings: 1300}
			if err := trace.New(o).Write(folder, crowd.EdgeOne, false); err != nil {
				t.Fatal(err)
			}
			for i, q := range replayed(t, folder, 5, "1%", "5%", "20%").Quotas {
				least := 1.0
				if i == 0 {
					least = closeBehind
				}
				compareOrders(t, &q, least)
			}
		})
	}
}

func compareOrders(t *testing.T, q *backtest.QuotaReport, least float64) {
	t.Helper()
	plan, _ := q.Row(backtest.Plan)
	t.Logf("%s of the catalogue: %.1f%% of the misses, %.1f%% of what the clairvoyant covers", q.Quota, plan.Share.Misses*100, plan.OfBest*100)
	if best, _ := q.Row(backtest.Best); best.Covered.Misses < plan.Covered.Misses || best.OfBest != 1 {
		t.Errorf("quota %s: the clairvoyant covers %.0f misses, the plan %.0f", q.Quota, best.Covered.Misses, plan.Covered.Misses)
	}
	for _, order := range naive {
		if row, ok := q.Row(order); !ok || row.Covered.Misses >= plan.Covered.Misses {
			t.Errorf("quota %s: %s covers %.0f misses, the plan %.0f", q.Quota, order, row.Covered.Misses, plan.Covered.Misses)
		}
	}
	for _, order := range sharper {
		if row, ok := q.Row(order); !ok || plan.Covered.Misses < least*row.Covered.Misses {
			t.Errorf("quota %s: %s covers %.0f misses, the plan %.0f", q.Quota, order, row.Covered.Misses, plan.Covered.Misses)
		}
	}
}

// replayed is the report on the logs and the resources of a folder.
func replayed(t *testing.T, folder string, days int, quotas ...string) *backtest.Report {
	t.Helper()
	o := warm.BacktestOptions{Logs: []string{filepath.Join(folder, "*.log.gz")}, Days: days, Resources: listedIn(t, folder)}
	for _, text := range quotas {
		q, err := backtest.ParseQuota(text)
		if err != nil {
			t.Fatal(err)
		}
		o.Quotas = append(o.Quotas, q)
	}
	report, faults, err := offline(t, "").Backtest(t.Context(), o)
	if err != nil || faults > 0 {
		t.Fatalf("%d faults, %v", faults, err)
	}
	if len(report.Days) != days {
		t.Fatalf("got %d days, want %d", len(report.Days), days)
	}
	return report
}

// listedIn are the resources of a folder, as crawl prints them.
func listedIn(t *testing.T, folder string) iter.Seq2[crawler.Resource, error] {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, trace.ResourcesFile))
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(crawler.Resource, error) bool) {
		for line := range strings.Lines(string(text)) {
			var r crawler.Resource
			if err := json.Unmarshal([]byte(line), &r); !yield(r, err) {
				return
			}
		}
	}
}

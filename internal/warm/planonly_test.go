package warm_test

import (
	"bytes"
	"encoding/json"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/crowd"
	"github.com/edgewarm/edgewarm/internal/trace"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/planner"
)

// tracedSite is a small trace: its last resources, and the folder with its logs.
func tracedSite(t *testing.T, o trace.Options) (folder string, resources []crawler.Resource) {
	t.Helper()
	folder = t.TempDir()
	if err := trace.New(o).Write(folder, crowd.EdgeOne, false); err != nil {
		t.Fatal(err)
	}
	for d := range trace.New(o).Days() {
		resources = d.Resources
	}
	return folder, resources
}

// offline is a Warmer that needs nobody.
func offline(t *testing.T, folder string) *warm.Warmer {
	t.Helper()
	c, err := config.Load("")
	if err != nil {
		t.Fatal(err)
	}
	c.Account.Zones = map[string][]string{"zone-a": {"vod.example.com"}}
	c.State = filepath.Join(t.TempDir(), "none.db")
	if folder != "" {
		c.Popularity.Logs = []string{filepath.Join(folder, "*.log.gz")}
	}
	return &warm.Warmer{Config: c, Command: "test"}
}

func each(resources []crawler.Resource) iter.Seq2[crawler.Resource, error] {
	return func(yield func(crawler.Resource, error) bool) {
		for _, r := range resources {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// planned is a plan as edgewarm plan --all writes it.
func planned(t *testing.T, w *warm.Warmer, o warm.PlanOptions) (*planner.Plan, []planner.LeftOut, string) {
	t.Helper()
	var left []planner.LeftOut
	o.LeftOut = func(l planner.LeftOut) { left = append(left, l) }
	plan, faults, err := w.PlanOnly(t.Context(), o)
	if err != nil || faults > 0 {
		t.Fatalf("%d faults, %v", faults, err)
	}
	slices.SortFunc(left, func(a, b planner.LeftOut) int { return strings.Compare(a.URL, b.URL) })
	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	for _, target := range plan.Targets {
		if err := lines.Encode(target); err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range left {
		if err := lines.Encode(l); err != nil {
			t.Fatal(err)
		}
	}
	return plan, left, text.String()
}

// The same inputs give the same bytes: 20 times, in whatever order the resources come, however many threads there are.
func TestPlanIsTheSameEveryTime(t *testing.T) {
	folder, resources := tracedSite(t, trace.Options{Seed: 3, Days: 3, Films: 12, Series: 3, NewFilms: 1, Viewings: 300})
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	want := ""
	for n := range 20 {
		runtime.GOMAXPROCS([]int{1, 2, 8}[n%3])
		shuffled := slices.Clone(resources)
		if n > 0 {
			rand.New(rand.NewPCG(uint64(n), 0)).Shuffle(len(shuffled), func(i, j int) {
				shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
			})
		}
		plan, _, got := planned(t, offline(t, folder), warm.PlanOptions{Resources: each(shuffled), Quota: 200})
		if n == 0 {
			if want = got; len(plan.Targets) != 200 || plan.Targets[0].Why.Requests == 0 {
				t.Fatalf("got %d targets, the first for %+v", len(plan.Targets), plan.Targets[0].Why)
			}
		}
		if got != want {
			t.Fatalf("run %d: the plan differs", n)
		}
	}
}

// Whatever the quota, each resource is a target or has one reason, and what a larger quota adds comes behind.
func TestQuotaAsksWhatIf(t *testing.T) {
	t.Parallel()
	_, resources := tracedSite(t, trace.Options{Seed: 4, Days: 1, Films: 8, Series: 2, NewFilms: 1, Viewings: 10})
	for _, quota := range []int{1, 50, 100_000} {
		plan, left, _ := planned(t, offline(t, ""), warm.PlanOptions{Resources: each(resources), Quota: quota})
		decided := map[string]int{}
		for _, target := range plan.Targets {
			decided[target.URL]++
		}
		for _, l := range left {
			decided[l.URL]++
			if l.Reason == "" {
				t.Errorf("%s has no reason", l.URL)
			}
		}
		for _, r := range resources {
			if decided[r.URL] != 1 {
				t.Errorf("quota %d: %s was decided on %d times", quota, r.URL, decided[r.URL])
			}
		}
		sum := len(plan.Targets)
		for _, n := range plan.LeftOut {
			sum += n
		}
		if sum != plan.Discovered || plan.Discovered != len(resources) || len(plan.Targets) > quota {
			t.Errorf("quota %d: %d targets and %v of %d", quota, len(plan.Targets), plan.LeftOut, len(resources))
		}
	}
}

func TestDaysAhead(t *testing.T) {
	t.Parallel()
	_, resources := tracedSite(t, trace.Options{Seed: 4, Days: 1, Films: 8, Series: 2, NewFilms: 1, Viewings: 10})
	one, _, _ := planned(t, offline(t, ""), warm.PlanOptions{Resources: each(resources), Quota: 30})
	three, _, _ := planned(t, offline(t, ""), warm.PlanOptions{Resources: each(resources), Quota: 30, Days: 3})
	perDay := map[int]int{}
	for _, target := range three.Targets {
		perDay[target.Day]++
	}
	if len(one.Targets) != 30 || perDay[1] != 30 || perDay[2] != 30 || perDay[3] != 30 || len(three.Targets) != 90 {
		t.Errorf("got %d targets of one day, and %v of three", len(one.Targets), perDay)
	}
}

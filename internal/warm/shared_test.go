package warm_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// What plans without the ledger crawls alone though the config wants workers, and says so once; what does not crawl, and a
// config that wants none, have nothing to say.
func TestCrawlsAlone(t *testing.T) {
	t.Parallel()
	site := httptest.NewServer(nil)
	t.Cleanup(site.Close)
	plan := func(o warm.PlanOptions) func(*warm.Warmer) error {
		return func(w *warm.Warmer) error {
			_, _, err := w.PlanOnly(t.Context(), o)
			return err
		}
	}
	dryRun := func(w *warm.Warmer) error {
		_, err := w.Run(t.Context(), warm.RunOptions{DryRun: true})
		return err
	}
	for name, c := range map[string]struct {
		do      func(*warm.Warmer) error
		workers bool
		want    int
	}{
		"plan":               {plan(warm.PlanOptions{Quota: 1}), true, 1},
		"plan without":       {plan(warm.PlanOptions{Quota: 1}), false, 0},
		"plan of resources":  {plan(warm.PlanOptions{Quota: 1, Resources: each(nil)}), true, 0},
		"a dry run":          {dryRun, true, 1},
		"a dry run of alone": {dryRun, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := offline(t, "")
			w.Config.Sources = []config.Source{{URL: site.URL, Weight: 1}}
			w.Config.Crawl.PrivateNetworks, w.Config.Crawl.Workers, w.Config.Plan.Quota = true, c.workers, 1
			var notes []string
			w.Watch.Note = func(text string) { notes = append(notes, text) }
			if err := c.do(w); err != nil {
				t.Fatal(err)
			}
			alone := slices.DeleteFunc(slices.Clone(notes), func(n string) bool { return !strings.HasPrefix(n, "crawling alone: ") })
			if len(alone) != c.want {
				t.Errorf("got the notes %q, want %d that it crawls alone", notes, c.want)
			}
		})
	}
}

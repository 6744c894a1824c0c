package popularity_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/planner/popularity"
)

// The log of another site is no fault: it is counted, and tells nothing of this one. Nor is one that is empty, or of one
// whose clock is ahead: what is in the future counts as now.
func TestFault83LogsThatTellNothing(t *testing.T) {
	t.Parallel()
	until := time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC)
	line := func(host string, at time.Time) string {
		return fmt.Sprintf("{\"u\":\"/a\",\"h\":%q,\"s\":200,\"t\":%q}\n", host, at.Format(time.RFC3339))
	}
	for _, c := range []struct {
		name, log     string
		want          float64
		counted, held int
	}{
		{"another site", strings.Repeat(line("other.example", until), 10), 0, 10, 1},
		{"empty", "", 0, 0, 0},
		{"blank lines", "\n\n\n", 0, 0, 0},
		{"a clock ahead", strings.Repeat(line("this.example", until.AddDate(3, 0, 0)), 3), 3, 3, 1},
	} {
		counter := &popularity.Counter{Format: `{"u":"$request_uri","h":"$host","s":$status,"t":"$time_iso8601"}`, HalfLife: time.Hour, Until: until}
		stats, err := counter.Read(t.Context(), "log", strings.NewReader(c.log))
		if err != nil || stats.Counted != c.counted || stats.Bad > 0 || counter.Len() != c.held {
			t.Errorf("%s: got %+v, %d held, %v", c.name, stats, counter.Len(), err)
		}
		if got := counter.Demand("https://this.example/a").Requests; got != c.want {
			t.Errorf("%s: got %g requests, want %g", c.name, got, c.want)
		}
	}
}

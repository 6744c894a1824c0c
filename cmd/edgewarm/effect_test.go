package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/effect"
)

// The table that people see, whose columns are as wide as what is in them.
func TestPrintEffect(t *testing.T) {
	t.Parallel()
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 5, 0, 0, time.Local) }
	night := effect.Night{Run: 12, Started: at(25, 3), From: at(25, 4), To: at(26, 4), LogsUntil: at(26, 3), Planned: 10_240}
	told := night
	told.Report = effect.Report{
		Verdict: effect.Avoided, Units: 12_000, Strata: 34,
		Warmed:    effect.Arm{Targets: 10_000, Requests: 123_456.4, Misses: 987.6, MissesEach: 0.098_76},
		HeldOut:   effect.Arm{Targets: 204, Requests: 2_345, Misses: 678, MissesEach: 3.3235},
		Avoided:   &effect.Estimate{Value: 32_247, Low: 30_001, High: 34_500},
		PerTarget: &effect.Estimate{Value: 3.2247, Low: 3, High: 3.45},
		PerUnit:   &effect.Estimate{Value: 2.687, Low: 2.5, High: 2.875},
	}
	few := night
	few.Planned = 9
	few.Report = effect.Report{Verdict: effect.TooFew, Warmed: effect.Arm{Targets: 8, Requests: 4}, HeldOut: effect.Arm{Targets: 1}}
	for name, c := range map[string]struct {
		night *effect.Night
		want  string
	}{
		"told": {&told, `run 12 of 25 Nov 2026, 03:05: 10240 targets, and 204 held out
requests from 25 Nov 2026, 04:05 to 26 Nov 2026, 04:05; the logs go to 26 Nov 2026, 03:05

            targets  requests  misses  misses each
    warmed    10000    123456     988        0.099
  held out      204      2345     678        3.324

Each unit avoided 2.687 misses (95%: 2.500 to 2.875), all 12000 units that are compared 32247 (30001 to 34500).
`},
		"too few": {&few, `run 12 of 25 Nov 2026, 03:05: 9 targets, and 1 held out
requests from 25 Nov 2026, 04:05 to 26 Nov 2026, 04:05; the logs go to 26 Nov 2026, 03:05

            targets  requests  misses  misses each
    warmed        8         4       0        0.000
  held out        1         0       0        0.000

Too few to tell: 1 were held out, 8 are compared with them. A larger plan.holdout or a larger plan says more.
`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			a := &app{stdout: &dataWriter{w: &out}}
			if err := a.printEffect(c.night); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

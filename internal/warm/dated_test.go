package warm_test

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

func TestHiddenByDate(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		t.Helper()
		parsed, err := time.Parse("2006-01-02 15:04:05", text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	for _, c := range []struct {
		name, lastmod, warmed, now string
		want                       bool
	}{
		{"warmed on its day, which is over", "2026-11-26 00:00:00", "2026-11-26 03:30:00", "2026-11-27 03:30:00", true},
		{"at once when it is over", "2026-11-26 00:00:00", "2026-11-26 00:00:00", "2026-11-27 00:00:00", true},
		{"while the day goes on", "2026-11-26 00:00:00", "2026-11-26 03:30:00", "2026-11-26 23:59:59", false},
		{"warmed before it: the lastmod itself is later", "2026-11-26 00:00:00", "2026-11-25 23:59:59", "2026-11-27 03:30:00", false},
		{"warmed again after it", "2026-11-26 00:00:00", "2026-11-27 00:00:00", "2026-11-28 03:30:00", false},
		{"the night's run of UTC+8", "2026-11-26 00:00:00", "2026-11-26 19:30:00", "2026-11-27 19:30:00", false},
		{"a lastmod that has a time", "2026-11-26 10:00:00", "2026-11-26 11:00:00", "2026-11-27 03:30:00", false},
	} {
		if got := warm.HiddenByDate(at(c.lastmod), at(c.warmed), at(c.now)); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
	if warm.HiddenByDate(time.Time{}, at("2026-11-26 03:30:00"), at("2026-11-27 03:30:00")) {
		t.Error("no lastmod hides anything")
	}
}

// dated is a world in virtual time with an image for each of the lastmods; the origin gives a validator for some.
type dated struct {
	*world
	lastmods map[string]string
	tags     map[string]string
}

// run returns the images that it purged and warmed.
func (d *dated) run(t *testing.T) string {
	t.Helper()
	job := d.warmer()
	job.SetTransport(d.sim.Transport())
	job.SetOrigin(func(url string) string { return d.tags[strings.TrimPrefix(url, "https://cdn.example.com/")] })
	job.SetFound(iter.Seq2[crawler.Resource, error](func(yield func(crawler.Resource, error) bool) {
		for _, name := range []string{"a", "b", "c"} {
			at, err := time.Parse(time.DateOnly, d.lastmods[name])
			if err != nil || !yield(crawler.Resource{URL: "https://cdn.example.com/" + name, Kind: crawler.Image, LastMod: at}, nil) {
				return
			}
		}
	}))
	accepted, purged := len(d.sim.Accepted()), len(d.sim.Purged())
	d.notes = nil
	if _, err := job.Run(t.Context(), warm.RunOptions{Purge: true}); err != nil {
		t.Fatal(err)
	}
	names := func(all []edgeonetest.Accepted) string {
		var out []string
		for _, a := range all {
			out = append(out, strings.TrimPrefix(a.URL, "https://cdn.example.com/"))
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	return fmt.Sprintf("purged %q, warmed %q", names(d.sim.Purged()[purged:]), names(d.sim.Accepted()[accepted:]))
}

// A second change on the day of a date-only lastmod: where the origin gives validators they tell it at once, and where not,
// what was warmed on that day is sent once more when the day is over, and no more than once.
func TestSecondChangeOnADate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &dated{world: quiet(t, edgeonetest.Options{}), lastmods: map[string]string{"a": "1999-12-01", "b": "1999-12-01", "c": "1999-12-01"},
			tags: map[string]string{"b": `"1"`}}
		d.config.Plan.TTL = 30 * 24 * time.Hour
		until := func(at string) {
			t.Helper()
			next, err := time.Parse("2006-01-02 15:04", at)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Until(next))
		}
		const nothing = `purged "", warmed ""`
		for _, step := range []struct {
			at     string
			change func()
			want   string
		}{
			{"2000-01-02 09:00", func() {}, `purged "", warmed "a b c"`},
			// The first change of a day after the warming of an earlier day: the date is later.
			{"2000-01-03 09:00", func() { d.lastmods["a"], d.lastmods["b"], d.tags["b"] = "2000-01-03", "2000-01-03", `"2"` }, `purged "a b", warmed "a b"`},
			{"2000-01-03 10:00", func() {}, nothing},
			// The second: of b its validator tells, of a nothing does as yet.
			{"2000-01-03 11:00", func() { d.tags["b"] = `"3"` }, `purged "b", warmed "b"`},
			{"2000-01-03 23:00", func() {}, nothing},
			{"2000-01-04 00:30", func() {}, `purged "a", warmed "a"`},
			{"2000-01-04 01:30", func() {}, nothing},
			{"2000-01-05 00:30", func() {}, nothing},
			// Another day the same holds once more.
			{"2000-01-06 12:00", func() { d.lastmods["a"] = "2000-01-06" }, `purged "a", warmed "a"`},
			{"2000-01-07 12:00", func() {}, `purged "a", warmed "a"`},
			{"2000-01-08 12:00", func() {}, nothing},
			// A nightly run of UTC+8, on what changed the day before: once.
			{"2000-01-09 19:30", func() { d.lastmods["a"] = "2000-01-09" }, `purged "a", warmed "a"`},
			{"2000-01-10 19:30", func() {}, nothing},
		} {
			until(step.at)
			step.change()
			if got := d.run(t); got != step.want {
				t.Errorf("%s: %s, want %s", step.at, got, step.want)
			}
			if once := strings.Contains(strings.Join(d.notes, "\n"), "taken for changed, once"); once != (step.at == "2000-01-04 00:30" || step.at == "2000-01-07 12:00") {
				t.Errorf("%s: it says %q", step.at, d.notes)
			}
		}
	})
}

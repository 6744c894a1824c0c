package ledger_test

import (
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// said is what the service says of a zone's quota of 1000, so many hours and minutes after the midnight before, UTC.
type said struct {
	zone      string
	hour      int
	minute    int
	available int
}

var midnight = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func testReset(t *testing.T, b *bench) {
	b.open()
	for _, c := range []struct {
		name string
		said []said
		hour int // -1 is not known
	}{
		{"nothing", nil, -1},
		{"one rise", []said{{"a", 15, 50, 0}, {"a", 16, 5, 1000}}, -1},
		{"two rises of one hour", []said{{"b", 39, 50, 0}, {"b", 40, 5, 1000}}, 16},
		{"and some that say little", []said{{"a", 49, 0, 100}, {"a", 69, 0, 990}}, 16},
		{"a larger quota, and units given back", []said{{"a", 70, 0, 300}, {"a", 70, 10, 400}, {"b", 70, 0, 0}, {"b", 70, 10, 40}}, 16},
		{"the books of the mode edge", []said{{"a edge", 71, 50, 0}, {"a edge", 72, 5, 1000}, {"a edge", 95, 50, 0}, {"a edge", 96, 5, 1000}}, 16},
		{"another hour", []said{{"a", 99, 50, 0}, {"a", 100, 2, 1000}}, -1},
		{"another hour twice", []said{{"a", 123, 50, 0}, {"a", 124, 2, 900}}, 4},
		{"a reading that came a little late", []said{{"b", 147, 59, 0}, {"b", 148, 0, 1000}}, 4},
		{"two hours that may be", []said{{"c", 1000, 10, 0}, {"c", 1002, 10, 1000}, {"c", 1024, 10, 0}, {"c", 1026, 10, 1000}}, -1},
		{"long ago", []said{{"a", 3000, 0, 5}}, -1},
	} {
		for _, s := range c.said {
			b.now = midnight.Add(time.Duration(s.hour)*time.Hour + time.Duration(s.minute)*time.Minute)
			b.must(b.RecordQuota(t.Context(), s.zone, submitter.Quota{Daily: 1000, Available: s.available}))
		}
		r, known, err := b.LearnReset(t.Context())
		b.must(err)
		if known != (c.hour >= 0) || known && r.Hour != c.hour {
			t.Errorf("after %s: got %+v, %v; want %d", c.name, r, known, c.hour)
		}
		if known && (r.Jumps < 2 || !r.First.Before(r.Last)) {
			t.Errorf("after %s: got %+v", c.name, r)
		}
	}
}

// What the service says last of a day is what is known of it.
func testReadings(t *testing.T, b *bench) {
	b.open()
	for i, available := range []int{400, 100, 590} {
		b.now = noon.Add(time.Duration(i) * time.Hour)
		b.must(b.RecordQuota(t.Context(), "zone-a", submitter.Quota{Daily: 1500, Available: available}))
		b.must(b.RecordQuota(t.Context(), "zone-a", submitter.Quota{Daily: 1500, Available: available - 1})) // at the same time
	}
	day, err := b.Today(t.Context(), "zone-a")
	b.must(err)
	want := ledger.QuotaDay{Zone: "zone-a", Day: "2026-03-01", Daily: 1500, Available: 589, Updated: noon.Add(2 * time.Hour).UTC()}
	if day != want {
		t.Errorf("got %+v, want %+v", day, want)
	}
}

// A quota that is whole again in the middle of our day begins a new one: what was spent before does not count any more.
func testRenewed(t *testing.T, b *bench) {
	b.open()
	b.begin()
	b.now = noon
	batch := b.batch("1", "2")
	batch.Costs = []int{100, 300}
	b.must(b.Intend(t.Context(), batch))
	b.must(b.Settle(t.Context(), batch, outcome("job", submitter.Accepted, submitter.Accepted)))
	for i, c := range []struct{ available, used int }{
		{600, 400},
		{620, 400}, // units given back
		{1000, 0},
		{990, 0},
	} {
		b.now = noon.Add(time.Duration(i) * time.Minute)
		b.must(b.RecordQuota(t.Context(), "zone-a", submitter.Quota{Daily: 1000, Available: c.available}))
		b.wantUsed(c.used)
	}
	days, err := b.QuotaDays(t.Context(), "2026-01-01")
	b.must(err)
	spent := map[string]int{}
	for _, day := range days {
		spent[day.Day] += day.Units
	}
	if spent["2026-03-01"] != 0 || spent["2026-02-28"] != 400 {
		t.Errorf("the days have %v", spent)
	}
}

package launch_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/launch"
)

// midnight begins the first of three quota days of 100 units.
var midnight = time.Date(2026, 11, 29, 0, 0, 0, 0, time.FixedZone("Asia/Shanghai", 8*60*60))

func days(units ...int) map[string][]launch.Day {
	var days []launch.Day
	for i, n := range units {
		from := midnight.AddDate(0, 0, i)
		days = append(days, launch.Day{Name: from.Format(time.DateOnly), From: from, To: from.AddDate(0, 0, 1), Units: n})
	}
	return map[string][]launch.Day{"zone-a": days}
}

// titles are n segments and one playlist.
func titles(n int) (items []launch.Item) {
	items = append(items, launch.Item{URL: "list", Zone: "zone-a", Cost: 1, Last: true})
	for i := range n {
		items = append(items, launch.Item{URL: fmt.Sprint("s", i), Zone: "zone-a", Cost: 1, Bytes: 1e6})
	}
	return items
}

// told is a schedule in one line: the shares with their first and last items, and what is left.
func told(s launch.Schedule) string {
	var parts []string
	for _, share := range s.Shares {
		items := share.Items
		parts = append(parts, fmt.Sprintf("%s %s-%s %d", share.Day, items[0].URL, items[len(items)-1].URL, share.Units))
	}
	text := strings.Join(parts, ", ")
	if n := len(s.Left); n > 0 {
		text += fmt.Sprintf("; %d left from %s", n, s.Left[0].URL)
	}
	if s.Late {
		text += "; late"
	}
	return text
}

func TestSchedule(t *testing.T) {
	t.Parallel()
	at := midnight.AddDate(0, 0, 2).Add(20 * time.Hour) // on the third day
	usual := launch.Terms{Now: midnight, At: at, Margin: time.Hour, Job: 30 * time.Minute, Rate: 100, Days: days(100, 100, 100)}
	for name, c := range map[string]struct {
		change func(*launch.Terms)
		n      int
		want   string
	}{
		"one day":     {nil, 50, "2026-12-01 s0-list 51"},
		"just fits":   {nil, 99, "2026-12-01 s0-list 100"},
		"two days":    {nil, 120, "2026-11-30 s0-s20 21, 2026-12-01 s21-list 100"},
		"three days":  {nil, 299, "2026-11-29 s0-s99 100, 2026-11-30 s100-s199 100, 2026-12-01 s200-list 100"},
		"no quota":    {nil, 310, "2026-11-29 s0-s99 100, 2026-11-30 s100-s199 100, 2026-12-01 s200-list 100; 11 left from s299"},
		"TTL":         {func(t *launch.Terms) { t.TTL = 24 * time.Hour }, 250, "2026-11-30 s0-s99 100, 2026-12-01 s100-list 100; 51 left from s199"},
		"short TTL":   {func(t *launch.Terms) { t.TTL = 6 * time.Hour }, 120, "2026-12-01 s0-list 100; 21 left from s99"},
		"slow origin": {func(t *launch.Terms) { t.Bandwidth = 1e6 / 3600 }, 25, "2026-11-30 s0-s6 7, 2026-12-01 s7-list 19"},
		"too slow":    {func(t *launch.Terms) { t.Bandwidth = 1e6 / 36000 }, 8, "2026-11-29 s0-s1 2, 2026-11-30 s2-s3 2, 2026-12-01 s4-list 5; late"},
		"too late":    {func(t *launch.Terms) { t.Now = at.Add(-time.Hour) }, 50, "2026-12-01 s0-list 51; late"},
		"not late":    {func(t *launch.Terms) { t.Now = at.Add(-2*time.Hour - time.Minute) }, 50, "2026-12-01 s0-list 51"},
		"booked out":  {func(t *launch.Terms) { t.Days = days(100, 100, 0) }, 50, "2026-11-30 s0-s49 50; 1 left from list"},
		"over":        {func(t *launch.Terms) { t.Now = at.AddDate(0, 0, 2) }, 1, "; 2 left from s0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			terms := usual
			if c.change != nil {
				c.change(&terms)
			}
			if got := told(launch.New(titles(c.n), terms)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// The latest start leaves the time that sending, fetching and two jobs take: of the segments, and of the playlists after
// them.
func TestLatestStart(t *testing.T) {
	t.Parallel()
	at := midnight.Add(20 * time.Hour)
	s := launch.New(titles(50), launch.Terms{
		Now: midnight, At: at, Margin: time.Hour, Job: 30 * time.Minute, Bandwidth: 1e6 / 60, Days: days(100),
	})
	if want := at.Add(-time.Hour - 2*30*time.Minute - 50*time.Minute); !s.Latest.Equal(want) {
		t.Errorf("got %s, want %s", s.Latest, want)
	}
}

// Every item is in one share or left, no day is spent beyond its units, and none is sent that is cold at the release.
func TestScheduleAddsUp(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		terms := launch.Terms{
			Now: midnight.Add(time.Duration(r.IntN(80)) * time.Hour), At: midnight.Add(time.Duration(r.IntN(80)) * time.Hour),
			Margin: time.Duration(r.IntN(4)) * time.Hour, TTL: time.Duration(r.IntN(50)) * time.Hour, Job: 30 * time.Minute,
			Rate: float64(r.IntN(3)), Bandwidth: float64(r.IntN(3)) * 50, Days: days(r.IntN(40), r.IntN(40), r.IntN(40)),
		}
		items := titles(r.IntN(100))
		for i := range items {
			items[i].Cost = 1 + r.IntN(2)
		}
		s := launch.New(items, terms)
		seen := map[string]bool{}
		for _, item := range s.Left {
			seen[item.URL] = true
		}
		for _, share := range s.Shares {
			units := 0
			for _, item := range share.Items {
				if seen[item.URL] {
					t.Fatalf("seed %d: %s is there twice", seed, item.URL)
				}
				seen[item.URL] = true
				units += item.Cost
			}
			for _, day := range terms.Days["zone-a"] {
				if day.Name == share.Day && (units > day.Units || units != share.Units) {
					t.Fatalf("seed %d: %d units on a day of %d", seed, units, day.Units)
				}
			}
			if terms.TTL > 0 && share.From.Before(terms.At.Add(-terms.TTL)) && share.From.Before(terms.Now) {
				t.Fatalf("seed %d: sent at %s, cold at %s", seed, share.From, terms.At)
			}
		}
		if len(seen) != len(items) {
			t.Fatalf("seed %d: %d of %d items", seed, len(seen), len(items))
		}
	}
}

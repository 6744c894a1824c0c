package schedule_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/schedule"
)

func TestNext(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"30 3 * * *":                       "2026-03-02T03:30:00Z",
		"CRON_TZ=Asia/Shanghai 30 3 * * *": "2026-03-01T19:30:00Z",
		"@every 90m":                       "2026-03-01T13:30:00Z",
		"@hourly":                          "2026-03-01T13:00:00Z",
		" 0 0 29 2 * ":                     "2028-02-29T00:00:00Z",
	} {
		s, err := schedule.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := s.Next(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestWrong(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "daily", "* * * *", "61 * * * *", "TZ=0", "CRON_TZ=", "CRON_TZ=Nowhere/No 0 0 * * *", "@every soon", strings.Repeat("*", 2000)} {
		if _, err := schedule.Parse(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
	if _, err := schedule.Parse("0 0 30 2 *"); !errors.Is(err, schedule.ErrNever) {
		t.Errorf("the 30th of February: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"30 3 * * *", "CRON_TZ=UTC @daily", "TZ=0", "@every 1s", "1-5/2,7 * * JAN MON"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		now := time.Now()
		if s, err := schedule.Parse(text); err == nil && !s.Next(now).After(now) {
			t.Errorf("%q is due before now", text)
		}
	})
}

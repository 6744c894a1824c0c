package report

import (
	"context"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/plain"
)

// ZoneQuota is what a zone's quota was spent on, day by day.
type ZoneQuota struct {
	Zone string `json:"zone"`
	// Days are the last ones, the newest last; those of which nothing is known are not among them.
	Days []QuotaDay `json:"days"`
}

// QuotaDay is one quota day of a zone, in units.
type QuotaDay struct {
	Day string `json:"day"`
	// Own is what was accepted by our own count, Others what somebody else spent by the service's.
	Own    int `json:"own"`
	Others int `json:"others"`
	// Daily and Available are what the service said last; 0 when it was not asked.
	Daily     int `json:"daily"`
	Available int `json:"available"`
}

// Spent is what is gone of the day's quota.
func (d QuotaDay) Spent() int { return d.Own + d.Others }

// Today is the newest day that is known.
func (z ZoneQuota) Today() QuotaDay { return z.Days[len(z.Days)-1] }

// ReadQuota reads the quota days of the last two weeks.
func ReadQuota(ctx context.Context, l Ledger, now time.Time) ([]ZoneQuota, error) {
	days, err := l.QuotaDays(ctx, l.Day(now.AddDate(0, 0, 1-maxDays)))
	if err != nil {
		return nil, err
	}
	zones := []ZoneQuota{}
	for _, d := range days {
		if n := len(zones); n == 0 || zones[n-1].Zone != plain.Text(d.Zone) {
			zones = append(zones, ZoneQuota{Zone: plain.Text(d.Zone)})
		}
		last := &zones[len(zones)-1]
		last.Days = append(last.Days, newQuotaDay(d))
	}
	return zones, nil
}

func newQuotaDay(d ledger.QuotaDay) QuotaDay {
	day := QuotaDay{Day: d.Day, Own: d.Units, Daily: d.Daily, Available: d.Available}
	if d.Daily > 0 {
		// What was sent since the service was asked is in our own count only.
		day.Others = max(d.Daily-d.Available-d.Units, 0)
	}
	return day
}

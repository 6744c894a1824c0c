package launch

import (
	"cmp"
	"slices"
	"time"
)

// Schedule is what is to be sent on which day. Every item is in one Share or is Left.
type Schedule struct {
	// Shares are in the order in which they are sent.
	Shares []Share
	// Left are the items that no day has quota for, the least missed of all.
	Left []Item
	// Latest is when the first share has to be begun for everything to be warm in time; zero when there is none. Late is
	// true when it cannot be: what is sent may not be warm at the release.
	Latest time.Time
	Late   bool
}

// Share is what is sent of one zone on one of its quota days.
type Share struct {
	Zone, Day string
	// From is when it may be sent at the earliest, Latest when it has to be begun.
	From, Latest time.Time
	Units        int
	Bytes        int64
	// Items are in their order, those that go last behind the others.
	Items []Item
}

// New makes the schedule: the fewest days, as late as they may be, so that what is warmed is still warm and other plans
// keep the quota of the days before. What is missed most goes first, so that there is time to send it again.
func New(items []Item, t Terms) Schedule {
	var s Schedule
	for _, zone := range zonesOf(items) {
		z := &zoneSchedule{Terms: t.portion(items, zone), zone: zone}
		for _, item := range items {
			switch {
			case item.Zone != zone:
			case item.Last:
				z.last = append(z.last, item)
			default:
				z.first = append(z.first, item)
			}
		}
		z.make()
		s.Shares = append(s.Shares, z.shares...)
		s.Left = append(s.Left, z.left...)
	}
	slices.SortStableFunc(s.Shares, func(a, b Share) int {
		return cmp.Or(a.From.Compare(b.From), a.Latest.Compare(b.Latest))
	})
	for _, share := range s.Shares {
		if s.Latest.IsZero() || share.Latest.Before(s.Latest) {
			s.Latest = share.Latest
		}
		s.Late = s.Late || share.Latest.Before(share.From)
	}
	return s
}

// zonesOf are the zones of items, in their order.
func zonesOf(items []Item) (zones []string) {
	for _, item := range items {
		if !slices.Contains(zones, item.Zone) {
			zones = append(zones, item.Zone)
		}
	}
	return zones
}

// portion is what one zone has of what all share: the rate and the bandwidth, in proportion to what it sends.
func (t Terms) portion(items []Item, zone string) Terms {
	var n, all int
	var bytes, total int64
	for _, item := range items {
		all++
		total += item.Bytes
		if item.Zone == zone {
			n++
			bytes += item.Bytes
		}
	}
	t.Rate *= float64(n) / float64(max(all, 1))
	if total > 0 && bytes > 0 {
		t.Bandwidth *= float64(bytes) / float64(total)
	}
	return t
}

package warm

import (
	"context"

	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

// Place brings plain URLs into their normal form and finds the zone of each target that has none. Those that are no URL,
// or whose host is in no zone, come back as outside.
func (w *Warmer) Place(ctx context.Context, targets []submitter.Target) (placed []submitter.Target, outside []string, err error) {
	var find func(url string) (string, bool)
	for _, t := range targets {
		if t.Zone != "" {
			placed = append(placed, t)
			continue
		}
		if find == nil {
			zones, err := w.Zones(ctx)
			if err != nil {
				return nil, nil, err
			}
			find = planner.ZoneFinder(zones)
		}
		url, err := urlkey.Normalize(t.URL)
		zone, ok := find(url)
		if err != nil || !ok {
			outside = append(outside, t.URL)
			continue
		}
		placed = append(placed, submitter.Target{URL: url, Zone: zone, Cost: t.Cost})
	}
	return placed, outside, nil
}

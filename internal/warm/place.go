package warm

import (
	"context"
	"errors"
	"fmt"

	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

// errNoZone is said of a URL that is given to be submitted and cannot be.
var errNoZone = errors.New("its host belongs to none of the zones")

// place brings the URLs into their normal form and finds the zone of each target that has none. Those that are no URL, or
// whose host is in no zone, are told, counted in faults and left out.
func (w *Warmer) place(ctx context.Context, targets []submitter.Target, s *Summary, faults *int) (placed []submitter.Target, err error) {
	var find func(url string) (string, bool)
	for _, t := range targets {
		t.Cost = max(t.Cost, 1)
		url, err := urlkey.Normalize(t.URL)
		if err != nil {
			w.leave(s, planner.Invalid, err, "a URL begins with https:// or http://", faults)
			continue
		}
		t.URL = url
		if t.Zone == "" {
			if find == nil {
				zones, err := w.Zones(ctx)
				if err != nil {
					return nil, err
				}
				find = planner.ZoneFinder(zones)
			}
			t.Zone, _ = find(url)
		}
		if t.Zone == "" {
			w.leave(s, planner.NoZone, fmt.Errorf("%s: %w", urlkey.Redact(url), errNoZone), "name its zone under account.zones", faults)
			continue
		}
		placed = append(placed, t)
	}
	return placed, nil
}

// leave takes down a URL that is not submitted.
func (w *Warmer) leave(s *Summary, reason planner.Reason, err error, hint string, faults *int) {
	*faults++
	s.Discovered++
	s.LeftOut[reason]++
	w.Watch.fault(err, hint)
}

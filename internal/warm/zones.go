package warm

import (
	"context"
	"fmt"
)

// askZones asks the service for the zones and their hosts, and says which ones it serves nothing of.
func (w *Warmer) askZones(ctx context.Context) (map[string][]string, error) {
	all, err := w.edge.AllZones(ctx, w.limiter)
	if err != nil {
		return nil, err
	}
	zones := map[string][]string{}
	for _, z := range all {
		switch {
		case z.ID == "":
			continue
		case z.Paused:
			w.Watch.note(fmt.Sprintf("zone %s (%s) is paused: its hosts are left out", z.ID, z.Name))
			continue
		}
		hosts, err := w.edge.Hosts(ctx, w.limiter, z.ID)
		if err != nil {
			return nil, err
		}
		if len(hosts) == 0 {
			w.Watch.detail(fmt.Sprintf("zone %s (%s) serves no host", z.ID, z.Name))
		}
		zones[z.ID] = hosts
	}
	return zones, nil
}

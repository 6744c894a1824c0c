package warm

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/glob"
	"github.com/edgewarm/edgewarm/submitter"
)

// everyZone is the zone * of the config: its hosts are of any zones of the account.
const everyZone = config.EveryZone

// errNoZoneQuota is said of the zone *, whose quota the service does not tell: it is of single zones.
var errNoZoneQuota = &HintError{errors.New("the account may not list its zones, so that the quota of zone * cannot be read"),
	"set plan.quota to the units that a day may spend, allow teo:DescribeZones, or name the zones under account.zones"}

// expand finds the zones behind the hosts of the zone *, so that each is planned within its own quota. An account that may
// not list its zones keeps *, which the service takes for targets of any.
func (w *Warmer) expand(ctx context.Context, zones map[string][]string) (map[string][]string, error) {
	patterns, ok := zones[everyZone]
	if !ok {
		return zones, nil
	}
	if err := w.connect(ctx); err != nil {
		return nil, err
	}
	asked, err := w.askZones(ctx)
	switch {
	case lacksCredentials(err): // of a dry run, which can do without
		return zones, nil
	case submitter.ClassOf(err) == submitter.ClassUnauthorized && !isCredential(err):
		w.Watch.detail("the zones behind * are not known: " + err.Error())
		return zones, nil
	case err != nil:
		return nil, err
	}
	out := maps.Clone(zones)
	delete(out, everyZone)
	for _, pattern := range patterns {
		if !behind(pattern, asked, zones, out) {
			w.Watch.note(fmt.Sprintf("zone *: no zone of the account serves %s", pattern))
		}
	}
	if len(out) == 0 {
		return nil, &HintError{errors.New("no zone of the account serves a host of zone *"), "look for a misspelt host in account.zones"}
	}
	return out, nil
}

// isCredential is whether an error is about who asks, and not about what is asked for.
func isCredential(err error) bool {
	failed, ok := errors.AsType[*submitter.Error](err)
	return ok && strings.HasPrefix(failed.Code, "AuthFailure")
}

// behind adds a pattern of hosts to each zone that serves some of them, and is not in the config by itself. It reports
// whether there is one.
func behind(pattern string, asked, configured, out map[string][]string) (any bool) {
	for _, zone := range slices.Sorted(maps.Keys(asked)) {
		for _, host := range asked[zone] {
			served := host
			switch {
			case host == pattern, glob.Host(pattern, host):
			case glob.Host(host, pattern):
				served = pattern
			default:
				continue
			}
			any = true
			if _, own := configured[zone]; !own && !slices.Contains(out[zone], served) {
				out[zone] = append(out[zone], served)
			}
		}
	}
	return any
}

// everywhere is the API for an account that may submit to the zone *, whose quota is what the config says. It does all else
// that EdgeOne does.
type everywhere struct {
	*submitter.EdgeOne
	quota func() int
}

var _ submitter.Purger = everywhere{}

func (e everywhere) Quota(ctx context.Context, zone string) (submitter.Quota, error) {
	switch {
	case zone != everyZone:
		return e.EdgeOne.Quota(ctx, zone)
	case e.quota() < 0:
		return submitter.Quota{}, errNoZoneQuota
	}
	return submitter.Quota{Daily: e.quota(), Available: e.quota()}, nil
}

// PurgeQuota is not known of the zone *.
func (e everywhere) PurgeQuota(ctx context.Context, zone string) (submitter.Quota, error) {
	if zone == everyZone {
		return submitter.Quota{}, submitter.ErrNoPurgeQuota
	}
	return e.EdgeOne.PurgeQuota(ctx, zone)
}

func (e everywhere) Purge(ctx context.Context, b submitter.Batch) (submitter.Receipt, error) {
	receipt, err := e.EdgeOne.Purge(ctx, b)
	return receipt, notEverywhere(b.Zone, err)
}

func (e everywhere) Prefetch(ctx context.Context, b submitter.Batch) (submitter.Receipt, error) {
	receipt, err := e.EdgeOne.Prefetch(ctx, b)
	return receipt, notEverywhere(b.Zone, err)
}

func (e everywhere) Tasks(ctx context.Context, q submitter.TaskQuery) ([]submitter.Task, int, error) {
	tasks, total, err := e.EdgeOne.Tasks(ctx, q)
	return tasks, total, notEverywhere(q.Zone, err)
}

// notEverywhere says what to do about an account that is not allowed to use the zone *.
func notEverywhere(zone string, err error) error {
	failed, ok := errors.AsType[*submitter.Error](err)
	if zone != everyZone || !ok || failed.Code != "InvalidParameter.ZoneNotFound" {
		return err
	}
	return &HintError{err, "the account may not use the zone *, which needs rights on every zone: name the zones under account.zones, or allow teo:DescribeZones"}
}

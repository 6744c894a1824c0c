package edgeonetest

import "time"

// spentKey is a quota: of a zone, a day and a kind of task.
type spentKey struct{ zone, day, kind string }

// The kinds of tasks that have a quota of their own.
const (
	kindPrefetch = "prefetch_url"
	kindEdge     = "prefetch_url edge"
	kindPurge    = "purge_url"
)

// Spend takes units of a zone's quota of today, as another user of the account would.
func (s *Simulator) Spend(zone string, units int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spent[s.key(zone, kindPrefetch, s.o.Now())] += units
}

func (s *Simulator) key(zone, kind string, now time.Time) spentKey {
	return spentKey{zone, now.In(s.o.Day).Format(time.DateOnly), kind}
}

// limits are what one call and one day may have.
func (s *Simulator) limits(z *Zone, kind string) (batch, daily int) {
	batch, daily = s.o.Batch, s.o.Daily
	if z.Batch != 0 {
		batch = z.Batch
	}
	if z.Daily != 0 {
		daily = z.Daily
	}
	switch {
	case kind == kindEdge:
		daily = s.o.EdgeDaily
	case kind == kindPurge && s.o.PurgeDaily != 0:
		daily = s.o.PurgeDaily
	}
	return batch, max(daily, 0)
}

// left is what is left of a zone's day.
func (s *Simulator) left(z *Zone, kind string, now time.Time) int {
	_, daily := s.limits(z, kind)
	return max(daily-s.spent[s.key(z.ID, kind, now)], 0)
}

func (s *Simulator) describeContentQuota(c *call) answer {
	var p struct{ ZoneID string }
	z, fail := s.decodeZone(c, &p, &p.ZoneID)
	switch {
	case fail != nil:
		return *fail
	case z == nil:
		return refuse("InvalidParameter.ZoneNotFound", "a quota is of one zone")
	case s.o.NullQuota:
		return answer{fields: map[string]any{"PrefetchQuota": nil, "PurgeQuota": nil}}
	}
	return answer{fields: map[string]any{
		"PrefetchQuota": []any{s.quota(z, kindPrefetch, c.now)},
		"PurgeQuota":    []any{s.quota(z, kindPurge, c.now)},
	}}
}

func (s *Simulator) quota(z *Zone, kind string, now time.Time) map[string]any {
	batch, daily := s.limits(z, kind)
	return map[string]any{"Type": kind, "Batch": batch, "Daily": daily, "DailyAvailable": s.left(z, kind, now)}
}

// decodeZone reads the parameters and finds the zone that they name: nil for "*" where that is allowed.
func (s *Simulator) decodeZone(c *call, parameters any, id *string) (*Zone, *answer) {
	if fail := c.decode(parameters); fail != nil {
		return nil, fail
	}
	c.zone = *id
	if *id == "" {
		return nil, refused("MissingParameter", "the parameter `ZoneId` is missing")
	}
	if *id == "*" && s.o.AllZones {
		return nil, nil
	}
	switch z := s.zone(*id); {
	case z == nil:
		return nil, refused("InvalidParameter.ZoneNotFound", "the zone %.50q is not found", *id)
	case z.Paused:
		return nil, refused("FailedOperation.InvalidZoneStatus", "the zone is paused")
	default:
		return z, nil
	}
}

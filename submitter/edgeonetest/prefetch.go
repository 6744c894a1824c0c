package edgeonetest

import (
	"fmt"
	"slices"
	"strings"
)

// The sister CDN's limits on headers.
const (
	maxHeaders     = 20
	maxHeaderName  = 128
	maxHeaderValue = 1024
)

type prefetchParameters struct {
	ZoneID                string
	Targets               []string
	Mode                  string
	EncodeURL             bool
	PrefetchMediaSegments string
	Headers               []struct{ Name, Value string }
}

// check refuses what needs no look at the targets.
func (p *prefetchParameters) check(s *Simulator) *answer {
	switch {
	case len(p.Targets) == 0:
		return refused("MissingParameter", "the parameter `Targets` is missing")
	case !slices.Contains([]string{"", "default", "edge"}, p.Mode):
		return refused("InvalidParameter.ParameterError", "Mode is default or edge")
	case !slices.Contains([]string{"", "on", "off"}, p.PrefetchMediaSegments):
		return refused("InvalidParameter.ParameterError", "PrefetchMediaSegments is on or off")
	case p.Mode == "edge" && !s.o.AllowEdge:
		return refused("InvalidParameter.ParameterError", "the account is not on the allowlist of Mode edge")
	case p.PrefetchMediaSegments == "on" && !s.o.AllowSegments:
		return refused("InvalidParameter.ParameterError", "the account is not on the allowlist of PrefetchMediaSegments")
	case len(p.Headers) > maxHeaders:
		return refused("InvalidParameter.ParameterError", "there are more than %d Headers", maxHeaders)
	}
	for _, h := range p.Headers {
		if h.Name == "" || len(h.Name) > maxHeaderName || len(h.Value) > maxHeaderValue || strings.ContainsAny(h.Name+h.Value, "\r\n\x00") {
			return refused("InvalidParameter.ParameterError", "the header %.50q is not valid", h.Name)
		}
	}
	return nil
}

func (p *prefetchParameters) kind() string {
	if p.Mode == "edge" {
		return kindEdge
	}
	return kindPrefetch
}

func (s *Simulator) createPrefetchTask(c *call) answer {
	var p prefetchParameters
	zone, fail := s.decodeTargets(c, &p, &p.ZoneID, &p.Targets)
	if fail == nil {
		fail = p.check(s)
	}
	if fail != nil {
		return *fail
	}
	if batch := s.batchOf(zone); len(p.Targets) > batch {
		return refuse("LimitExceeded.BatchQuota", "a call may carry at most %d targets", batch)
	}
	targets, fail := s.place(zone, p.Targets)
	if fail != nil {
		return *fail
	}
	taken, failed := s.sift(targets)
	charged := taken
	if s.o.ChargeFailed {
		charged = targets
	}
	if fail := s.charge(charged, p.kind(), c); fail != nil {
		return *fail
	}
	if s.tasks.len()+len(taken) > s.o.MaxHistory {
		return refuse("InternalError.BackendError", "this simulator remembers at most %d targets", s.o.MaxHistory)
	}
	c.job = jobID(c)
	for _, t := range taken {
		s.accept(c, t, false)
		if p.PrefetchMediaSegments == "on" && s.o.Segments != nil {
			s.resolve(c, t, p.kind())
		}
	}
	return answer{fields: map[string]any{"JobId": c.job, "FailedList": failedList(failed)}}
}

// decodeTargets is decodeZone for calls that carry targets.
func (s *Simulator) decodeTargets(c *call, parameters any, id *string, targets *[]string) (*Zone, *answer) {
	zone, fail := s.decodeZone(c, parameters, id)
	c.targets = len(*targets)
	return zone, fail
}

// batchOf is how many targets one call may carry.
func (s *Simulator) batchOf(zone *Zone) int {
	if zone == nil {
		return s.o.Batch
	}
	batch, _ := s.limits(zone, kindPrefetch)
	return batch
}

// sift tells the targets that are taken from those that go on the FailedList, by reason.
func (s *Simulator) sift(targets []placed) (taken []placed, failed map[string][]string) {
	failed = make(map[string][]string)
	for _, t := range targets {
		if reason := s.failReason(t.url); reason != "" {
			failed[reason] = append(failed[reason], t.url)
			continue
		}
		taken = append(taken, t)
	}
	return taken, failed
}

// failedList is null when nothing failed, as the API's is.
func failedList(failed map[string][]string) []any {
	var list []any
	for reason, targets := range failed {
		list = append(list, map[string]any{"Reason": reason, "Targets": targets})
	}
	return list
}

// charge takes a unit for each target, or none at all when a zone has too few left.
func (s *Simulator) charge(targets []placed, kind string, c *call) *answer {
	need := make(map[*Zone]int)
	for _, t := range targets {
		need[t.zone]++
	}
	for z, n := range need {
		if left := s.left(z, kind, c.now); n > left {
			return refused("LimitExceeded.DailyQuota", "the daily quota has %d left", left)
		}
	}
	for z, n := range need {
		s.spent[s.key(z.ID, kind, c.now)] += n
	}
	return nil
}

func jobID(c *call) string {
	return fmt.Sprintf("%s%08d", c.now.UTC().Format("20060102150405"), c.number)
}

// accept makes the task of one target.
func (s *Simulator) accept(c *call, t placed, parsed bool) {
	s.tasks.add(task{zone: t.zone.ID, job: c.job, url: t.url, created: c.now, end: s.outcome(t.url)})
	s.history.accept(Accepted{Time: c.now, Zone: t.zone.ID, URL: t.url, JobID: c.job, Parsed: parsed})
}

// resolve takes the segments of a playlist, as far as the quota goes; the rest is dropped without a word.
func (s *Simulator) resolve(c *call, playlist placed, kind string) {
	for _, u := range s.o.Segments(playlist.url) {
		t := placed{u, playlist.zone}
		if s.tasks.len() >= s.o.MaxHistory || s.charge([]placed{t}, kind, c) != nil {
			s.history.dropped++
			continue
		}
		s.accept(c, t, true)
	}
}

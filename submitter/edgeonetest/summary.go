package edgeonetest

import (
	"maps"
	"net/http"
)

// Summary is what a run came to, as the service saw it.
type Summary struct {
	// Requests counts all that arrived; Actions and Codes tell them apart. The code of a success is "ok", and of what got
	// no answer of the API "none".
	Requests int            `json:"requests"`
	Actions  map[string]int `json:"actions"`
	Codes    map[string]int `json:"codes"`
	// Accepted counts accepted targets, Distinct the URLs among them, and Duplicates those that were accepted before.
	Accepted   int `json:"accepted"`
	Distinct   int `json:"distinct"`
	Duplicates int `json:"duplicates"`
	// Parsed counts the segments among the accepted, and Dropped those past the quota.
	Parsed  int `json:"parsed,omitempty"`
	Dropped int `json:"dropped,omitempty"`
	Purged  int `json:"purged,omitempty"`
	// Peak is the most requests that arrived in any sliding second, and PeakByAction that of each action.
	Peak         int            `json:"peak"`
	PeakByAction map[string]int `json:"peak_by_action"`
	// Quota is the zones' of today.
	Quota map[string]Quota `json:"quota"`
	// Forgotten counts requests that are past the bound of the history.
	Forgotten int `json:"forgotten,omitempty"`
}

// Quota is that of a zone and day.
type Quota struct {
	Batch     int `json:"batch"`
	Daily     int `json:"daily"`
	Available int `json:"available"`
	Used      int `json:"used"`
}

// Summary is what it came to so far.
func (s *Simulator) Summary() Summary {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &s.history
	sum := Summary{
		Requests: h.total, Actions: maps.Clone(h.actions), Codes: maps.Clone(h.codes),
		Accepted: len(h.accepted), Distinct: len(h.times), Duplicates: len(h.accepted) - len(h.times),
		Parsed: h.parsed, Dropped: h.dropped, Purged: len(h.purged),
		Peak: s.arrived.all.most, PeakByAction: make(map[string]int),
		Quota: make(map[string]Quota), Forgotten: h.forgotten,
	}
	for action, p := range s.arrived.byAction {
		sum.PeakByAction[action] = p.most
	}
	now := s.o.Now()
	for i := range s.o.Zones {
		z := &s.o.Zones[i]
		batch, daily := s.limits(z, kindPrefetch)
		sum.Quota[z.ID] = Quota{Batch: batch, Daily: daily, Available: s.left(z, kindPrefetch, now), Used: s.spent[s.key(z.ID, kindPrefetch, now)]}
	}
	return sum
}

func (s *Simulator) serveSummary(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, r, s.Summary())
}

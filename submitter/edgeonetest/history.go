package edgeonetest

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// Request is one that arrived, whatever became of it.
type Request struct {
	Number    int       `json:"number"`
	Time      time.Time `json:"time"`
	Action    string    `json:"action"`
	Zone      string    `json:"zone,omitempty"`
	Targets   int       `json:"targets,omitempty"`
	RequestID string    `json:"request_id"`
	JobID     string    `json:"job_id,omitempty"`
	// Code is the error code that was answered.
	Code string `json:"code,omitempty"`
	// Fault is what went wrong with it by order.
	Fault FaultKind `json:"fault,omitempty"`
}

// Accepted is a target that was taken into a job.
type Accepted struct {
	Time  time.Time `json:"time"`
	Zone  string    `json:"zone"`
	URL   string    `json:"url"`
	JobID string    `json:"job_id"`
	// Parsed is whether it is a segment that the service found in a playlist by itself.
	Parsed bool `json:"parsed,omitempty"`
}

type history struct {
	requests  []Request
	accepted  []Accepted
	purged    []Accepted
	times     map[string]int // how often a URL was accepted
	codes     map[string]int
	actions   map[string]int
	total     int
	parsed    int
	dropped   int
	forgotten int
}

func newHistory() history {
	return history{times: make(map[string]int), codes: make(map[string]int), actions: make(map[string]int)}
}

func (h *history) accept(a Accepted) {
	h.accepted = append(h.accepted, a)
	h.times[a.URL]++
	if a.Parsed {
		h.parsed++
	}
}

func (h *history) purge(a Accepted, most int) {
	if len(h.purged) < most {
		h.purged = append(h.purged, a)
	}
}

// remember writes a request down, after it was carried out and before it is answered.
func (s *Simulator) remember(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &s.history
	r := Request{Number: c.number, Time: c.now, Action: c.action, Zone: c.zone, Targets: c.targets, RequestID: c.id, JobID: c.job, Code: c.answer.code}
	if c.fault != nil {
		r.Fault = c.fault.Kind
	}
	h.total++
	h.count(h.actions, c.action)
	switch {
	case c.cut() || c.answer.status != 0:
		h.count(h.codes, "none")
	case c.answer.code != "":
		h.count(h.codes, c.answer.code)
	default:
		h.count(h.codes, "ok")
	}
	if len(h.requests) >= s.o.MaxHistory {
		h.forgotten++
		return
	}
	h.requests = append(h.requests, r)
}

// count keeps a stranger's names from filling the memory.
func (h *history) count(m map[string]int, name string) {
	if _, ok := m[name]; ok || len(m) < maxActions {
		m[name]++
	}
}

// Requests are those that arrived, in the order in which they were answered.
func (s *Simulator) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.history.requests)
}

// Accepted are the targets that were taken, in their order.
func (s *Simulator) Accepted() []Accepted {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.history.accepted)
}

// Purged are the targets that were purged, in their order.
func (s *Simulator) Purged() []Accepted {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.history.purged)
}

func (s *Simulator) serveHistory(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, r, map[string]any{"requests": s.Requests(), "accepted": s.Accepted(), "purged": s.Purged()})
}

func writeJSON(w http.ResponseWriter, r *http.Request, v any) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "only GET is allowed", http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

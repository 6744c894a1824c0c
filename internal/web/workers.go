package web

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/edgewarm/edgewarm/internal/fleet"
	"github.com/edgewarm/edgewarm/internal/plain"
)

// workers is what workers do, as it is shown.
type workers struct {
	*fleet.Status
	States []jobState
	// UI is where each of their jobs is shown; empty for nowhere.
	UI string
	// Unread is why nothing is known of them.
	Unread string
}

// jobState is how many jobs are in a state.
type jobState struct {
	Name, Class string
	Jobs        int
}

// classes are the colours of the states of jobs; others have none.
var classes = map[string]string{"completed": "good", "discarded": "bad", "retryable": "fair", "cancelled": "fair"}

// workersTime bounds the reading of what they do.
const workersTime = 5 * time.Second

// workers is what workers do; nil where there never was one.
func (s *Server) workers(ctx context.Context) *workers {
	if s.Workers == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, workersTime)
	defer cancel()
	w := &workers{Status: &fleet.Status{}}
	if s.RiverUI != nil {
		w.UI = s.RiverUI()
	}
	status, err := s.Workers(ctx)
	switch {
	case err != nil:
		w.Unread = plain.Text(err.Error())
		return w
	case status == nil:
		return nil
	}
	w.Status = cleaned(status)
	for _, state := range slices.Sorted(maps.Keys(status.Jobs)) {
		w.States = append(w.States, jobState{state, classes[state], status.Jobs[state]})
	}
	return w
}

// cleaned is the status without what could harm a page: names and reasons are of other machines.
func cleaned(s *fleet.Status) *fleet.Status {
	for i := range s.Workers {
		w := &s.Workers[i]
		w.Name, w.Host, w.Version = plain.Text(w.Name), plain.Text(w.Host), plain.Text(w.Version)
	}
	for i := range s.Failures {
		s.Failures[i].Reason = plain.Text(s.Failures[i].Reason)
	}
	return s
}

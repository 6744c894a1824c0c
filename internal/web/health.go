package web

import (
	"net/http"
	"time"
)

// maxSilence is how long the loop of the daemon may not go round before it counts as stuck. It goes round once a minute.
const maxSilence = 5 * time.Minute

// healthz says whether the process is alive: a supervisor may start it anew when it is not.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	status, _ := s.Daemon.Watch()
	if silent := time.Since(status.Beat); silent > maxSilence && !status.Draining {
		refuse(w, http.StatusServiceUnavailable, "the loop has stood still for "+silent.Round(time.Second).String())
		return
	}
	answer(w, map[string]string{"status": "ok"})
}

// readyz says whether events and actions are taken: the ledger can be read, and nothing is stopping.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	status, _ := s.Daemon.Watch()
	if !status.Ready {
		refuse(w, http.StatusServiceUnavailable, "edgewarm is starting or stopping")
		return
	}
	if _, err := s.Ledger.Runs(r.Context(), 1); err != nil {
		s.Log.Error("the ledger cannot be read", "error", err.Error())
		refuse(w, http.StatusServiceUnavailable, "the ledger cannot be read")
		return
	}
	answer(w, map[string]string{"status": "ready"})
}

package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	// pause is the least time between two events of a stream: faster than this nobody reads.
	pause = 250 * time.Millisecond
	// pulse keeps a stream open through proxies that end what is silent.
	pulse = 20 * time.Second
	// writeTimeout is how long a reader may keep one event waiting.
	writeTimeout = 10 * time.Second
)

// live streams the daemon's status as server-sent events, one when it has changed.
func (s *Server) live(w http.ResponseWriter, r *http.Request) {
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		refuse(w, http.StatusServiceUnavailable, "too many pages follow already")
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	for {
		status, changed := s.Daemon.Watch()
		text, err := json.Marshal(status)
		if err != nil {
			return
		}
		_ = out.SetWriteDeadline(time.Now().Add(writeTimeout)) // not every writer has one
		if _, err := fmt.Fprintf(w, "data: %s\n\n", text); err != nil || out.Flush() != nil {
			return
		}
		if !s.rest(r, pause) {
			return
		}
		select {
		case <-changed:
		case <-time.After(pulse):
		case <-r.Context().Done():
			return
		case <-s.Closing:
			return
		}
	}
}

// rest waits, and reports whether to go on.
func (s *Server) rest(r *http.Request, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-r.Context().Done():
	case <-s.Closing:
	}
	return false
}

// status is the daemon's status as JSON.
func (s *Server) status(w http.ResponseWriter, _ *http.Request) {
	status, _ := s.Daemon.Watch()
	answer(w, status)
}

// report is the newest report as JSON.
func (s *Server) report(w http.ResponseWriter, r *http.Request) {
	read, err := s.snapshot(r.Context())
	if err != nil {
		s.Log.Error("a report cannot be read", "error", err.Error())
		refuse(w, http.StatusServiceUnavailable, "the ledger cannot be read")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = read.WriteJSON(w) // what cannot be written has nobody to read it
}

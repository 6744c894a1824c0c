package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/edgewarm/edgewarm/internal/daemon"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

const (
	// maxBody bounds a request: 10,000 URLs of 200 bytes each.
	maxBody = 2 << 20
	// maxURLs is how many URLs one request may name; a sitemap or a list says more in one.
	maxURLs = 10_000
	// maxURL is the longest URL, as a plan has it.
	maxURL = 8 << 10
	// maxWeight is that of sources in the config.
	maxWeight = 1e9
	// maxWrong is how many wrong URLs an answer names.
	maxWrong = 10
)

// warmRequest is the body of POST /v1/warm.
type warmRequest struct {
	// URLs are pages, playlists, files, or documents that list them.
	URLs []string `json:"urls"`
	// Weight multiplies their demand; left out it is 1.
	Weight *float64 `json:"weight"`
}

// warmAnswer says that the URLs are in the ledger, under numbers from First on.
type warmAnswer struct {
	Events int   `json:"events"`
	First  int64 `json:"first"`
}

// warm takes URLs in, all of them or none, and answers when they are in the ledger.
func (s *Server) warm(w http.ResponseWriter, r *http.Request) {
	var asked warmRequest
	if !decode(w, r, &asked) {
		return
	}
	events, wrong := eventsOf(asked)
	if len(wrong) > 0 {
		w.WriteHeader(http.StatusBadRequest)
		answer(w, map[string]any{"error": "nothing was taken: some of it cannot be", "wrong": wrong})
		return
	}
	first, err := s.Ledger.Receive(r.Context(), events)
	if err != nil {
		s.Log.Error("events could not be written down", "error", err.Error())
		refuse(w, http.StatusServiceUnavailable, "the ledger could not be written: nothing was taken, send it again later")
		return
	}
	s.Meter.Received(len(events))
	s.Log.Info("events came in", "urls", len(events), "first", first)
	s.Daemon.Arrived()
	w.WriteHeader(http.StatusAccepted)
	answer(w, warmAnswer{len(events), first})
}

// eventsOf are the events of a request, or what is wrong with it.
func eventsOf(asked warmRequest) (events []ledger.Event, wrong []string) {
	weight := 1.0
	if asked.Weight != nil {
		weight = *asked.Weight
	}
	switch {
	case !(weight > 0 && weight <= maxWeight):
		return nil, []string{"weight is not above 0 and at most 1e9"}
	case len(asked.URLs) == 0:
		return nil, []string{"urls is empty"}
	case len(asked.URLs) > maxURLs:
		return nil, []string{fmt.Sprintf("urls has %d, at most %d go with a request", len(asked.URLs), maxURLs)}
	}
	for i, u := range asked.URLs {
		url, err := urlkey.Normalize(u)
		if err == nil && len(url) > maxURL {
			err = fmt.Errorf("it is longer than %d KiB", maxURL>>10)
		}
		if err != nil && len(wrong) < maxWrong {
			wrong = append(wrong, fmt.Sprintf("urls[%d]: %s", i, plain.Text(err.Error())))
		}
		events = append(events, ledger.Event{URL: url, Weight: weight})
	}
	return events, wrong
}

// startRequest is the body of POST /v1/runs: the name of a schedule, or all.
type startRequest struct {
	Schedule string `json:"schedule"`
}

// start queues a run.
func (s *Server) start(w http.ResponseWriter, r *http.Request) {
	var asked startRequest
	if !decode(w, r, &asked) {
		return
	}
	err := s.Daemon.Ask(r.Context(), asked.Schedule)
	switch {
	case errors.Is(err, daemon.ErrNoJob):
		refuse(w, http.StatusNotFound, err.Error())
	case errors.Is(err, daemon.ErrOverlap):
		refuse(w, http.StatusConflict, err.Error())
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, err.Error())
	default:
		s.Log.Info("a run was asked for", "schedule", asked.Schedule)
		w.WriteHeader(http.StatusAccepted)
		answer(w, map[string]string{"queued": asked.Schedule})
	}
}

// decode reads one JSON object that has no other keys than those of v.
func decode(w http.ResponseWriter, r *http.Request, v any) bool {
	lines := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	lines.DisallowUnknownFields()
	err := lines.Decode(v)
	if err == nil {
		if _, more := lines.Token(); !errors.Is(more, io.EOF) {
			err = errors.Join(errors.New("there is more than one JSON value"), ignoreEnd(more))
		}
	}
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is longer than %d MiB", maxBody>>20))
	case err != nil:
		refuse(w, http.StatusBadRequest, "the body is not the JSON that is wanted: "+plain.Text(err.Error()))
	}
	return err == nil
}

// ignoreEnd keeps of an error only that the body was too long.
func ignoreEnd(err error) error {
	if long := (*http.MaxBytesError)(nil); errors.As(err, &long) {
		return err
	}
	return nil
}

// answer writes JSON. What cannot be written has nobody to read it.
func answer(w http.ResponseWriter, v any) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	_ = json.NewEncoder(w).Encode(v)
}

func refuse(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	answer(w, map[string]string{"error": text})
}

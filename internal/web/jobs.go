package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/edgewarm/edgewarm/internal/fleet"
	"github.com/edgewarm/edgewarm/internal/plain"
)

// JobsPath is what the jobs of workers are below.
const JobsPath = "/river/"

// maxJobsBody bounds a request that acts on jobs: it names each by its number.
const maxJobsBody = 1 << 20

// Jobs shows each job of the workers and acts on them, at addresses below JobsPath. *fleet.UI is one.
type Jobs interface {
	// Ready returns why there is nothing to show: fleet.ErrNoWorkers, or what the database says.
	Ready(ctx context.Context) error
	http.Handler
}

// jobs lets those through to the UI of jobs who bring the token. It wants it for reading too, as reasons of failed jobs
// may hold what the dashboard masks.
func (s *Server) jobs(w http.ResponseWriter, r *http.Request) {
	if s.Jobs == nil || s.RiverUI == nil || s.RiverUI() != JobsPath {
		s.notFound(w, r)
		return
	}
	if code, why := s.refusal(r, login(r)); code != 0 {
		if code == http.StatusUnauthorized { // browsers ask for it then
			w.Header().Set("WWW-Authenticate", `Basic realm="edgewarm", charset="UTF-8"`)
			why = "the token is wrong or missing: it is the password of any name, or Authorization: Bearer TOKEN"
		}
		s.instead(w, r, code, "The jobs are not shown", why)
		return
	}
	if code, title, why := s.jobless(r.Context()); code != 0 {
		s.instead(w, r, code, title, why)
		return
	}
	w.Header().Set("Content-Security-Policy", jobsPolicy)
	r.Body = http.MaxBytesReader(w, r.Body, maxJobsBody)
	s.Jobs.ServeHTTP(w, r)
}

// login is the token that a request brings as programs do, or as the password that a browser asks people for.
func login(r *http.Request) string {
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	return bearer(r)
}

// jobless is why there are no jobs to be shown; code 0 is that there may be.
func (s *Server) jobless(ctx context.Context) (code int, title, why string) {
	ctx, cancel := context.WithTimeout(ctx, workersTime)
	defer cancel()
	switch err := s.Jobs.Ready(ctx); {
	case errors.Is(err, fleet.ErrNoWorkers):
		return http.StatusNotFound, "No jobs yet", err.Error() + ": edgewarm worker starts one, and crawl.workers has runs wait for them"
	case err != nil:
		return http.StatusServiceUnavailable, "The jobs cannot be read", plain.Text(err.Error())
	}
	return 0, "", ""
}

// instead answers for the UI of jobs: people with a page, programs with JSON.
func (s *Server) instead(w http.ResponseWriter, r *http.Request, code int, title, why string) {
	if strings.HasPrefix(r.URL.Path, JobsPath+"api/") {
		refuse(w, code, why)
		return
	}
	s.page(func(_ *http.Request, v *view) error {
		v.Page, v.Title, v.Error, v.code = "error", title, why, code
		return nil
	})(w, r)
}

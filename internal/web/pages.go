package web

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/daemon"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/internal/report"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

//go:embed pages static
var files embed.FS

// templates are those of the pages by name, each with the frame and the pictures.
var templates = parse("overview", "runs", "run", "titles", "failures", "search", "error")

func parse(names ...string) map[string]*template.Template {
	out := map[string]*template.Template{}
	for _, name := range names {
		out[name] = template.Must(report.Pictures().ParseFS(files, "pages/frame.html", "pages/"+name+".html"))
	}
	return out
}

// view is what a page shows.
type view struct {
	// Page is the name of its template, At the address that the menu marks.
	Page, At string
	Title    string
	Now      time.Time
	Status   daemon.Status
	Report   *report.Report
	Run      *report.Run
	Failures []report.Failure
	Search   *found
	Events   []event
	Pending  int
	Workers  *workers
	Error    string

	code int
}

// event is an event as it is shown.
type event struct {
	URL, State, Reason string
	Weight             float64
	Run                int64
	Received           time.Time
}

// errNotFound is returned for what is not there.
var errNotFound = errors.New("there is nothing here")

// page answers with the page that fill makes, or with what went wrong.
func (s *Server) page(fill func(*http.Request, *view) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &view{Now: time.Now(), code: http.StatusOK}
		v.Status, _ = s.Daemon.Watch()
		err := fill(r, v)
		switch {
		case errors.Is(err, errNotFound), errors.Is(err, report.ErrNoRun):
			v.Page, v.Title, v.Error, v.code = "error", "Not found", err.Error(), http.StatusNotFound
		case err != nil:
			s.Log.Error("a page cannot be made", "path", r.URL.Path, "error", err.Error())
			v.Page, v.Title, v.Error, v.code = "error", "The ledger cannot be read", plain.Text(err.Error()), http.StatusServiceUnavailable
		}
		s.render(w, v)
	}
}

func (s *Server) render(w http.ResponseWriter, v *view) {
	var page bytes.Buffer
	if err := templates[v.Page].ExecuteTemplate(&page, "frame", v); err != nil {
		s.Log.Error("a page cannot be drawn", "page", v.Page, "error", err.Error())
		http.Error(w, "the page cannot be drawn", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(v.code)
	_, _ = page.WriteTo(w) // what cannot be written has nobody to read it
}

func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	s.page(func(*http.Request, *view) error { return errNotFound })(w, r)
}

const shownEvents = 10

func (s *Server) overview(r *http.Request, v *view) (err error) {
	v.Page, v.At, v.Title = "overview", "/", "Overview"
	if v.Report, err = s.snapshot(r.Context()); err != nil {
		return err
	}
	v.Run = v.Report.Run
	events, err := s.Ledger.Events(r.Context(), shownEvents)
	if err != nil {
		return err
	}
	for _, e := range events {
		v.Events = append(v.Events, event{plain.URL(e.URL), string(e.State), plain.Text(e.Reason), e.Weight, e.Run, e.Received})
	}
	counts, err := s.Ledger.EventCounts(r.Context())
	v.Pending = counts[ledger.EventPending]
	v.Workers = s.workers(r.Context())
	return err
}

func (s *Server) runs(r *http.Request, v *view) (err error) {
	v.Page, v.At, v.Title = "runs", "/runs", "Runs"
	v.Report, err = s.snapshot(r.Context())
	return err
}

func (s *Server) run(r *http.Request, v *view) (err error) {
	v.Page, v.At = "run", "/runs"
	id, wrong := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if wrong != nil {
		return errNotFound
	}
	v.Title = "Run " + strconv.FormatInt(id, 10)
	if v.Run, err = report.ReadRun(r.Context(), s.Ledger, id); err != nil {
		return err
	}
	v.Failures, err = report.ReadFailures(r.Context(), s.Ledger, id)
	return err
}

func (s *Server) titles(r *http.Request, v *view) (err error) {
	v.Page, v.At, v.Title = "titles", "/titles", "Titles"
	v.Report, err = s.snapshot(r.Context())
	return err
}

func (s *Server) failures(r *http.Request, v *view) (err error) {
	v.Page, v.At, v.Title = "failures", "/failures", "Failures"
	v.Failures, err = report.ReadFailures(r.Context(), s.Ledger, 0)
	return err
}

// found is what a search came to.
type found struct {
	Query string
	// Target is the URL itself, nil when the ledger does not know it; Facts what the ledger knows of it, and Why how the
	// plan decided.
	Target     *ledger.Target
	Facts, Why []Fact
	// Others contain what was looked for.
	Others []match
	More   bool
	// Unexplained is why there is no explanation.
	Unexplained string
}

type match struct{ URL, State string }

const (
	// maxFound is how many URLs a search lists, maxQuery the longest text that is looked for.
	maxFound = 50
	maxQuery = maxURL
	// findTime bounds the search for a part of a URL, which reads all of them.
	findTime = 10 * time.Second
)

func (s *Server) search(r *http.Request, v *view) error {
	v.Page, v.At, v.Title = "search", "/search", "Search"
	query := strings.TrimSpace(r.FormValue("url"))
	query = query[:min(len(query), maxQuery)]
	v.Search = &found{Query: plain.URL(query)}
	if query == "" {
		return nil
	}
	if url, err := urlkey.Normalize(query); err == nil {
		if err := s.explain(r.Context(), url, v.Search); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), findTime)
	defer cancel()
	targets, err := s.Ledger.Find(ctx, query, maxFound+1)
	if err != nil {
		return err
	}
	for _, t := range targets[:min(len(targets), maxFound)] {
		v.Search.Others = append(v.Search.Others, match{plain.URL(t.URL), string(t.State)})
	}
	v.Search.More = len(targets) > maxFound
	return nil
}

// explain adds what is known of the URL itself.
func (s *Server) explain(ctx context.Context, url string, f *found) error {
	t, known, err := s.Ledger.Target(ctx, url)
	if err != nil {
		return err
	}
	if known {
		f.Target, f.Facts = &t, factsOf(t)
	}
	if s.Explain == nil {
		return nil
	}
	facts, err := s.Explain(ctx, url)
	if err != nil {
		f.Unexplained = plain.Text(err.Error())
	}
	for _, fact := range facts {
		f.Why = append(f.Why, Fact{plain.Text(fact.Name), plain.Text(fact.Text)})
	}
	return nil
}

// factsOf is what the ledger knows of a target.
func factsOf(t ledger.Target) []Fact {
	when := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.Local().Format("2 Jan 2006, 15:04:05")
	}
	run := ""
	if t.Run != 0 {
		run = strconv.FormatInt(t.Run, 10)
	}
	var facts []Fact
	for _, f := range []Fact{
		{"URL", plain.URL(t.URL)}, {"State", string(t.State)}, {"Reason", plain.Text(t.Reason)}, {"Zone", plain.Text(t.Zone)},
		{"Cost", strconv.Itoa(t.Cost) + " of the quota"}, {"Run", run}, {"Job", plain.Text(t.JobID)},
		{"Accepted", when(t.Accepted)}, {"Warm since", when(t.Warm)}, {"Changed", when(t.Updated)},
	} {
		if f.Text != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// Next is the schedule that is due first; nil when there is none.
func (v *view) Next() *daemon.ScheduleStatus {
	var next *daemon.ScheduleStatus
	for i, s := range v.Status.Schedules {
		if next == nil || s.Next.Before(next.Next) {
			next = &v.Status.Schedules[i]
		}
	}
	return next
}

// Left is what is left of today's quota in all zones, and Daily all of it.
func (v *view) Left() (left int) {
	for _, z := range v.Report.Quota {
		left += z.Today().Available
	}
	return left
}

// Daily is today's quota of all zones.
func (v *view) Daily() (daily int) {
	for _, z := range v.Report.Quota {
		daily += z.Today().Daily
	}
	return daily
}

// Warm counts the URLs that are ready, of all that the ledger knows.
func (v *view) Warm() (all report.Readiness) {
	for _, t := range append(v.Report.Titles.Titles, v.Report.Titles.Others...) {
		all.Ready += t.Ready
		all.Waiting += t.Waiting
		all.Failed += t.Failed
		all.Cold += t.Cold
	}
	return all
}

// Few are the titles that an overview has room for.
func (v *view) Few() report.Titles {
	few := v.Report.Titles
	few.Titles = few.Titles[:min(len(few.Titles), 8)]
	few.Others = nil
	return few
}

package web_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/fleet"
	"github.com/edgewarm/edgewarm/internal/web"
)

// fakeJobs counts what comes through to it.
type fakeJobs struct {
	ready error
	came  int
}

func (j *fakeJobs) Ready(context.Context) error { return j.ready }

func (j *fakeJobs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	j.came++
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	}
}

// startJobs serves jobs, as where the ledger is a database.
func startJobs(t *testing.T) (*world, *fakeJobs) {
	w, jobs := start(t), &fakeJobs{}
	w.server.Jobs, w.server.RiverUI = jobs, func() string { return web.JobsPath }
	return w, jobs
}

// basic is what a browser sends for a person that it has asked.
func basic(name, password string) map[string]string {
	return map[string]string{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))}
}

// Only who brings the token comes to the jobs, and no other site does in their name.
func TestJobsWantTheToken(t *testing.T) {
	t.Parallel()
	w, jobs := startJobs(t)
	const read, write = "/river/api/jobs", "/river/api/jobs/cancel"
	with := func(header, value string) map[string]string {
		all := basic("anybody", secret)
		maps.Copy(all, map[string]string{header: value})
		return all
	}
	for name, c := range map[string]struct {
		method, path, body string
		header             map[string]string
		code               int
	}{
		"a program reads":          {"GET", read, "", bearer(secret), 200},
		"a program acts":           {"POST", write, `{"ids":["1"]}`, bearer(secret), 200},
		"a person reads":           {"GET", "/river/", "", basic("anybody", secret), 200},
		"a page of ours acts":      {"POST", write, `{"ids":["1"]}`, with("Sec-Fetch-Site", "same-origin"), 200},
		"another site acts":        {"POST", write, `{"ids":["1"]}`, with("Sec-Fetch-Site", "cross-site"), 403},
		"another origin acts":      {"PUT", "/river/api/queues/a/pause", "", with("Origin", "https://evil.example.com"), 403},
		"another origin deletes":   {"DELETE", write, "", with("Origin", "null"), 403},
		"by another name":          {"GET", "/river/", "", with("Host", "evil.example.com"), 421},
		"too much":                 {"POST", write, strings.Repeat(" ", 2<<20), bearer(secret), 413},
		"nobody reads":             {"GET", read, "", nil, 401},
		"nobody acts":              {"POST", write, `{"ids":["1"]}`, nil, 401},
		"nobody loads a script":    {"GET", "/river/assets/main.js", "", nil, 401},
		"another token":            {"GET", read, "", bearer("0123456789abcdef-other"), 401},
		"the token as a name":      {"GET", read, "", basic(secret, ""), 401},
		"the token without a word": {"GET", read, "", map[string]string{"Authorization": secret}, 401},
	} {
		before := jobs.came
		resp, text := w.do(c.method, c.path, c.body, c.header)
		if through := c.code == 200 || c.code == 413; resp.StatusCode != c.code || (jobs.came > before) != through {
			t.Errorf("%s: %s, through: %t: %s", name, resp.Status, jobs.came > before, text)
		}
		if asks := strings.HasPrefix(resp.Header.Get("WWW-Authenticate"), "Basic "); asks != (c.code == 401) {
			t.Errorf("%s: a browser is made to ask: %t", name, asks)
		}
		if resp.Header.Get("Content-Security-Policy") == "" || resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: got %v, want that browsers are told what they may", name, resp.Header)
		}
	}
	if resp, _ := w.do(http.MethodPost, "/v1/runs", `{"schedule":"all"}`, basic("anybody", secret)); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("a run by a browser's login: %s", resp.Status)
	}
}

// Where there are no jobs to show it is said why: to people with a page, to programs with JSON.
func TestJobsAreNotThere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*web.Server, *fakeJobs)
		code   int
		want   string
	}{
		"no database":     {func(s *web.Server, _ *fakeJobs) { s.Jobs, s.RiverUI = nil, func() string { return "" } }, 404, "there is nothing here"},
		"off":             {func(s *web.Server, _ *fakeJobs) { s.RiverUI = func() string { return "" } }, 404, "there is nothing here"},
		"elsewhere":       {func(s *web.Server, _ *fakeJobs) { s.RiverUI = func() string { return "https://river.example.com/" } }, 404, "there is nothing here"},
		"no worker yet":   {func(_ *web.Server, j *fakeJobs) { j.ready = fleet.ErrNoWorkers }, 404, fleet.ErrNoWorkers.Error()},
		"away":            {func(_ *web.Server, j *fakeJobs) { j.ready = errors.New("no <route>") }, 503, "no &lt;route&gt;"},
		"no token is set": {func(s *web.Server, _ *fakeJobs) { s.Token = func() (string, error) { return "", errors.New("none") } }, 403, "no token is set"},
	} {
		w, jobs := startJobs(t)
		c.change(w.server, jobs)
		resp, page := w.do(http.MethodGet, web.JobsPath, "", bearer(secret))
		if resp.StatusCode != c.code || !strings.Contains(page, c.want) || !strings.HasPrefix(page, "<!DOCTYPE html>") || jobs.came > 0 {
			t.Errorf("%s: %s, through: %d: %s", name, resp.Status, jobs.came, page)
		}
		resp, text := w.do(http.MethodGet, web.JobsPath+"api/jobs", "", bearer(secret))
		if json := strings.HasPrefix(text, `{"error":`); resp.StatusCode != c.code || json == (w.server.RiverUI() != web.JobsPath) {
			t.Errorf("%s: a program gets %s: %s", name, resp.Status, text)
		}
	}
}

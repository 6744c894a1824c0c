package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/web"
)

func TestRiverUI(t *testing.T) {
	t.Parallel()
	const database, other = "postgres://db.example.com/edgewarm", "https://river.example.com/"
	for _, c := range []struct{ state, text, want string }{
		{database, "", web.JobsPath},
		{database, "auto", web.JobsPath},
		{database, "off", ""},
		{database, `""`, ""},
		{database, other, other},
		{"edgewarm.db", "", ""},
		{"edgewarm.db", "auto", ""},
		{"edgewarm.db", other, other},
	} {
		text := "state: " + c.state + "\n"
		if c.text != "" {
			text += "serve: {river_ui: " + c.text + "}\n"
		}
		parsed, err := config.Parse("edgewarm.yaml", []byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := riverUI(parsed); got != c.want {
			t.Errorf("%s: got %q, want %q", text, got, c.want)
		}
	}
}

// river asks for the path below the UI of jobs of a served edgewarm, with its token.
func river(t *testing.T, method, url, path string) (code int, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url+web.JobsPath[1:]+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("anybody", browserToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// The jobs of a run are there in River UI, linked from the dashboard, as soon as a worker has been; and people see them.
func TestServeShowsJobs(t *testing.T) {
	t.Parallel()
	f := startCrew(t, startCatalogue(t, 1, 3, 0), 10_000, 4)
	url, p := f.served(t, "-c", "together.yaml")
	if code, page := river(t, http.MethodGet, url, ""); code != http.StatusNotFound || !strings.Contains(page, "no worker has worked") {
		t.Errorf("before there was a worker: got %d, %s", code, page)
	}
	f.workers(t, 1)
	f.run(t, "run", "-c", "together.yaml", "--json", "--workers")
	code, text := river(t, http.MethodGet, url, "api/jobs?state=completed")
	var list struct {
		Data []struct{ Kind, Queue string }
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil || code != http.StatusOK || len(list.Data) < 2 {
		t.Fatalf("got %d, %v, %s, want jobs", code, err, text)
	}
	for _, job := range list.Data {
		if !strings.HasPrefix(job.Kind, "crawl_") || !strings.HasPrefix(job.Queue, "crawl_") {
			t.Errorf("got %+v, want one of ours", job)
		}
	}
	t.Run("browser", func(t *testing.T) { newBrowser(t).showsJobs(url) })
	p.drain(t)
}

// A run whose jobs somebody has paused in River UI does not wait for them for ever.
func TestPausedJobs(t *testing.T) {
	t.Parallel()
	f := startCrew(t, startCatalogue(t, 1, 3, 0), 10_000, 4)
	f.run(t, "run", "-c", "alone.yaml", "--json")
	f.again()
	url, p := f.served(t, "-c", "together.yaml")
	const queueOf = `SELECT COALESCE((SELECT w.queue FROM fleet_workers w JOIN river_queue q ON q.name = w.queue), '')`
	first := f.workers(t, 1)[0]
	f.until(t, "the worker has its queue", func() bool { return queried[string](t, f, queueOf) != "" })
	queue := queried[string](t, f, queueOf)
	first.drain(t)
	if code, text := river(t, http.MethodPut, url, "api/queues/"+queue+"/pause"); code != http.StatusOK {
		t.Fatalf("got %d, %s", code, text)
	}
	f.workers(t, 1)
	run := f.start(t, "run", "-c", "together.yaml", "--json", "--workers")
	run.summary(t, run.end(t))
	if said := run.stderr.String(); !strings.Contains(said, "is paused, and no worker took part for 30s") || !strings.Contains(said, "crawling alone") {
		t.Errorf("the run says %s", said)
	}
	f.samePlan(t)
	p.drain(t)
}

// showsJobs follows the dashboard's link, and gives the token when the browser asks for it.
func (b *browser) showsJobs(url string) {
	b.Helper()
	b.login("anybody", browserToken)
	b.do(chromedp.Navigate(url))
	link := value[string](b, `document.querySelector("section[aria-labelledby=workers] .more a").href`)
	b.do(chromedp.Navigate(link), chromedp.Poll(`location.pathname.endsWith("/jobs")`, nil, chromedp.WithPollingTimeout(patience)))
	b.do(chromedp.Navigate(link+"jobs?state=completed"),
		chromedp.Poll(`document.body.innerText.includes("crawl_sitemap")`, nil, chromedp.WithPollingTimeout(patience)))
	b.keep("river")
	b.quiet("River UI")
}

// login answers for a person who is asked for a name and a password.
func (b *browser) login(name, password string) {
	b.Helper()
	chromedp.ListenTarget(b.ctx, func(event any) {
		var answer chromedp.Action
		switch e := event.(type) {
		case *fetch.EventAuthRequired:
			answer = fetch.ContinueWithAuth(e.RequestID, &fetch.AuthChallengeResponse{
				Response: fetch.AuthChallengeResponseResponseProvideCredentials, Username: name, Password: password})
		case *fetch.EventRequestPaused:
			answer = fetch.ContinueRequest(e.RequestID)
		default:
			return
		}
		go func() { _ = chromedp.Run(b.ctx, answer) }() // what is asked for no more needs no answer
	})
	b.do(fetch.Enable().WithHandleAuthRequests(true))
}

package web_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/fleet"
)

// What workers say of themselves comes from other machines.
func TestWorkers(t *testing.T) {
	t.Parallel()
	w := start(t)
	status := &fleet.Status{
		Crawl: &fleet.CrawlStatus{ID: 1, Began: time.Now(), Found: 1200, Opened: 300}, Retries: 2, PerSecond: 12.34,
		Jobs:     map[string]int{"running": 4, "discarded": 1},
		Failures: []fleet.Failure{{Kind: "crawl_pages", Documents: 50, At: time.Now(), Reason: "the disk is <full>"}},
		Workers:  []fleet.WorkerStatus{{Name: "<b>rack", Host: "h\x1b[31m", Version: "1.0", Jobs: 4, Running: 3}},
	}
	w.server.RiverUI = func() string { return "https://river.example.com/" }
	for name, c := range map[string]struct {
		status    *fleet.Status
		err       error
		want, not []string
	}{
		"some": {status, nil, []string{
			"1 worker alive", "300 of 1\u202f200 documents opened", "12.3 a second", "4 running", "2 tried again", "the disk is &lt;full&gt;",
			"&lt;b&gt;rack", "3 of 4", "takes no part", `<a href="https://river.example.com/">`,
		}, []string{"<b>rack", "\x1b"}},
		"none": {nil, nil, nil, []string{`id="workers"`}},
		"away": {nil, errors.New("no route"), []string{"cannot be read: no route"}, nil},
	} {
		w.server.Workers = func(context.Context) (*fleet.Status, error) { return c.status, c.err }
		_, page := w.get("/")
		for _, text := range c.want {
			if !strings.Contains(page, text) {
				t.Errorf("%s: the page lacks %q", name, text)
			}
		}
		for _, text := range c.not {
			if strings.Contains(page, text) {
				t.Errorf("%s: the page has %q", name, text)
			}
		}
	}
}

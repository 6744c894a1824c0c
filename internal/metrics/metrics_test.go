package metrics_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/daemon"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/metrics"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/planner"
)

// busy are the metrics of an edgewarm to which everything has happened.
func busy() *metrics.Metrics {
	m := metrics.New("1.2.3")
	begun := time.Now().Add(-time.Minute)
	m.RunEnded("nightly", warm.Summary{
		Started: begun, Ended: time.Now(), Discovered: 10, Accepted: 7, Failed: 1, LeftOut: map[planner.Reason]int{planner.NoZone: 2},
		Quota: map[string]warm.QuotaState{"zone-a": {Daily: 20, Available: 13, Used: 7}},
	}, nil)
	m.RunEnded("nightly", warm.Summary{}, errors.New("no network"))
	m.Refused("nightly")
	m.Reloaded(nil)
	m.Notified(nil)
	m.Events(ledger.EventDone, 2)
	m.Received(3)
	m.Answered("GET /", 200, time.Millisecond)
	m.Watch(func() daemon.Status {
		return daemon.Status{
			Queue: []string{"events"}, Schedules: []daemon.ScheduleStatus{{Name: "nightly", Next: time.Unix(100, 0)}},
			Running: &daemon.Running{Job: "nightly", Stage: "submitting", Done: 1, Total: 4},
		}
	})
	return m
}

func scraped(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	text, err := io.ReadAll(w.Body)
	if err != nil || w.Code != 200 {
		t.Fatal(w.Code, err)
	}
	return string(text)
}

func TestFigures(t *testing.T) {
	t.Parallel()
	text := scraped(t, busy())
	for _, want := range []string{
		`edgewarm_runs_total{exit="0",schedule="nightly"} 1`,
		`edgewarm_runs_total{exit="1",schedule="nightly"} 1`,
		`edgewarm_targets_total{outcome="accepted",schedule="nightly"} 7`,
		`edgewarm_left_out_urls_total{reason="no_zone",schedule="nightly"} 2`,
		`edgewarm_quota_units{kind="available",zone="zone-a"} 13`,
		`edgewarm_events_total{state="received"} 3`,
		`edgewarm_next_run_timestamp_seconds{schedule="nightly"} 100`,
		`edgewarm_progress_done{stage="submitting"} 1`,
		`edgewarm_queued_runs 1`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("it lacks %s", want)
		}
	}
}

var helpLine = regexp.MustCompile(`(?m)^# HELP (edgewarm_\w+) (.*)$`)

// docs/metrics.md has a row for each metric with its own words, and no other.
func TestDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "metrics.md"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	text := scraped(t, busy())
	for _, m := range helpLine.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
		kind := regexp.MustCompile(`(?m)^# TYPE ` + m[1] + ` (\w+)$`).FindStringSubmatch(text)[1]
		row := regexp.MustCompile("(?m)^\\| `" + m[1] + "` \\| " + kind + " \\| [^|]* \\| " + regexp.QuoteMeta(m[2]) + " \\|$")
		if !row.Match(page) {
			t.Errorf("docs/metrics.md lacks: | `%s` | %s | … | %s |", m[1], kind, m[2])
		}
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `(edgewarm_\\w+)`").FindAllSubmatch(page, -1) {
		if !slices.Contains(names, string(m[1])) {
			t.Errorf("docs/metrics.md has %s, which is not there", m[1])
		}
	}
}

// The Grafana dashboard asks for what there is.
func TestDashboard(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("..", "..", "deploy", "grafana", "edgewarm.json"))
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Title  string `json:"title"`
		Panels []struct {
			Title   string `json:"title"`
			Targets []struct {
				Expr string `json:"expr"`
			} `json:"targets"`
		} `json:"panels"`
	}
	if err := json.Unmarshal(data, &board); err != nil {
		t.Fatal(err)
	}
	text := scraped(t, busy())
	asked := 0
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			for _, name := range regexp.MustCompile(`edgewarm_\w+`).FindAllString(target.Expr, -1) {
				asked++
				if !regexp.MustCompile(`(?m)^` + name + `[ {]`).MatchString(text) {
					t.Errorf("panel %s asks for %s, which is not there", p.Title, name)
				}
			}
		}
	}
	if asked < 10 {
		t.Errorf("it asks for %d metrics", asked)
	}
}

package warm_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// asked is a Warmer whose demand is looked at, and what people are told meanwhile.
type asked struct {
	config                 *config.Config
	notes, details, faults []string
	progress               int
}

func newAsked(t *testing.T, change func(*config.Popularity)) *asked {
	t.Helper()
	a := &asked{config: config.Default()}
	a.config.State = filepath.Join(t.TempDir(), "edgewarm.db")
	a.config.Account.Zones = map[string][]string{"zone-a": {"h.example.com", "*.vod.example.com"}}
	change(&a.config.Popularity)
	return a
}

// requests gathers the demand and returns that of each path of https://h.example.com.
func (a *asked) requests(t *testing.T, remember bool, paths ...string) (string, error) {
	t.Helper()
	if err := a.config.Validate(); err != nil {
		t.Fatal(err)
	}
	a.notes, a.details, a.faults = nil, nil, nil
	w := &warm.Warmer{
		Config: a.config,
		Credentials: func(context.Context) (submitter.Credentials, error) {
			return submitter.Credentials{SecretID: edgeonetest.DefaultSecretID, SecretKey: edgeonetest.DefaultSecretKey}, nil
		},
		Watch: warm.Watch{
			Note:   func(text string) { a.notes = append(a.notes, text) },
			Detail: func(text string) { a.details = append(a.details, text) },
			Fault:  func(err error, hint string) { a.faults = append(a.faults, err.Error()+"\n"+hint) },
			Progress: func(stage warm.Stage, done, total int) {
				if !strings.HasPrefix(string(stage), string(warm.StageLogs)) || done > total {
					t.Errorf("got %d of %d of %s", done, total, stage)
				}
				a.progress = done
			},
		},
	}
	defer w.Close()
	faults := 0
	demand, err := w.Demand(t.Context(), warm.DemandOptions{Stdin: strings.NewReader("/stdin,1\n"), Zones: a.config.Account.Zones, Remember: remember}, &faults)
	if faults != len(a.faults) {
		t.Errorf("%d faults are counted, and told are %q", faults, a.faults)
	}
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, path := range paths {
		fmt.Fprintf(&b, "%g ", demand.Demand("https://h.example.com"+path).Requests)
	}
	return strings.TrimSpace(b.String()), nil
}

func packed(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.Bytes()
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestDemandIsRemembered counts a log that grows, each line once, and wants a dry run to write nothing.
func TestDemandIsRemembered(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "log.csv")
	a := newAsked(t, func(p *config.Popularity) { p.Logs = []string{log, "-"} })
	run := func(remember bool, text, want string) {
		t.Helper()
		if text != "" {
			write(t, log, text)
		}
		if got, err := a.requests(t, remember, "/a", "/b", "/stdin"); err != nil || got != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
	snapshot := a.config.State + ".demand"
	run(false, "/a,1\n", "1 0 1")
	if _, err := os.Stat(snapshot); err == nil {
		t.Error("a dry run wrote a snapshot")
	}
	run(true, "/a,1\n", "1 0 1")
	before, _ := os.ReadFile(snapshot)
	run(false, "/a,1\n/b,2\n", "1 2 1")
	if after, _ := os.ReadFile(snapshot); len(before) == 0 || !bytes.Equal(before, after) {
		t.Error("a dry run changed the snapshot")
	}
	run(true, "/a,1\n/b,2\n/b,3\n", "1 5 1")
	if got := fmt.Sprint(a.details); !strings.Contains(got, "2 of 2 lines counted, format csv") {
		t.Errorf("the new lines are not all that was counted: %s", got)
	}
	run(true, "", "1 5 1")
	if got := fmt.Sprint(a.details); !strings.Contains(got, "nothing new") {
		t.Errorf("it is not said that there is nothing new: %s", got)
	}
	if got := fmt.Sprint(a.notes); got != "[]" {
		t.Errorf("got notes %s", got)
	}

	// Another log under its name is one more.
	run(true, strings.Repeat("/a,1\n", 2000)+"/b,1\n", "2001 6 1")
	// What is remembered is of no use any more: it is said, and all is read again.
	run(true, strings.Repeat("/a,1\n", 2000)+"/c,1\n/b,7\n", "2000 7 1")
	if got := fmt.Sprint(a.notes); !strings.Contains(got, "all logs are read again") {
		t.Errorf("got notes %s", got)
	}
	a.config.Popularity.HalfLife = time.Hour
	run(true, "/a,1\n", "1 0 1")
	if got := fmt.Sprint(a.notes); !strings.Contains(got, "other settings") {
		t.Errorf("got notes %s", got)
	}
	write(t, snapshot, "no snapshot")
	run(true, "/a,1\n", "1 0 1")
	if got := fmt.Sprint(a.notes); !strings.Contains(got, "damaged") {
		t.Errorf("got notes %s", got)
	}
	a.config.Popularity.Remember = config.Off
	_ = os.Remove(snapshot)
	run(true, "/a,1\n", "1 0 1")
	if _, err := os.Stat(snapshot); err == nil {
		t.Error("a snapshot was written that was not to be")
	}
}

func TestDemandCannotBeKept(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "log.csv")
	write(t, log, "/a,1\n")
	a := newAsked(t, func(p *config.Popularity) {
		p.Logs, p.Remember = []string{log}, filepath.Join(t.TempDir(), "missing", "demand")
	})
	if got, err := a.requests(t, true, "/a"); got != "1" || err != nil || len(a.faults) != 1 {
		t.Errorf("got %s, %v and %q", got, err, a.faults)
	}
}

// TestDemandOfMemory has more URLs than the memory that they may take.
func TestDemandOfMemory(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "log.csv")
	var b strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&b, "/%d,1\n", i)
	}
	write(t, log, b.String())
	a := newAsked(t, func(p *config.Popularity) { p.Logs, p.Memory = []string{log}, 4<<20 })
	if _, err := a.requests(t, false); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(a.notes); !strings.Contains(got, "popularity.memory") {
		t.Errorf("the bound of the error is not said: %s", got)
	}
	if a.progress == 0 {
		t.Error("no progress was told")
	}
}

func TestDemandOfBucket(t *testing.T) {
	t.Parallel()
	backend := s3mem.New()
	s3 := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(s3.Close)
	put := func(key, text string) {
		t.Helper()
		if _, err := backend.PutObject("logs", key, map[string]string{}, strings.NewReader(text), int64(len(text)), nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := backend.CreateBucket("logs"); err != nil {
		t.Fatal(err)
	}
	a := newAsked(t, func(p *config.Popularity) {
		p.Logs = []string{"s3://logs/edge/*.csv*?region=eu-west-1&anonymous=true&endpoint=" + s3.URL}
	})
	put("edge/1.csv", "/a,1\n")
	put("edge/2.csv.gz", string(packed("/a,1\n/b,1\n")))
	put("other/3.csv", "/a,100\n")
	if got, err := a.requests(t, true, "/a", "/b"); got != "2 1" || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
	put("edge/1.csv", "/a,1\n/b,5\n")
	if got, err := a.requests(t, true, "/a", "/b"); got != "2 6" || err != nil {
		t.Errorf("after one has grown: got %s, %v", got, err)
	}
	if got := fmt.Sprint(a.details); !strings.Contains(got, "s3://logs/edge/1.csv: 1 of 1 lines") || !strings.Contains(got, "s3://logs/edge/2.csv.gz: nothing new") {
		t.Errorf("got %s", got)
	}
}

// TestUnreachedDemand wants one error of what cannot be asked, and no end of the run only where it is not required.
func TestUnreachedDemand(t *testing.T) {
	t.Parallel()
	const gone = "http://127.0.0.1:1" // where nobody listens
	for name, change := range map[string]func(*config.Config){
		"bucket": func(c *config.Config) {
			c.Popularity.Logs = append(c.Popularity.Logs, "s3://logs/?region=eu-west-1&anonymous=true&endpoint="+gone)
		},
		"postgres": func(c *config.Config) {
			c.Popularity.SQL = config.SQL{DSN: "postgres://u:canary@127.0.0.1:1/db", Query: "SELECT 1"}
		},
		"clickhouse": func(c *config.Config) {
			c.Popularity.SQL = config.SQL{DSN: "clickhouse://u:canary@127.0.0.1:1/db", Query: "SELECT 1"}
		},
		"top":  func(c *config.Config) { c.Account.Endpoint, c.Popularity.EdgeOne = gone, config.Top },
		"logs": func(c *config.Config) { c.Account.Endpoint, c.Popularity.EdgeOne = gone, config.Logs },
		"other service": func(c *config.Config) {
			c.Account.API, c.Popularity.EdgeOne = "http", config.Logs
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := filepath.Join(t.TempDir(), "log.csv")
			write(t, log, "/a,1\n")
			a := newAsked(t, func(p *config.Popularity) { p.Logs = []string{log} })
			a.config.Account.Zones = map[string][]string{"zone-a": {"h.example.com"}}
			change(a.config)
			_, err := a.requests(t, false, "/a")
			var hinted *warm.HintError
			if !errors.As(err, &hinted) || !strings.Contains(hinted.Hint, "popularity.required: false") || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v, want an error with a hint", err)
			}
			a.config.Popularity.Required = false
			got, err := a.requests(t, false, "/a")
			if got != "1" || err != nil || len(a.faults) != 1 || strings.Contains(a.faults[0], "canary") {
				t.Errorf("got %s, %v and the faults %q, want the log's demand and one fault", got, err, a.faults)
			}
		})
	}
}

func TestDemandOfDatabases(t *testing.T) {
	t.Parallel()
	for _, variable := range []string{"EDGEWARM_POSTGRES", "EDGEWARM_CLICKHOUSE"} {
		t.Run(variable, func(t *testing.T) {
			t.Parallel()
			dsn := os.Getenv(variable)
			if dsn == "" {
				t.Skipf("needs a server: %s names none", variable)
			}
			a := newAsked(t, func(p *config.Popularity) {
				p.SQL = config.SQL{DSN: dsn, Query: "SELECT 'https://h.example.com/a', 2.5 UNION ALL SELECT 'https://h.example.com/b', 7.0"}
			})
			for range 2 { // a query gives all each time
				if got, err := a.requests(t, true, "/a", "/b"); got != "2.5 7" || err != nil {
					t.Errorf("got %s, %v", got, err)
				}
			}
		})
	}
}

func newService(t *testing.T, a *asked, o edgeonetest.Options) {
	t.Helper()
	o.Zones = []edgeonetest.Zone{{ID: "zone-a", Hosts: []string{"h.example.com", "*.vod.example.com"}}}
	o.Rate = -1
	s := httptest.NewServer(edgeonetest.New(o))
	t.Cleanup(s.Close)
	a.config.Account.Endpoint = s.URL
}

func TestDemandOfServiceTop(t *testing.T) {
	t.Parallel()
	a := newAsked(t, func(p *config.Popularity) { p.EdgeOne = config.Top })
	newService(t, a, edgeonetest.Options{Traffic: map[string]map[string]edgeonetest.Traffic{
		"h.example.com":     {"/a": {Requests: 9, Bytes: 90}, "/b": {Requests: 1}},
		"1.vod.example.com": {"/a": {Requests: 5}},
		"else.example.com":  {"/a": {Requests: 100}},
	}})
	for range 2 {
		if got, err := a.requests(t, true, "/a", "/b", "/c"); got != "9 1 0" || err != nil {
			t.Errorf("got %s, %v", got, err)
		}
	}
	if got := fmt.Sprint(a.details); !strings.Contains(got, "1.vod.example.com: 1 of 1 lines") {
		t.Errorf("the host of the wildcard was not asked about: %s", got)
	}
}

func TestDemandOfServiceLogs(t *testing.T) {
	t.Parallel()
	line := func(path string) string {
		return `{"RequestTime":"2026-11-01T10:00:00Z","RequestHost":"h.example.com","RequestMethod":"GET","RequestUrl":"` + path +
			`","EdgeResponseStatusCode":200,"EdgeResponseBytes":100,"EdgeCacheStatus":"miss"}` + "\n"
	}
	a := newAsked(t, func(p *config.Popularity) { p.EdgeOne, p.HalfLife = config.Logs, 0 })
	hour := time.Now().Add(-5 * time.Hour).Truncate(time.Hour)
	logs := []edgeonetest.Log{
		{Host: "h.example.com", Start: hour, Data: packed(line("/a") + line("/a"))},
		{Host: "h.example.com", Start: hour.Add(time.Hour), Data: packed(line("/b"))},
		{Host: "h.example.com", Start: hour.AddDate(0, 0, -30), Data: packed(line("/old"))},
	}
	newService(t, a, edgeonetest.Options{Logs: logs})
	if got, err := a.requests(t, true, "/a", "/b", "/old"); got != "2 1 0" || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
	logs[1].Data = packed(line("/b") + line("/b"))
	newService(t, a, edgeonetest.Options{Logs: logs})
	if got, err := a.requests(t, true, "/a", "/b", "/old"); got != "2 2 0" || err != nil {
		t.Errorf("after an hour has grown: got %s, %v", got, err)
	}
	if got := strings.Join(a.details, "\n"); strings.Count(got, "nothing new") != 1 || strings.Contains(got, "sign") {
		t.Errorf("got %s", got)
	}
}

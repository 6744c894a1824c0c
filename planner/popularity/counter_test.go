package popularity_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

// jsonLine is one line of EdgeOne's, with members beside those that every case has.
func jsonLine(path string, more string) string {
	return `{"RequestTime":"2015-05-17T10:00:00Z","RequestHost":"h.example.com","RequestMethod":"GET","RequestUrl":"` + path +
		`","EdgeResponseStatusCode":200,"EdgeResponseBytes":100` + more + "}\n"
}

var noon = time.Date(2015, 5, 17, 12, 0, 0, 0, time.UTC)

func read(t testing.TB, c *popularity.Counter, log string) popularity.Stats {
	t.Helper()
	stats, err := c.Read(t.Context(), "log", strings.NewReader(log))
	if err != nil {
		t.Fatal(err)
	}
	left := stats.Methods + stats.Statuses + stats.Bots + stats.Duplicates + stats.Ranges + stats.Outside + stats.Invalid
	if stats.Records != stats.Counted+left {
		t.Errorf("%d records are not %d counted and %d left out", stats.Records, stats.Counted, left)
	}
	return stats
}

// TestCounting has one log a case, and the demand for https://h.example.com/a after it.
func TestCounting(t *testing.T) {
	t.Parallel()
	client := `,"ClientIP":"1.2.3.4","RequestUA":"Player"`
	partial := strings.NewReplacer(":200,", ":206,")
	at := func(clock, line string) string { return strings.Replace(line, "T10:00:00Z", "T"+clock+"Z", 1) }
	for _, c := range []struct {
		name    string
		counter popularity.Counter
		log     string
		want    planner.Demand
	}{
		{"status", popularity.Counter{}, jsonLine("/a", "") + strings.Replace(jsonLine("/a", ""), ":200,", ":304,", 1) +
			strings.Replace(jsonLine("/a", ""), ":200,", ":404,", 1) + strings.Replace(jsonLine("/a", ""), ":200,", ":301,", 1),
			planner.Demand{Requests: 2, Bytes: 200}},
		{"method", popularity.Counter{}, jsonLine("/a", "") + strings.Replace(jsonLine("/a", ""), "GET", "HEAD", 1) +
			strings.Replace(jsonLine("/a", ""), "GET", "POST", 1), planner.Demand{Requests: 1, Bytes: 100}},
		{"misses", popularity.Counter{}, jsonLine("/a", `,"EdgeCacheStatus":"miss"`) + jsonLine("/a", `,"EdgeCacheStatus":"hit"`) +
			jsonLine("/a", `,"EdgeCacheStatus":"dynamic"`), planner.Demand{Requests: 3, Misses: 1, Bytes: 300}},
		{"bots", popularity.Counter{}, jsonLine("/a", `,"RequestUA":"Mozilla/5.0 (compatible; Googlebot/2.1)"`) +
			jsonLine("/a", `,"RequestUA":"CUBOT NOTE 20"`) + jsonLine("/a", `,"RequestUA":"curl/8.1"`), planner.Demand{Requests: 1, Bytes: 100}},
		{"duplicates", popularity.Counter{}, jsonLine("/a", `,"RequestID":"1"`) + jsonLine("/a", `,"RequestID":"2"`) +
			jsonLine("/a", `,"RequestID":"1"`) + jsonLine("/a", `,"RequestID":"-"`) + jsonLine("/a", `,"RequestID":"-"`),
			planner.Demand{Requests: 4, Bytes: 400}},
		{"sample", popularity.Counter{}, jsonLine("/a", `,"Sample":100,"EdgeCacheStatus":"miss"`), planner.Demand{Requests: 10, Misses: 10, Bytes: 1000}},
		{"ranges", popularity.Counter{}, partial.Replace(strings.Repeat(jsonLine("/a", client), 5)), planner.Demand{Requests: 1, Bytes: 500}},
		{"ranges of another client", popularity.Counter{}, partial.Replace(jsonLine("/a", client) + jsonLine("/a", `,"ClientIP":"1.2.3.5"`)),
			planner.Demand{Requests: 2, Bytes: 200}},
		{"ranges of nobody", popularity.Counter{}, partial.Replace(jsonLine("/a", "") + jsonLine("/a", "")), planner.Demand{Requests: 2, Bytes: 200}},
		{"ranges of another URL", popularity.Counter{}, partial.Replace(jsonLine("/a", client) + jsonLine("/b", client)), planner.Demand{Requests: 1, Bytes: 100}},
		{"ranges after a long pause", popularity.Counter{}, partial.Replace(at("09:00:00", jsonLine("/a", client)) + at("09:20:00", jsonLine("/a", client)) +
			at("09:45:00", jsonLine("/a", client)) + at("10:20:00", jsonLine("/a", client))), planner.Demand{Requests: 2, Bytes: 400}},
		{"one miss of many ranges", popularity.Counter{}, partial.Replace(jsonLine("/a", client+`,"EdgeCacheStatus":"hit"`) +
			strings.Repeat(jsonLine("/a", client+`,"EdgeCacheStatus":"miss"`), 3)), planner.Demand{Requests: 1, Misses: 1, Bytes: 400}},
		{"half-life", popularity.Counter{HalfLife: time.Hour, Until: noon}, jsonLine("/a", "") + at("11:00:00", jsonLine("/a", "")),
			planner.Demand{Requests: 0.75, Bytes: 75}},
		{"the future", popularity.Counter{HalfLife: time.Hour, Until: noon}, at("23:00:00", jsonLine("/a", "")), planner.Demand{Requests: 1, Bytes: 100}},
		{"a wholly old log", popularity.Counter{HalfLife: time.Minute, Until: noon.AddDate(10, 0, 0)}, strings.Repeat(jsonLine("/a", ""), 2),
			planner.Demand{Requests: 2 * math.Exp2(-64), Bytes: 200 * math.Exp2(-64)}},
		{"since and before", popularity.Counter{Since: noon.Add(-2 * time.Hour), Before: noon}, at("09:59:59", jsonLine("/a", "")) + jsonLine("/a", "") +
			at("11:59:59", jsonLine("/a", "")) + at("12:00:00", jsonLine("/a", "")), planner.Demand{Requests: 2, Bytes: 200}},
		{"query", popularity.Counter{}, jsonLine("/a?x", ""), planner.Demand{}},
		{"query dropped", popularity.Counter{Policy: popularity.Policy{Drop: true}}, jsonLine("/a?x", "") + jsonLine("/a?y", ""), planner.Demand{Requests: 2, Bytes: 200}},
		{"spellings", popularity.Counter{}, jsonLine("/./b/../%61", "") + strings.Replace(jsonLine("/a", ""), "h.example", "H.Example", 1) +
			strings.Replace(jsonLine("/a", ""), "h.example.com", "h.example.com:80", 1), planner.Demand{Requests: 3, Bytes: 300}},
		{"scheme", popularity.Counter{}, jsonLine("/a", `,"RequestScheme":"https"`) + jsonLine("/a", `,"RequestScheme":"http"`) + jsonLine("/a", ""),
			planner.Demand{Requests: 2, Bytes: 200}},
		{"the other scheme", popularity.Counter{}, jsonLine("/a", `,"RequestScheme":"http"`), planner.Demand{Requests: 1, Bytes: 100}},
		{"another host", popularity.Counter{}, strings.Replace(jsonLine("/a", ""), "h.example", "i.example", 1), planner.Demand{}},
		{"no host", popularity.Counter{}, "/a,3\n/b,4\n", planner.Demand{Requests: 3}},
		{"no host but a base", popularity.Counter{Base: "https://h.example.com/x"}, "/a,3\n/b,4\n", planner.Demand{Requests: 3}},
		{"no host but another base", popularity.Counter{Base: "https://i.example.com/x"}, "/a,3\n/b,4\n", planner.Demand{}},
		{"weights", popularity.Counter{}, "https://h.example.com/a,2.5\n/a,1\n", planner.Demand{Requests: 3.5}},
		{"raw", popularity.Counter{Raw: true, HalfLife: time.Hour, Until: noon}, jsonLine("/a", client) + partial.Replace(strings.Repeat(jsonLine("/a", client), 2)) +
			strings.Replace(jsonLine("/a", `,"RequestUA":"bot"`), "GET", "HEAD", 1) + strings.Repeat(jsonLine("/a", `,"RequestID":"1"`), 2) +
			strings.Replace(jsonLine("/a", ""), ":200,", ":404,", 1), planner.Demand{Requests: 6, Bytes: 600}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			read(t, &c.counter, c.log)
			if got := c.counter.Demand("https://h.example.com/a"); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestStats(t *testing.T) {
	t.Parallel()
	c := &popularity.Counter{Until: noon}
	got := read(t, c, jsonLine("/a", "")+jsonLine("/b", `,"RequestUA":"bot"`)+"nonsense\n"+jsonLine("/a", "")+
		strings.Replace(jsonLine("/c", ""), "T10:", "T22:", 1)+jsonLine("/\x01", ""))
	if len(got.Warnings) != 1 || got.Warnings[0].Line != 3 {
		t.Errorf("got warnings %v, want one at line 3", got.Warnings)
	}
	got.Warnings = nil
	want := popularity.Stats{Name: "log", Format: "edgeone", Lines: 6, Bad: 1, Records: 5, Counted: 4, Bots: 1, Future: 1,
		First: noon.Add(-2 * time.Hour), Last: noon.Add(10 * time.Hour)}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if empty := read(t, c, ""); fmt.Sprint(empty) != fmt.Sprint(popularity.Stats{Name: "log"}) {
		t.Errorf("empty log: got %+v", empty)
	}
}

// TestOrder wants the most requested first, then the order of URLs, each once.
func TestOrder(t *testing.T) {
	t.Parallel()
	c := &popularity.Counter{}
	read(t, c, "https://b.example.com/,1\nhttps://a.example.com/,1\nhttp://z.example.com/,1\n/path,1\nhttps://c.example.com/x,5\n")
	read(t, c, strings.Replace(jsonLine("/x", ""), "h.example", "c.example", 1))
	var got []string
	for url, d := range c.All() {
		got = append(got, fmt.Sprint(url, " ", d.Requests))
	}
	want := []string{"https://c.example.com/x 6", "/path 1", "http://z.example.com/ 1", "https://a.example.com/ 1", "https://b.example.com/ 1"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for range c.All() {
		break
	}
}

func TestZeroCounter(t *testing.T) {
	t.Parallel()
	var c popularity.Counter
	if d := c.Demand("https://h.example.com/a"); d != (planner.Demand{}) || c.Len() != 0 || c.ErrorBound() != 0 {
		t.Errorf("got %v, %d, %v of nothing", d, c.Len(), c.ErrorBound())
	}
	for url := range c.All() {
		t.Errorf("got %s of nothing", url)
	}
}

func TestDemandDoesNotAllocate(t *testing.T) {
	c := &popularity.Counter{}
	read(t, c, "https://h.example.com/a,2.5\n/a,1\n")
	if n := testing.AllocsPerRun(100, func() {
		c.Demand("https://h.example.com/a")
		c.Demand("http://h.example.com/b?c")
		c.Demand("")
	}); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}

func TestWrongOptions(t *testing.T) {
	t.Parallel()
	for _, c := range []*popularity.Counter{{Format: "combiend"}, {Base: "mailto:a@example.com"}} {
		_, err := c.Read(t.Context(), "log", strings.NewReader("/a,1\n"))
		var e *popularity.Error
		if !errors.As(err, &e) {
			t.Errorf("got %v, want an *Error", err)
		}
	}
}

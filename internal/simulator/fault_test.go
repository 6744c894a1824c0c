package simulator_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/simulator"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	const lost, html = "lost", "html"
	tests := []struct {
		fault    string
		answer   string // an error code, lost or html
		accepted int
	}{
		{"cut", lost, 0},
		{"lost", lost, 2},
		{"html", html, 0},
		{"html=503,taken", html, 2},
		{"error", "InternalError.BackendError", 0},
		{"error=InternalError.QuotaSystem,taken", "InternalError.QuotaSystem", 2},
		{"limit", "RequestLimitExceeded", 0},
		{"nojob", "", 2},
		{"cut,action=DescribeZones", "", 2},
		{"cut,after=1", "", 2},
	}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			t.Parallel()
			f, err := simulator.ParseFault(tt.fault)
			if err != nil {
				t.Fatal(err)
			}
			o := oneZone()
			o.Faults = []simulator.Fault{f}
			s := simulator.New(o)
			c := newClient(t, s)
			resp, err := c.send("CreatePrefetchTask", prefetch(urls(2)...), nil)
			got := ""
			switch {
			case errors.Is(err, io.EOF):
				got = lost
			case err != nil:
				t.Fatal(err)
			case strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html"):
				got = html
			default:
				r := c.read(resp)
				got = r.Error.Code
				if strings.HasPrefix(tt.fault, "nojob") != (r.JobID == nil) && got == "" {
					t.Errorf("JobId is %v", r.JobID)
				}
			}
			if n := s.Summary().Accepted; got != tt.answer || n != tt.accepted {
				t.Errorf("got %q and %d accepted, want %q and %d", got, n, tt.answer, tt.accepted)
			}
		})
	}
}

func TestFaultsPickRequests(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"limit,after=2":                 "..LLLLLLLL",
		"limit,times=3":                 "LLL.......",
		"limit,every=3":                 "L..L..L..L",
		"limit,after=1,every=4,times=2": ".L...L....",
		"limit,chance=1":                "LLLLLLLLLL",
	}
	for text, want := range tests {
		f, err := simulator.ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		o := oneZone()
		o.Faults = []simulator.Fault{f}
		c := newClient(t, simulator.New(o))
		got := ""
		for range len(want) {
			if c.call("DescribeZones", object{}).Error.Code == "RequestLimitExceeded" {
				got += "L"
			} else {
				got += "."
			}
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestFaultByChance(t *testing.T) {
	t.Parallel()
	hits := func(seed uint64) (n int) {
		o := oneZone()
		o.Seed, o.Faults = seed, []simulator.Fault{{Kind: simulator.Limit, Chance: 0.25}}
		s := simulator.New(o)
		c := newClient(t, s)
		for range 200 {
			c.call("DescribeZones", object{})
		}
		return s.Summary().Codes["RequestLimitExceeded"]
	}
	if a, b := hits(1), hits(1); a != b || a < 25 || a > 75 {
		t.Errorf("got %d and %d of 200 with a chance of 0.25, want the same for one seed", a, b)
	}
}

func TestDelayAndLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := oneZone()
		o.Latency, o.Faults = time.Second, []simulator.Fault{{Kind: simulator.Delay, Delay: 2 * time.Second, After: 1}}
		c := newClient(t, simulator.New(o))
		for _, want := range []time.Duration{time.Second, 3 * time.Second} {
			start := time.Now()
			c.call("DescribeZones", object{})
			if got := time.Since(start); got != want {
				t.Errorf("took %v, want %v", got, want)
			}
		}
	})
}

func TestParseFault(t *testing.T) {
	t.Parallel()
	tests := map[string]simulator.Fault{
		"cut, action=CreatePrefetchTask, after=2, times=1, taken": {Kind: simulator.Cut, Action: "CreatePrefetchTask", After: 2, Times: 1, Taken: true},
		"lost":                 {Kind: simulator.Cut, Taken: true},
		"html=503":             {Kind: simulator.HTML, Status: http.StatusServiceUnavailable},
		"error=A.B,chance=0.5": {Kind: simulator.Code, Code: "A.B", Chance: 0.5},
		"delay=3s,every=2":     {Kind: simulator.Delay, Delay: 3 * time.Second, Every: 2},
		"cut,delay=1m":         {Kind: simulator.Cut, Delay: time.Minute},
	}
	for text, want := range tests {
		got, err := simulator.ParseFault(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", text, err, diff)
		}
	}
	for _, text := range []string{"", "explode", "cut=1", "delay", "delay=soon", "html=x", "cut,often", "cut,after=x"} {
		if got, err := simulator.ParseFault(text); err == nil || !strings.Contains(err.Error(), "fault") {
			t.Errorf("%q: got %+v and %v, want an error", text, got, err)
		}
	}
}

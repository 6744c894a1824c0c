package edgeonetest_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	const lost, html = "lost", "html"
	tests := map[string]struct {
		fault    edgeonetest.Fault
		answer   string // an error code, lost or html
		accepted int
	}{
		"cut":            {edgeonetest.Fault{Kind: edgeonetest.Cut}, lost, 0},
		"lost":           {edgeonetest.Fault{Kind: edgeonetest.Cut, Taken: true}, lost, 2},
		"html":           {edgeonetest.Fault{Kind: edgeonetest.HTML}, html, 0},
		"html, taken":    {edgeonetest.Fault{Kind: edgeonetest.HTML, Status: 503, Taken: true}, html, 2},
		"error":          {edgeonetest.Fault{Kind: edgeonetest.Code}, "InternalError.BackendError", 0},
		"error, taken":   {edgeonetest.Fault{Kind: edgeonetest.Code, Code: "InternalError.QuotaSystem", Taken: true}, "InternalError.QuotaSystem", 2},
		"limit":          {edgeonetest.Fault{Kind: edgeonetest.Limit}, "RequestLimitExceeded", 0},
		"no job":         {edgeonetest.Fault{Kind: edgeonetest.NoJob}, "", 2},
		"another action": {edgeonetest.Fault{Kind: edgeonetest.Cut, Action: "DescribeZones"}, "", 2},
		"a later one":    {edgeonetest.Fault{Kind: edgeonetest.Cut, After: 1}, "", 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := oneZone()
			o.Faults = []edgeonetest.Fault{tt.fault}
			s := edgeonetest.New(o)
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
				if (tt.fault.Kind == edgeonetest.NoJob) != (r.JobID == nil) && got == "" {
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
	for _, tt := range []struct {
		fault edgeonetest.Fault
		want  string
	}{
		{edgeonetest.Fault{After: 2}, "..LLLLLLLL"},
		{edgeonetest.Fault{Times: 3}, "LLL......."},
		{edgeonetest.Fault{Every: 3}, "L..L..L..L"},
		{edgeonetest.Fault{After: 1, Every: 4, Times: 2}, ".L...L...."},
		{edgeonetest.Fault{Chance: 1}, "LLLLLLLLLL"},
	} {
		tt.fault.Kind = edgeonetest.Limit
		o := oneZone()
		o.Faults = []edgeonetest.Fault{tt.fault}
		c := newClient(t, edgeonetest.New(o))
		got := ""
		for range len(tt.want) {
			if c.call("DescribeZones", object{}).Error.Code == "RequestLimitExceeded" {
				got += "L"
			} else {
				got += "."
			}
		}
		if got != tt.want {
			t.Errorf("%+v: got %s, want %s", tt.fault, got, tt.want)
		}
	}
}

func TestFaultByChance(t *testing.T) {
	t.Parallel()
	hits := func(seed uint64) (n int) {
		o := oneZone()
		o.Seed, o.Faults = seed, []edgeonetest.Fault{{Kind: edgeonetest.Limit, Chance: 0.25}}
		s := edgeonetest.New(o)
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
		o.Latency, o.Faults = time.Second, []edgeonetest.Fault{{Kind: edgeonetest.Delay, Delay: 2 * time.Second, After: 1}}
		c := newClient(t, edgeonetest.New(o))
		for _, want := range []time.Duration{time.Second, 3 * time.Second} {
			start := time.Now()
			c.call("DescribeZones", object{})
			if got := time.Since(start); got != want {
				t.Errorf("took %v, want %v", got, want)
			}
		}
	})
}

package submitter_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/time/rate"

	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

const (
	canarySecret = "canary-secret-key-4711"
	canaryToken  = "canary-token-0815"
)

func simulatorKeys(context.Context) (submitter.Credentials, error) {
	return submitter.Credentials{SecretID: edgeonetest.DefaultSecretID, SecretKey: edgeonetest.DefaultSecretKey}, nil
}

func canaryKeys(context.Context) (submitter.Credentials, error) {
	return submitter.Credentials{SecretID: "AKIDcanary", SecretKey: canarySecret, Token: canaryToken}, nil
}

// inProcess is a client of a simulator with no socket in between.
func inProcess(s *edgeonetest.Simulator) *submitter.EdgeOne {
	return &submitter.EdgeOne{Endpoint: "http://127.0.0.1:1", Credentials: simulatorKeys, Transport: s.Transport()}
}

// against is a client of a server that answers as it likes.
func against(t *testing.T, h http.HandlerFunc) *submitter.EdgeOne {
	t.Helper()
	srv := httptest.NewServer(h)
	e := &submitter.EdgeOne{Endpoint: srv.URL, Credentials: canaryKeys}
	t.Cleanup(func() { e.Close(); srv.Close() })
	return e
}

func edgeZone() edgeonetest.Options {
	return edgeonetest.Options{Rate: -1, Zones: []edgeonetest.Zone{{ID: "zone-1", Name: "example.com", Hosts: []string{"cdn.example.com", "*.vod.example.com"}}}}
}

func edgeBatch(n int) submitter.Batch {
	b := submitter.Batch{ID: "b-1", Zone: "zone-1", Attempts: 1}
	for i := range n {
		b.URLs = append(b.URLs, fmt.Sprintf("https://cdn.example.com/%d.ts?a=1&b=<2>", i))
	}
	return b
}

func TestEdgeOnePrefetch(t *testing.T) {
	t.Parallel()
	o := edgeZone()
	o.AllowEdge, o.AllowSegments = true, true
	s := edgeonetest.New(o)
	srv, err := s.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &submitter.EdgeOne{Endpoint: srv.URL, Credentials: simulatorKeys, Mode: "edge", Segments: true,
		Headers: map[string]string{"Origin": "https://www.example.com", "Accept-Encoding": "gzip"}}
	t.Cleanup(func() { e.Close(); srv.Close() })
	got, err := e.Prefetch(t.Context(), edgeBatch(3))
	if err != nil {
		t.Fatal(err)
	}
	want := submitter.Receipt{Batch: "b-1", Zone: "zone-1", JobID: s.Requests()[0].JobID, RequestID: s.Requests()[0].RequestID, Accepted: 3, Attempts: 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var accepted []string
	for _, a := range s.Accepted() {
		accepted = append(accepted, a.URL)
	}
	if !slices.Equal(accepted, edgeBatch(3).URLs) {
		t.Errorf("accepted %q", accepted)
	}
}

// wire catches the body of the one request that a method makes.
func wire(t *testing.T, e *submitter.EdgeOne, call func()) string {
	t.Helper()
	var body []byte
	n := 0
	e.Endpoint, e.Credentials = "http://localhost:1", canaryKeys
	e.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		n++
		body = make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		return nil, errors.New("enough")
	})
	call()
	if n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
	return string(body)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestEdgeOneSendsNothingThatIsEmpty(t *testing.T) {
	t.Parallel()
	b := submitter.Batch{Zone: "z", URLs: []string{"https://a/"}}
	resolved := submitter.Batch{Zone: "z", URLs: []string{"https://a/"}, Costs: []int{12}}
	at := time.Date(2026, 3, 1, 12, 0, 0, 500, time.FixedZone("", 3600))
	tests := map[string]struct {
		e    *submitter.EdgeOne
		call func(*submitter.EdgeOne)
	}{
		`{"ZoneId":"z","Targets":["https://a/"]}`: {new(submitter.EdgeOne), func(e *submitter.EdgeOne) { _, _ = e.Prefetch(t.Context(), b) }},
		`{"ZoneId":"z","Targets":["https://a/"],"Mode":"edge","Headers":[{"Name":"Accept","Value":""},{"Name":"Origin","Value":"o"}],"PrefetchMediaSegments":"on"}`: {
			&submitter.EdgeOne{Mode: "edge", Segments: true, Headers: map[string]string{"Origin": "o", "Accept": ""}}, func(e *submitter.EdgeOne) { _, _ = e.Prefetch(t.Context(), resolved) }},
		`{"ZoneId":"z","Type":"purge_url","Targets":["https://a/"]}`: {new(submitter.EdgeOne), func(e *submitter.EdgeOne) { _, _ = e.Purge(t.Context(), b) }},
		`{"ZoneId":"z"}`: {new(submitter.EdgeOne), func(e *submitter.EdgeOne) { _, _ = e.Quota(t.Context(), "z") }},
		`{"ZoneId":"z","Offset":0,"Limit":1000,"Filters":[{"Name":"job-id","Values":["j"]}]}`: {new(submitter.EdgeOne), func(e *submitter.EdgeOne) {
			_, _, _ = e.Tasks(t.Context(), submitter.TaskQuery{Zone: "z", JobID: "j"})
		}},
		`{"ZoneId":"z","StartTime":"2026-03-01T11:00:00Z","EndTime":"2026-03-01T11:01:01Z","Offset":5,"Limit":7,"Filters":[{"Name":"target","Values":["https://a/"]}]}`: {new(submitter.EdgeOne), func(e *submitter.EdgeOne) {
			_, _, _ = e.Tasks(t.Context(), submitter.TaskQuery{Zone: "z", Target: "https://a/", From: at, To: at.Add(time.Minute), Offset: 5, Limit: 7})
		}},
		`{"Offset":3,"Limit":100}`:              {new(submitter.EdgeOne), func(e *submitter.EdgeOne) { _, _, _ = e.Zones(t.Context(), 3, 0) }},
		`{"ZoneId":"z","Offset":0,"Limit":200}`: {new(submitter.EdgeOne), func(e *submitter.EdgeOne) { _, _, _ = e.Domains(t.Context(), "z", 0, 500) }},
	}
	for want, tt := range tests {
		if got := wire(t, tt.e, func() { tt.call(tt.e) }); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestEdgeOneQuota(t *testing.T) {
	t.Parallel()
	o := edgeZone()
	o.Batch, o.Daily = 50, 70
	s := edgeonetest.New(o)
	s.Spend("zone-1", 30)
	got, err := inProcess(s).Quota(t.Context(), "zone-1")
	if want := (submitter.Quota{Batch: 50, Daily: 70, Available: 40}); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	s.Update(func(o *edgeonetest.Options) { o.NullQuota = true })
	if _, err := inProcess(s).Quota(t.Context(), "zone-1"); !errors.Is(err, submitter.ErrNoQuota) || submitter.ClassOf(err) != submitter.ClassOther {
		t.Errorf("got %v, want ErrNoQuota", err)
	}
}

func TestEdgeOneTasks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := edgeZone()
		o.Outcomes = []edgeonetest.Outcome{{Glob: "*/1.ts*", Status: "invalid", FailType: "originPullFailed", Message: "404"}}
		e := inProcess(edgeonetest.New(o))
		start := time.Now()
		r, err := e.Prefetch(t.Context(), edgeBatch(5))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		q := submitter.TaskQuery{Zone: "zone-1", From: start, To: time.Now(), Offset: 2, Limit: 2}
		tasks, total, err := e.Tasks(t.Context(), q)
		if err != nil || total != 5 || len(tasks) != 2 {
			t.Fatalf("got %d of %d, %v", len(tasks), total, err)
		}
		want := submitter.Task{JobID: r.JobID, URL: edgeBatch(5).URLs[1], Status: "invalid", Created: start.UTC(), Updated: start.UTC().Add(time.Second), FailType: "originPullFailed", Reason: "404"}
		if diff := cmp.Diff(want, tasks[1]); diff != "" {
			t.Error(diff)
		}
		for _, q := range []submitter.TaskQuery{{Zone: "zone-1", JobID: r.JobID, Target: want.URL}, {Zone: "zone-1", From: start, To: start, Target: want.URL}} {
			if _, total, err := e.Tasks(t.Context(), q); err != nil || total != 1 {
				t.Errorf("%+v: got %d, %v", q, total, err)
			}
		}
	})
}

func TestEdgeOneZoneHosts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := edgeonetest.Options{}
		for i := range 104 {
			o.Zones = append(o.Zones, edgeonetest.Zone{ID: fmt.Sprint("zone-", i), Hosts: []string{fmt.Sprint("h", i, ".example")}})
		}
		o.Zones[3].Paused = true
		o.Zones[5] = edgeonetest.Zone{ID: "zone-5", Hosts: []string{"*.Example.org"}, Offline: []string{"off.example.org"}}
		for i := range 250 {
			o.Zones[7].Hosts = append(o.Zones[7].Hosts, fmt.Sprint("more", i, ".example"))
		}
		s := edgeonetest.New(o)
		start := time.Now()
		hosts, err := inProcess(s).ZoneHosts(t.Context(), rate.NewLimiter(20, 1))
		if err != nil {
			t.Fatal(err)
		}
		if _, paused := hosts["zone-3"]; len(hosts) != 103 || paused || !slices.Equal(hosts["zone-5"], []string{"*.example.org"}) || len(hosts["zone-7"]) != 251 {
			t.Errorf("got %d zones, %v, %d", len(hosts), hosts["zone-5"], len(hosts["zone-7"]))
		}
		// 2 pages of zones, 103 zones with one page of hosts, one of them with two.
		if sum := s.Summary(); sum.Requests != 106 || sum.Peak > 20 || time.Since(start) != 105*50*time.Millisecond {
			t.Errorf("%d requests, peak %d, in %v", sum.Requests, sum.Peak, time.Since(start))
		}
	})
}

func TestEdgeOneZoneHostsEnds(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		`{"Response":{"TotalCount":999999,"Zones":[{"ZoneId":"a","Paused":true},{"ZoneId":"b","Paused":true},{"ZoneId":"c","Paused":true}],"RequestId":"r"}}`: "the list does not end",
		`{"Response":{"TotalCount":5,"Zones":null,"RequestId":"r"}}`:                                                                                          "the list ended early, at 0 of 5",
		`{"Response":{"Error":{"Code":"UnauthorizedOperation.NoPermission","Message":"no"},"RequestId":"r"}}`:                                                 "UnauthorizedOperation.NoPermission",
	}
	for answer, want := range tests {
		e := against(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) })
		if _, err := e.ZoneHosts(t.Context(), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := inProcess(edgeonetest.New(edgeZone())).ZoneHosts(ctx, rate.NewLimiter(1, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestEdgeOnePurge(t *testing.T) {
	t.Parallel()
	s := edgeonetest.New(edgeZone())
	r, err := inProcess(s).Purge(t.Context(), edgeBatch(2))
	if err != nil || r.Accepted != 2 || r.JobID == "" || len(s.Purged()) != 2 {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestEdgeOneIsSafeForManyGoroutines(t *testing.T) {
	t.Parallel()
	s := edgeonetest.New(edgeZone())
	e := inProcess(s)
	errs := make(chan error)
	for i := range 8 {
		go func() {
			b := edgeBatch(1)
			b.URLs[0] += fmt.Sprint(i)
			_, err := e.Prefetch(t.Context(), b)
			errs <- err
		}()
	}
	for range 8 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if got := s.Summary().Distinct; got != 8 {
		t.Errorf("%d accepted", got)
	}
}

func TestCheckEndpoint(t *testing.T) {
	t.Parallel()
	for _, ok := range []string{"", "teo.tencentcloudapi.com", "https://teo.intl.tencentcloudapi.com/", "teo.ap-singapore.tencentcloudapi.com:443", "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:80", "127.0.0.1:8443"} {
		if err := submitter.CheckEndpoint(ok); err != nil {
			t.Errorf("%q: %v", ok, err)
		}
	}
	for _, bad := range []string{"http://teo.tencentcloudapi.com", "http://10.0.0.1", "ftp://127.0.0.1", "https://", "https://a/b", "https://a/?x", "https://u:" + canarySecret + "@a", "a b", "http://127.0.0.1.example.com", "http://localhost.example.com"} {
		if err := submitter.CheckEndpoint(bad); err == nil || strings.Contains(err.Error(), canarySecret) {
			t.Errorf("%q: got %v, want an error", bad, err)
		}
	}
}

package edgeonetest_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// remote sends to a server what was signed for another name, as a client's proxy would not.
func remote(t *testing.T, srv *edgeonetest.Server) *client {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	return &client{t: t, now: time.Now, id: edgeonetest.DefaultSecretID, key: edgeonetest.DefaultSecretKey, rt: roundTrip(func(r *http.Request) (*http.Response, error) {
		r.Host = r.URL.Host
		r.URL.Host = strings.TrimPrefix(srv.URL, "http://")
		return transport.RoundTrip(r)
	})}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func start(t *testing.T, o edgeonetest.Options) (*edgeonetest.Simulator, *edgeonetest.Server) {
	t.Helper()
	s := edgeonetest.New(o)
	srv, err := s.Start(":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(srv.Close(), srv.Wait()); err != nil {
			t.Error(err)
		}
	})
	return s, srv
}

func get(t *testing.T, url string, v any) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(v); err != nil {
		t.Fatal(err)
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestServerTellsItsHistory(t *testing.T) {
	t.Parallel()
	o := oneZone()
	o.Faults = []edgeonetest.Fault{{Kind: edgeonetest.Cut, Taken: true, After: 1, Times: 1}}
	_, srv := start(t, o)
	if !strings.HasPrefix(srv.URL, "http://127.0.0.1:") {
		t.Errorf("listens at %s, want this machine only", srv.URL)
	}
	c := remote(t, srv)
	c.call("CreatePrefetchTask", prefetch(urls(2)...))
	if _, err := c.send("CreatePrefetchTask", prefetch(urls(3)...), nil); !errors.Is(err, io.EOF) {
		t.Errorf("got %v, want the connection cut", err)
	}
	c.call("CreatePrefetchTask", prefetch("x"))

	var sum edgeonetest.Summary
	get(t, srv.URL+"/_simulator/summary", &sum)
	if sum.Requests != 3 || sum.Accepted != 5 || sum.Distinct != 3 || sum.Duplicates != 2 || sum.Quota["zone-1"].Used != 5 || sum.Codes["none"] != 1 {
		t.Errorf("got %+v", sum)
	}
	var h struct {
		Requests []edgeonetest.Request
		Accepted []edgeonetest.Accepted
	}
	get(t, srv.URL+"/_simulator/history", &h)
	if len(h.Requests) != 3 || h.Requests[1].Fault != edgeonetest.Cut || h.Requests[2].Code != "InvalidParameter.Target" || h.Requests[0].Targets != 2 {
		t.Errorf("got %+v", h.Requests)
	}
	if len(h.Accepted) != 5 || h.Accepted[4].URL != "https://cdn.example.com/2.ts" || h.Accepted[0].JobID != h.Requests[0].JobID {
		t.Errorf("got %+v", h.Accepted)
	}
	for path, want := range map[string]int{"/other": 404, "/_simulator/history": 405} {
		resp, err := http.Post(srv.URL+path, "text/plain", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: got %d, want %d", path, resp.StatusCode, want)
		}
	}
}

func TestHistoryIsBounded(t *testing.T) {
	t.Parallel()
	o := oneZone()
	o.MaxHistory = 3
	s := edgeonetest.New(o)
	c := newClient(t, s)
	if got := c.call("CreatePrefetchTask", prefetch(urls(4)...)).Error.Code; got != "InternalError.BackendError" {
		t.Errorf("got %q", got)
	}
	for range 5 {
		c.call("DescribeZones", object{})
	}
	if sum := s.Summary(); len(s.Requests()) != 3 || sum.Forgotten != 3 || sum.Requests != 6 {
		t.Errorf("kept %d, summary %+v", len(s.Requests()), sum)
	}
}

func TestStartSaysWhyNot(t *testing.T) {
	t.Parallel()
	_, srv := start(t, oneZone())
	if again, err := edgeonetest.New(oneZone()).Start(strings.TrimPrefix(srv.URL, "http://")); err == nil {
		again.Close()
		t.Error("two servers at one address")
	}
}

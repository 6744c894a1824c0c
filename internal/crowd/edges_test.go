package crowd_test

import (
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/crowd"
)

func TestEdges(t *testing.T) {
	t.Parallel()
	lifetime := func(r *crowd.Request) time.Duration {
		if r.Path == "/private" {
			return 0
		}
		return time.Hour
	}
	e := &crowd.Edges{Lifetime: lifetime, Capacity: 250}
	near, far := &crowd.Client{Edge: 0}, &crowd.Client{Edge: 1}
	at := time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC)
	for i, step := range []struct {
		who    *crowd.Client
		method string
		path   string
		status int
		later  time.Duration
		want   string
	}{
		{near, "GET", "/a", 200, 0, "miss"},
		{near, "GET", "/a", 200, time.Minute, "hit"},
		{far, "GET", "/a", 200, 0, "miss"}, // each edge misses once
		{near, "GET", "/private", 200, 0, "dynamic"},
		{near, "GET", "/gone", 404, 0, "other"},
		{near, "HEAD", "/b", 200, 0, "miss"},
		{near, "GET", "/b", 200, 0, "miss"}, // a HEAD brings nothing
		{near, "GET", "/a", 200, 0, "hit"},
		{near, "GET", "/c", 200, 0, "miss"}, // pushes /b out, which was asked for longer ago
		{near, "GET", "/a", 200, 0, "hit"},
		{near, "GET", "/b", 200, 0, "miss"},
		{near, "GET", "/a", 200, time.Hour, "miss"}, // expired
	} {
		at = at.Add(step.later)
		r := &crowd.Request{At: at, Client: step.who, Method: step.method, Path: step.path, Status: step.status, Bytes: 100}
		if got := e.Ask(r); got != step.want {
			t.Errorf("step %d, %s %s: got %s, want %s", i, step.method, step.path, got, step.want)
		}
	}
}

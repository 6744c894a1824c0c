package fetch_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/internal/fetch"
)

func TestFault19RetryAfter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, header string
		status       int
		least, most  time.Duration // until the second request
	}{
		{"seconds", "7", 429, 7 * time.Second, 8 * time.Second},
		{"seconds of 503", " 7 ", 503, 7 * time.Second, 8 * time.Second},
		{"date", "Sat, 01 Jan 2000 00:00:20 GMT", 429, 19 * time.Second, 21 * time.Second},
		{"date of yesterday", "Fri, 31 Dec 1999 00:00:00 GMT", 429, 0, time.Second},
		{"absurd", "1000000000", 429, fetch.MaxRetryAfter, fetch.MaxRetryAfter + time.Second},
		{"beyond numbers", "99999999999999999999999999", 429, fetch.MaxRetryAfter, fetch.MaxRetryAfter + time.Second},
		{"date far away", "Sat, 01 Jan 2050 00:00:00 GMT", 429, fetch.MaxRetryAfter, fetch.MaxRetryAfter + time.Second},
		{"zero", "0", 429, 0, time.Second},
		{"negative", "-5", 429, 0, time.Second},
		{"garbage", "soon", 429, 0, time.Second},
		{"none", "", 503, 0, time.Second},
		{"of another status", "7", 502, 0, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var times []time.Time
				client := (&fetch.Client{}).Over(roundTripper(func(*http.Request) (*http.Response, error) {
					times = append(times, time.Now())
					if len(times) == 1 {
						return respond(c.status, strings.NewReader("busy"), "Retry-After", c.header), nil
					}
					return respond(200, strings.NewReader("ok")), nil
				}))
				if got, err := read(t, client, "http://a.example/"); got != "ok" {
					t.Fatalf("got %q and %v, want the second answer", got, err)
				}
				if d := times[1].Sub(times[0]); d < c.least || d > c.most {
					t.Errorf("got a retry after %s, want %s to %s", d, c.least, c.most)
				}
			})
		})
	}
}

func TestFault19OnlyTheHostIsSlowed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		w := &warnings{}
		c := (&fetch.Client{Warn: w.add}).Over(roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host == "busy.example" {
				if asked++; asked == 1 {
					return respond(429, strings.NewReader(""), "Retry-After", "3600"), nil
				}
			}
			return respond(200, strings.NewReader("ok")), nil
		}))
		start := time.Now()
		done := make(chan time.Duration)
		for range 2 {
			go func() {
				_, _ = read(t, c, "http://busy.example/")
				done <- time.Since(start)
			}()
			time.Sleep(100 * time.Millisecond)
		}
		if _, err := read(t, c, "http://free.example/"); err != nil || time.Since(start) > time.Second {
			t.Errorf("got %v after %s from another host, want it at once", err, time.Since(start))
		}
		for range 2 {
			if d := <-done; d < fetch.MaxRetryAfter || d > fetch.MaxRetryAfter+time.Second {
				t.Errorf("got the busy host asked again after %s, want %s", d, fetch.MaxRetryAfter)
			}
		}
		want := "http://busy.example: host answers 429 Too Many Requests: slowed down to 25 requests a second, after a pause of 1m0s, though it asks for a longer one"
		if w.String() != want {
			t.Errorf("got warnings %q, want %q", w, want)
		}
	})
}

func TestFault19StaysBusy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c := (&fetch.Client{}).Over(roundTripper(func(r *http.Request) (*http.Response, error) {
			asked++
			return respond(429, strings.NewReader("")), nil
		}))
		_, err := read(t, c, "http://a.example/")
		if e, ok := errors.AsType[*fetch.Error](err); !ok || e.Status != 429 || asked != 3 {
			t.Errorf("got %v after %d requests, want a 429 after 3", err, asked)
		}
		resp, err := (&http.Client{Transport: c.Transport()}).Get("http://a.example/")
		if err != nil || resp.StatusCode != 429 {
			t.Fatalf("got %v, want an http.Client to see the 429", err)
		}
		_ = resp.Body.Close()
	})
}

// rateOf measures how many requests a second a Client makes to one host in the next 10 s.
func rateOf(t *testing.T, c *fetch.Client) float64 {
	t.Helper()
	n, start := 0, time.Now()
	for time.Since(start) < 10*time.Second {
		_, _ = read(t, c, "http://a.example/")
		n++
	}
	return float64(n) / time.Since(start).Seconds()
}

func TestPace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		status, latency := 200, time.Duration(0)
		c := (&fetch.Client{Rate: 20, Retries: -1}).Over(roundTripper(func(r *http.Request) (*http.Response, error) {
			time.Sleep(latency)
			return respond(status, strings.NewReader("")), nil
		}))
		check := func(when string, least, most float64) {
			t.Helper()
			if got := rateOf(t, c); got < least || got > most {
				t.Errorf("%s: got %.2f requests a second, want %g to %g", when, got, least, most)
			}
		}
		check("at first", 19, 20.5)
		status = 503
		check("busy", 0.3, 8)
		status = 200
		_ = rateOf(t, c)
		_ = rateOf(t, c)
		_ = rateOf(t, c)
		check("recovered", 19, 20.5)
		c.SetDelay("A.example:80", 2*time.Second)
		check("with a delay", 0.4, 0.6)
		c.SetDelay("a.example", 24*time.Hour)
		start := time.Now()
		for range 3 {
			_, _ = read(t, c, "http://a.example/")
		}
		if d := time.Since(start); d > 3*fetch.MaxDelay+time.Second {
			t.Errorf("got %s for three requests, want the delay capped at %s", d, fetch.MaxDelay)
		}
		c.SetDelay("a.example", 0)
		check("without it", 19, 20.5)
	})
}

func TestPaceOfSlowHost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		latency := 10 * time.Millisecond
		w := &warnings{}
		c := (&fetch.Client{Rate: 20, Warn: w.add}).Over(roundTripper(func(r *http.Request) (*http.Response, error) {
			time.Sleep(latency)
			return respond(200, strings.NewReader("")), nil
		}))
		_ = rateOf(t, c)
		if w.String() != "" {
			t.Errorf("got warnings %q of a host that is well, want none", w)
		}
		latency = 2 * time.Second
		for range 20 {
			_, _ = read(t, c, "http://a.example/")
		}
		if !strings.Contains(w.String(), "host answers slowly: slowed down to") {
			t.Errorf("got warnings %q, want one of the slow host", w)
		}
		latency = 10 * time.Millisecond
		for range 5 {
			_ = rateOf(t, c)
		}
		if got := rateOf(t, c); got < 19 {
			t.Errorf("got %.2f requests a second from a host that is well again, want 20", got)
		}
	})
}

func TestCancelInTheQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := (&fetch.Client{Rate: 0.01}).Over(roundTripper(func(r *http.Request) (*http.Response, error) {
			return respond(200, strings.NewReader("")), nil
		}))
		_, _ = read(t, c, "http://a.example/")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := c.Get(ctx, "http://a.example/", nil)
		checkError(t, err)
		if time.Since(start) > time.Second {
			t.Errorf("got %v after %s, want it with the context", err, time.Since(start))
		}
	})
}

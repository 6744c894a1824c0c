package fetch_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/internal/fetch"
)

func TestTimeoutIsOfTheWholeFetch(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(n int) *http.Response{
		"redirects": func(n int) *http.Response {
			return respond(302, strings.NewReader(""), "Location", "/"+strings.Repeat("x", n))
		},
		"retries": func(int) *http.Response { return respond(502, strings.NewReader("")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := 0
				c := (&fetch.Client{Timeout: 20 * time.Second, Retries: 9}).Over(roundTripper(func(r *http.Request) (*http.Response, error) {
					n++
					select {
					case <-time.After(6 * time.Second):
						return answer(n), nil
					case <-r.Context().Done():
						return nil, context.Cause(r.Context())
					}
				}))
				_, err := read(t, c, "http://a.example/")
				wantText(t, err, "not complete within 20s")
				if n != 4 {
					t.Errorf("got %d requests of 6 s within 20 s, want 4", n)
				}
			})
		})
	}
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	t.Parallel()
	var conns atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusNotFound)
			_ = http.NewResponseController(w).Flush() // without a length
		case "/moved":
			to("/")(w, r)
		case "/deflate":
			w.Header().Set("Content-Encoding", "deflate")
			_, _ = io.WriteString(w, "\x4b\x2c\x4e\x01\x00")
			_ = http.NewResponseController(w).Flush()
		}
		_, _ = io.WriteString(w, "text that nobody reads")
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			conns.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	c := open(t, &fetch.Client{})
	for range 3 {
		for _, path := range []string{"/", "/gone", "/moved", "/deflate"} {
			resp, err := c.Get(t.Context(), s.URL+path, nil)
			if err == nil {
				_ = resp.Body.Close()
			}
		}
	}
	if n := conns.Load(); n > 3 { // on a busy machine a rest may come too late to be read
		t.Errorf("got %d connections for 15 requests, want 1", n)
	}
}

func TestTransport(t *testing.T) {
	t.Parallel()
	var agent atomic.Value
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		agent.Store(r.Header.Get("User-Agent"))
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "application/gzip")
		_, _ = io.WriteString(w, gz(strings.Repeat("x", 2000)))
	})
	c := open(t, &fetch.Client{MaxBody: 1000, UserAgent: "warmer/1"})
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, server+"/sitemap.xml.gz", nil)
	resp, err := c.Transport().RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if !resp.Uncompressed || resp.ContentLength != -1 || resp.Header.Get("Content-Encoding") != "" || resp.Request != req {
		t.Errorf("got %+v, want a response that says it is decoded", resp)
	}
	b, err := io.ReadAll(resp.Body)
	if _, ok := errors.AsType[*fetch.LimitError](err); !ok || len(b) != 1000 {
		t.Errorf("got %d bytes and %v, want 1000 and a LimitError", len(b), err)
	}
	if agent.Load() != "warmer/1" {
		t.Errorf("got User-Agent %q, want warmer/1", agent.Load())
	}
	head, _ := http.NewRequestWithContext(t.Context(), http.MethodHead, server, nil)
	if resp, err = c.Transport().RoundTrip(head); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(resp.Body); len(b) > 0 || err != nil {
		t.Errorf("got %q and %v of a HEAD, want nothing", b, err)
	}
	_ = resp.Body.Close()
}

func TestWrongOptions(t *testing.T) {
	t.Parallel()
	_, err := read(t, &fetch.Client{Origins: []string{"cdn.example.com"}}, "http://a.example/")
	wantText(t, err, `origin "cdn.example.com" is not http://host or https://host`)
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "begin")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	c := open(t, &fetch.Client{})
	ctx, cancel := context.WithCancel(t.Context())
	resp, err := c.Get(ctx, server, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadFull(resp.Body, make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.ReadAll(resp.Body); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if _, err := c.Get(ctx, server, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

// FuzzLocation wants no redirect to lead to what is spelled out and closed, whatever it looks like.
func FuzzLocation(f *testing.F) {
	for _, location := range []string{"/a", "//10.0.0.1/", "http://2130706433/", "file:///etc/passwd", "http://[::ffff:127.0.0.1]/",
		"http://u:p@127.1/", "http://example.com:22/", "?q", "#f", "http://[fe80::1%25eth0]/", "\x00", "http:a", "///127.0.0.1/"} {
		f.Add(location)
	}
	f.Fuzz(func(t *testing.T, location string) {
		hops := 0
		c := (&fetch.Client{Rate: 1e9}).Over(roundTripper(func(r *http.Request) (*http.Response, error) {
			checkHop(t, r.URL)
			if hops++; hops > 1 {
				return respond(200, strings.NewReader("")), nil
			}
			return respond(302, strings.NewReader(""), "Location", location), nil
		}))
		resp, err := c.Get(t.Context(), "https://a.example/b", nil)
		if err == nil {
			_ = resp.Body.Close()
		} else {
			_ = err.Error()
		}
	})
}

func checkHop(t *testing.T, u *url.URL) {
	t.Helper()
	if u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		t.Errorf("got a request to %q, want it refused", u)
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && (a.Unmap().IsLoopback() || a.Unmap().IsPrivate() || a.Unmap().IsLinkLocalUnicast()) {
		t.Errorf("got a request to %q, want it refused", u)
	}
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		t.Errorf("got a request to %q, want its port refused", u)
	}
}

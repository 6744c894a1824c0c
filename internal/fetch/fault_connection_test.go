package fetch_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/internal/fetch"
	"golang.org/x/net/dns/dnsmessage"
)

func TestFault01Refused(t *testing.T) {
	t.Parallel()
	_, err := read(t, open(t, &fetch.Client{}), "http://127.0.0.1:1/") // where nobody listens
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v, want ECONNREFUSED", err)
	}
}

func TestFault01BrokenOffInHeaders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		broken  int // connections that break
		retries int
		asked   int
		ok      bool
	}{
		{"first", 1, 0, 2, true},
		{"two", 2, 0, 3, true},
		{"all", 99, 0, 3, false},
		{"never again", 1, -1, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			url := serveRaw(t, func(n int, conn net.Conn) {
				asked.Add(1)
				request(conn)
				if n >= c.broken {
					write(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
					return
				}
				write(conn, "HTTP/1.1 200 OK\r\nContent-")
				if n%2 == 0 {
					_ = conn.(*net.TCPConn).SetLinger(0) // a reset instead of an end
				}
			})
			got, err := read(t, open(t, &fetch.Client{Retries: c.retries}), url)
			if (err == nil && got == "ok") != c.ok {
				t.Errorf("got %q and %v, want success: %t", got, err, c.ok)
			}
			if n := int(asked.Load()); n != c.asked {
				t.Errorf("got %d requests, want %d", n, c.asked)
			}
		})
	}
}

func TestFault01Breaker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked, down := 0, true
		w := &warnings{}
		c := (&fetch.Client{Retries: -1, Warn: w.add}).Over(roundTripper(func(*http.Request) (*http.Response, error) {
			asked++
			if down {
				return nil, syscall.ECONNREFUSED
			}
			return respond(200, strings.NewReader("ok")), nil
		}))
		for range 15 {
			_, err := read(t, c, "http://a.example/")
			if !errors.Is(err, syscall.ECONNREFUSED) {
				t.Errorf("got %v, want the host's own error within", err)
			}
		}
		if asked != 10 {
			t.Errorf("got %d requests to a host that is down, want 10", asked)
		}
		if !strings.Contains(w.String(), "left alone for 30s") {
			t.Errorf("got warnings %q, want one of the host that is left alone", w)
		}
		if _, err := read(t, c, "http://b.example/"); errors.As(err, new(*fetch.BreakerError)) {
			t.Errorf("got %v for another host, want it asked", err)
		}
		down = false
		time.Sleep(31 * time.Second)
		for range 2 {
			if got, err := read(t, c, "http://a.example/"); got != "ok" {
				t.Errorf("got %v from a host that is up again, want its answer", err)
			}
		}
	})
}

func TestFault01RetryBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c := (&fetch.Client{}).Over(roundTripper(func(*http.Request) (*http.Response, error) {
			asked++
			return respond(502, strings.NewReader("")), nil
		}))
		for range 50 {
			_, err := read(t, c, "http://a.example/")
			wantText(t, err, "502 Bad Gateway")
		}
		if asked > 70 {
			t.Errorf("got %d requests for 50 fetches, want the retries to stop", asked)
		}
	})
}

func TestFault02Names(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		code        dnsmessage.RCode
		least, most int
	}{
		{"NXDOMAIN is final", dnsmessage.RCodeNameError, 1, 1},
		{"SERVFAIL is not", dnsmessage.RCodeServerFailure, 3, 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := &names{answer: func(int) (dnsmessage.RCode, [4]byte) { return c.code, [4]byte{} }}
			_, err := read(t, open(t, &fetch.Client{Resolver: d.resolver(t)}), "http://gone.test./")
			if _, ok := errors.AsType[*net.DNSError](err); !ok {
				t.Errorf("got %v, want a DNSError", err)
			}
			if n := d.count(); n < c.least || n > c.most {
				t.Errorf("got %d lookups, want %d to %d", n, c.least, c.most)
			}
		})
	}
}

// drip gives out one byte each time after a while.
type drip struct {
	every time.Duration
	left  int
	bytes int // at a time
}

func (d *drip) Read(p []byte) (int, error) {
	if d.left == 0 {
		return 0, io.EOF
	}
	d.left--
	time.Sleep(d.every)
	return copy(p, strings.Repeat("x", max(1, d.bytes))), nil
}

func TestFault03SlowBody(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		client *fetch.Client
		body   drip
		want   string
		within time.Duration
	}{
		{"a byte in 12 s", &fetch.Client{}, drip{every: 12 * time.Second, left: 100}, "no data for 10s", 10 * time.Second},
		{"a byte a second", &fetch.Client{}, drip{every: time.Second, left: 1000}, "slower than 1024 bytes a second over 15s", 15 * time.Second},
		{"fast enough, but endless", &fetch.Client{}, drip{every: time.Second, left: 1000, bytes: 2048}, "not complete within 30s", 30 * time.Second},
		{"any rate", &fetch.Client{MinRate: -1, Timeout: time.Minute}, drip{every: time.Second, left: 1000}, "not complete within 1m0s", time.Minute},
		{"slow, but there", &fetch.Client{MinRate: -1, Timeout: time.Minute}, drip{every: time.Second, left: 50}, "", 50 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				client := c.client
				client.Over(roundTripper(func(r *http.Request) (*http.Response, error) {
					return respond(200, stopped{&c.body, r}), nil
				}))
				_, err := read(t, client, "http://a.example/")
				if c.want != "" {
					wantText(t, err, c.want)
				} else if err != nil {
					t.Errorf("got %v, want none", err)
				}
				if took := time.Since(start); took > c.within+12*time.Second {
					t.Errorf("got an end after %s, want about %s", took, c.within)
				}
			})
		})
	}
}

// stopped is a body that ends with its request, as a real one does.
type stopped struct {
	r   io.Reader
	req *http.Request
}

func (s stopped) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if s.req.Context().Err() != nil {
		return n, s.req.Context().Err()
	}
	return n, err
}

func TestFault03SlowReaderIsNotTheServersFault(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := (&fetch.Client{}).Over(roundTripper(func(r *http.Request) (*http.Response, error) {
			return respond(200, stopped{&drip{every: time.Second, left: 5, bytes: 2000}, r}), nil
		}))
		resp, err := c.Get(t.Context(), "http://a.example/", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		for range 5 {
			if _, err := resp.Body.Read(make([]byte, 4096)); err != nil {
				t.Fatalf("got %v, want all of it", err)
			}
			time.Sleep(time.Hour)
		}
	})
}

func TestFault03SlowBodyOverASocket(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "<urlset>")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	got, err := read(t, open(t, &fetch.Client{IdleTimeout: 50 * time.Millisecond}), url)
	if e, ok := errors.AsType[*fetch.TimeoutError](err); !ok || e.Phase != "idle" {
		t.Errorf("got %v, want an idle TimeoutError", err)
	}
	if got != "<urlset>" {
		t.Errorf("got %q, want what came", got)
	}
}

func TestFault04EndlessHeaders(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	url := serveRaw(t, func(_ int, conn net.Conn) {
		request(conn)
		write(conn, "HTTP/1.1 200 OK\r\n")
		line := "X-Filler: " + strings.Repeat("x", 1000) + "\r\n"
		for range 10 << 10 {
			n, err := io.WriteString(conn, line)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	_, err := read(t, open(t, &fetch.Client{Retries: -1}), url)
	wantText(t, err, "262144 bytes")
	if n := sent.Load(); n > 9<<20 {
		t.Errorf("got %d bytes of headers read, want an end near %d", n, fetch.MaxHeaders)
	}
}

func TestFault04HeadersNeverCome(t *testing.T) {
	t.Parallel()
	url := serveRaw(t, func(_ int, conn net.Conn) {
		request(conn)
		write(conn, "HTTP/1.1 200 OK\r\nX-")
		_, _ = io.Copy(io.Discard, conn)
	})
	_, err := read(t, open(t, &fetch.Client{HeaderTimeout: 50 * time.Millisecond, Retries: -1}), url)
	wantText(t, err, "no headers within 50ms")
}

func TestFault04NoConnection(t *testing.T) {
	t.Parallel()
	silent := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	_, err := read(t, open(t, &fetch.Client{Resolver: silent, ConnectTimeout: 50 * time.Millisecond, Retries: -1}), "http://slow.test./")
	wantText(t, err, "name not looked up within 50ms")
}

func TestFault04NoHandshake(t *testing.T) {
	t.Parallel()
	url := serveRaw(t, func(_ int, conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	c := open(t, &fetch.Client{ConnectTimeout: 50 * time.Millisecond, Retries: -1})
	_, err := read(t, c, strings.Replace(url, "http:", "https:", 1))
	wantText(t, err, "no TLS handshake within 50ms")
}

package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/edgewarm/edgewarm/internal/fetch"
	"go.uber.org/goleak"
	"golang.org/x/net/dns/dnsmessage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open makes a Client that reaches loopback, and closes it at the end.
func open(t *testing.T, c *fetch.Client) *fetch.Client {
	t.Helper()
	c.PrivateNetworks = true
	c.Rate = 1e6
	t.Cleanup(c.Close)
	return c.Hurry()
}

// serve is a web server of one handler.
func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// serveRaw is a server that is not held to the protocol: talk is given each connection, counted from 0.
func serveRaw(t *testing.T, talk func(n int, conn net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for n := 0; ; n++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer conn.Close()
				talk(n, conn)
			})
		}
	})
	t.Cleanup(func() { _ = l.Close(); wg.Wait() })
	return "http://" + l.Addr().String()
}

// request reads one request, and reports whether there was one.
func request(conn net.Conn) bool {
	var head []byte
	for b := make([]byte, 4096); !bytes.Contains(head, []byte("\r\n\r\n")); {
		n, err := conn.Read(b)
		if err != nil {
			return false
		}
		head = append(head, b[:n]...)
	}
	return true
}

func write(conn net.Conn, s string) { _, _ = io.WriteString(conn, s) }

// quiet takes the log of a server whose clients go away on purpose.
var quiet = log.New(io.Discard, "", 0)

// read gets a URL and reads all of it. The error is that of either.
func read(t *testing.T, c *fetch.Client, url string) (string, error) {
	t.Helper()
	resp, err := c.Get(t.Context(), url, nil)
	if err != nil {
		checkError(t, err)
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		checkError(t, err)
	}
	return string(b), err
}

// checkError wants every error of the package to be an *Error.
func checkError(t *testing.T, err error) {
	t.Helper()
	if _, ok := errors.AsType[*fetch.Error](err); !ok {
		t.Errorf("got %T, want an *Error: %v", err, err)
	}
}

// wantText wants an error whose text says want.
func wantText(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got error %v, want one that says %q", err, want)
	}
}

// warnings collects what a Client warns of.
type warnings struct {
	mu   sync.Mutex
	text []string
}

func (w *warnings) add(url, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = append(w.text, url+": "+text)
}

func (w *warnings) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.text, "\n")
}

func gz(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

// roundTripper is a network of one function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// respond makes a response of headers as name, value, name, value.
func respond(status int, body io.Reader, headers ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(body), ContentLength: -1}
}

// names is a DNS server: it says what a query for a name's IPv4 address is answered.
type names struct {
	mu     sync.Mutex
	asked  int // queries for an IPv4 address
	answer func(n int) (dnsmessage.RCode, [4]byte)
}

// resolver starts it and asks it.
func (d *names) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.serve(conn)
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (d *names) serve(conn net.PacketConn) {
	buf := make([]byte, 1500)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:n]) != nil || len(m.Questions) == 0 {
			continue
		}
		out, _ := d.reply(m).Pack()
		_, _ = conn.WriteTo(out, from)
	}
}

func (d *names) reply(m dnsmessage.Message) *dnsmessage.Message {
	d.mu.Lock()
	defer d.mu.Unlock()
	q := m.Questions[0]
	code, ip := d.answer(d.asked)
	m.Header = dnsmessage.Header{ID: m.ID, Response: true, RCode: code, RecursionAvailable: true}
	m.Additionals = nil
	if q.Type != dnsmessage.TypeA {
		return &m
	}
	d.asked++
	if code == dnsmessage.RCodeSuccess {
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
			Body:   &dnsmessage.AResource{A: ip},
		}}
	}
	return &m
}

func (d *names) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked
}

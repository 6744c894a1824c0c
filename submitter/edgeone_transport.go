package submitter

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// maxAnswer bounds a decoded answer: 1000 tasks with URLs of 8 KiB, twice over.
	maxAnswer = 16 << 20
	// maxAnswerHeader bounds the header of an answer; the API's are below 1 KiB.
	maxAnswerHeader = 64 << 10
	// dialTimeout and handshakeTimeout end what would otherwise eat the whole time-out of a request.
	dialTimeout      = 10 * time.Second
	handshakeTimeout = 10 * time.Second
	// keptConnections are as many as requests may start in a second.
	keptConnections = 20
	idleTimeout     = 30 * time.Second
)

var (
	errRedirect = errors.New("redirects are refused")
	errTooLarge = fmt.Errorf("the answer is larger than %d MiB", maxAnswer>>20)
	errNotJSON  = errors.New("the answer is not a JSON object")
)

// exchange is what one request's transport saw, and the SDK does not tell.
type exchange struct {
	status      int
	date, local time.Time
	// connected is whether a connection was had, so that the service may have seen the request; it is only known
	// (traced) on a transport of our own.
	connected atomic.Bool
	traced    bool
	// err is why an answer was not given to the SDK.
	err error
	// keys and signature are what an answer may repeat and no text of ours does.
	keys      Credentials
	signature string
}

type exchangeKey struct{}

// edgeTransport stands between the SDK and the network: it refuses redirects, bounds and checks bodies before the SDK's
// decoder sees them, and notes what is needed to say what went wrong.
type edgeTransport struct {
	base http.RoundTripper
	own  *http.Transport
}

func newEdgeTransport(base http.RoundTripper) *edgeTransport {
	if base != nil {
		return &edgeTransport{base: base}
	}
	own := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: dialTimeout}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    handshakeTimeout,
		MaxIdleConnsPerHost:    keptConnections,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxAnswerHeader,
		ForceAttemptHTTP2:      true,
	}
	return &edgeTransport{base: own, own: own}
}

func (t *edgeTransport) closeIdle() {
	if t.own != nil {
		t.own.CloseIdleConnections()
	}
}

// RoundTrip implements http.RoundTripper.
func (t *edgeTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	x, ok := req.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		x = new(exchange)
	}
	if t.own != nil {
		x.traced = true
		req = req.WithContext(x.trace(req.Context()))
	}
	resp, err := t.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	_, x.signature, _ = strings.Cut(req.Header.Get("Authorization"), "Signature=")
	x.status, x.local = resp.StatusCode, time.Now()
	x.date, _ = http.ParseTime(resp.Header.Get("Date"))
	if x.err = x.take(resp); x.err != nil {
		return nil, x.err
	}
	return resp, nil
}

func (x *exchange) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { x.connected.Store(true) },
	})
}

// take reads the body whole and puts it back, as JSON that is safe for the SDK's decoder, which has no bound on nesting.
func (x *exchange) take(resp *http.Response) error {
	defer resp.Body.Close()
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return redirectError(resp)
	}
	if enc := resp.Header.Get("Content-Encoding"); enc != "" {
		return fmt.Errorf("the answer has the encoding %q, which was not asked for", clean(enc, 40))
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return fmt.Errorf("the answer was cut after %d bytes: %w", len(body), err)
	case len(body) > maxAnswer:
		return errTooLarge
	case !json.Valid(body) || bytes.TrimLeft(body, " \t\r\n")[0] != '{':
		return notJSON(resp, body) // on null, the SDK panics
	}
	// The SDK reads some other types as a stream that it never closes.
	resp.Header.Set("Content-Type", "application/json")
	resp.Body = io.NopCloser(bytes.NewReader(x.keys.maskBody(body)))
	return nil
}

func redirectError(resp *http.Response) error {
	to, err := url.Parse(resp.Header.Get("Location"))
	if err != nil || to.Host == "" {
		return errRedirect
	}
	return fmt.Errorf("%w: to %s", errRedirect, clean(to.Host, 100))
}

func notJSON(resp *http.Response, body []byte) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return fmt.Errorf("%w: it is empty", errNotJSON)
	}
	if kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err == nil && kind != "application/json" {
		return fmt.Errorf("%w but %s", errNotJSON, clean(kind, 60))
	}
	return errNotJSON
}

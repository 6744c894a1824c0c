package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// dialer connects to what the guard lets through, and to the proxies that the Client was given.
type dialer struct {
	guarded, open net.Dialer
	proxies       sync.Map // host:port of those that were chosen
}

// keepAlive is how often the kernel asks whether an idle connection still lives; it is the standard library's too.
const keepAlive = 15 * time.Second

func newDialer(c *Client) *dialer {
	d := &dialer{open: net.Dialer{Timeout: c.limits.connect, KeepAlive: keepAlive, Resolver: c.Resolver}}
	d.guarded = d.open
	d.guarded.Control = c.guard.control
	return d
}

// dial is a Transport's DialContext.
func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if _, ok := d.proxies.Load(address); ok {
		return d.open.DialContext(ctx, network, address)
	}
	return d.guarded.DialContext(ctx, network, address)
}

// proxy asks the Client's and remembers what it says, because the address of a proxy is not guarded: it was given by
// the one who runs this.
func (d *dialer) proxy(choose func(*http.Request) (*url.URL, error), warn func(url, text string)) func(*http.Request) (*url.URL, error) {
	if choose == nil {
		return nil
	}
	return func(r *http.Request) (*url.URL, error) {
		u, err := choose(r)
		if err != nil || u == nil {
			return nil, err
		}
		if _, old := d.proxies.LoadOrStore(proxyAddress(u), true); !old {
			warn(u.Scheme+"://"+u.Host, "requests go through this proxy: private addresses are refused only where a URL spells them out")
		}
		return u, nil
	}
}

// proxyAddress is what net/http will dial for a proxy.
func proxyAddress(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
	}
	if port == "" {
		port = "80"
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// ProxyError says that the proxy did not connect.
type ProxyError struct {
	// Status is what it answered to CONNECT.
	Status int
}

func (e *ProxyError) Error() string { return "the proxy answers " + statusText(e.Status) }

// connected looks at a proxy's answer to CONNECT.
func connected(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode/100 != 2 {
		return &ProxyError{Status: resp.StatusCode}
	}
	return nil
}

// newTransport is the lowest link. HTTP/2 is used where a server offers it.
func newTransport(c *Client, d *dialer, insecure bool) *http.Transport {
	return &http.Transport{
		Proxy:                  d.proxy(c.Proxy, c.warn),
		OnProxyConnectResponse: connected,
		DialContext:            d.dial,
		TLSClientConfig:        &tls.Config{RootCAs: c.RootCAs, InsecureSkipVerify: insecure, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    c.limits.connect,
		DisableCompression:     true, // Accept-Encoding and decoding are ours
		MaxIdleConns:           idleConns,
		MaxIdleConnsPerHost:    idlePerHost,
		IdleConnTimeout:        idleConnTimeout,
		MaxResponseHeaderBytes: MaxHeaders,
		ReadBufferSize:         readBuffer,
		ForceAttemptHTTP2:      true,
	}
}

// named gives the errors of a connection the names of this package.
func (l *limits) named(err error) error {
	if _, ok := errors.AsType[*BlockedError](err); ok {
		return err
	}
	if t := asTLS(err); t != nil {
		return t
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && !dns.IsTimeout {
		return err
	}
	timeout, ok := errors.AsType[net.Error](err)
	if !ok || !timeout.Timeout() {
		return err
	}
	return l.timeout(err)
}

// timeout says which of the phases of a connection took too long.
func (l *limits) timeout(err error) error {
	if t, ok := errors.AsType[*TimeoutError](err); ok {
		return t
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return &TimeoutError{Phase: "lookup", Limit: l.connect}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return &TimeoutError{Phase: "connect", Limit: l.connect}
	}
	return &TimeoutError{Phase: "tls", Limit: l.connect}
}

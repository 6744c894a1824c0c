package fetch

import (
	"context"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

// Client fetches. Its zero value is ready and safe; the fields are its options, to be set before the first request. A
// Client is safe for use by several goroutines and must not be copied.
type Client struct {
	// Rate is how many requests a second one host gets at most. 0 is 50. A host that answers 429 or 503, or slower and
	// slower, gets fewer for a while.
	Rate float64
	// Timeout bounds the time that one fetch waits for the server, its retries and its body included; the time that its
	// caller takes to read is not counted, nor that spent in the queue of a host. 0 is 30 s.
	Timeout time.Duration
	// ConnectTimeout bounds a connection, and apart from it a TLS handshake. 0 is 10 s.
	ConnectTimeout time.Duration
	// HeaderTimeout bounds the time from the beginning of a request, connecting included, to the end of the response's
	// headers. 0 is 20 s.
	HeaderTimeout time.Duration
	// IdleTimeout bounds the time between two pieces of a body. 0 is 10 s.
	IdleTimeout time.Duration
	// MinRate is the least bytes a second that a body must bring on average of 15 s. 0 is 1 KiB, below 0 is none.
	MinRate int64
	// MaxBody is how many bytes one body may have, once decoded and also as sent. 0 is 64 MiB.
	MaxBody int64
	// Retries is how often a request that failed in passing is sent again. 0 is 2, below 0 is never.
	Retries int
	// UserAgent is sent with each request that has none of its own. Empty is "edgewarm".
	UserAgent string
	// Header is added to each request to one of Origins, and to no other: it may hold credentials. They are not sent along
	// a redirect to another host, nor back.
	Header http.Header
	// Origins are where Header goes, as https://host or http://host:port. A request by https goes to the http origin too.
	Origins []string
	// PrivateNetworks lets loopback, private, link-local and carrier-grade NAT addresses be reached, and any port.
	// Metadata services of clouds stay closed.
	PrivateNetworks bool
	// Networks are private networks that may be reached although PrivateNetworks is false.
	Networks []netip.Prefix
	// Ports are those that may be reached beside 80 and 443, as "8080", or as "host:8080" for one host only.
	Ports []string
	// Downgrade lets redirects go from https to http; without credentials, and with a warning.
	Downgrade bool
	// RootCAs replaces the system's authorities.
	RootCAs *x509.CertPool
	// Insecure are the hosts whose certificates are not checked. They get no credentials.
	Insecure []string
	// Proxy chooses a proxy for a request; nil is none, whatever the environment says: behind a proxy the address of a name
	// cannot be seen, so that only addresses that a URL spells out can be refused.
	Proxy func(*http.Request) (*url.URL, error)
	// Resolver looks up names. nil is net.DefaultResolver.
	Resolver *net.Resolver
	// Warn is told what a person should know of a fetch that goes on: a host slowed down, a header withheld. url is
	// redacted. It is called from several goroutines; nil discards.
	Warn func(url, text string)
}

// Response is the answer to a Get, its status 2xx, or 304 when that was asked for.
type Response struct {
	// URL is where the body came from, after redirects: the base of what it lists.
	URL string
	// Redirects are the URLs that led there, the one asked for first; empty when there were none.
	Redirects []string
	Status    int
	Header    http.Header
	// Body is decoded and bounded. It must be closed.
	Body io.ReadCloser
}

// Get fetches a URL. h is sent to its host beside what the Client adds, and may be nil.
// Any error is an *Error.
func (c *Client) Get(ctx context.Context, url string, h http.Header) (*Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, &Error{Op: "get", URL: url, Err: err}
	}
	if h != nil {
		req.Header = h.Clone()
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, &Error{Op: "get", URL: url, Err: err}
	}
	if resp.StatusCode/100 != 2 {
		_ = resp.Body.Close()
		return nil, &Error{Op: "get", URL: url, Status: resp.StatusCode}
	}
	return &Response{URL: resp.Request.URL.String(), Status: resp.StatusCode, Header: resp.Header, Body: resp.Body}, nil
}

// Transport is the same chain for another http.Client. It follows no redirects: CheckRedirect is the policy for them.
// Its responses are decoded, with Uncompressed set.
func (c *Client) Transport() http.RoundTripper { return http.DefaultTransport }

// CheckRedirect is what an http.Client over Transport asks before it follows a redirect.
func (c *Client) CheckRedirect(req *http.Request, via []*http.Request) error { return nil }

// SetDelay keeps requests to a host at least d apart, as its robots.txt asks; more than MaxDelay is MaxDelay.
func (c *Client) SetDelay(host string, d time.Duration) {}

// Close closes the connections that are idle. The Client may be used again.
func (c *Client) Close() {}

package fetch

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/edgewarm/edgewarm/internal/urlkey"
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
	// Stay follows no redirect: one is a *RedirectError, whose Chain ends with where it leads.
	Stay bool
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
	// Pace, when set, is waited for before each request, after the host's own turn, with the host's name and how many
	// requests a second it gets at present: for processes that ask one host together. Its error ends the fetch.
	Pace func(ctx context.Context, host string, perSecond float64) error
	// Warn is told what a person should know of a fetch that goes on: a host slowed down, a header withheld. url is
	// redacted. It is called from several goroutines; nil discards.
	Warn func(url, text string)

	once    sync.Once
	invalid error // what is wrong with the fields
	limits  limits
	guard   guard
	hosts   hosts
	origins []*url.URL
	plain   http.Header // of a request that gets nothing of its own; shared, never written to
	strict  http.RoundTripper
	lax     http.RoundTripper // for the hosts in Insecure
	base    http.RoundTripper // takes the place of both in tests
	backoff time.Duration     // before a first retry, at most; retryBase but in tests
}

// setup reads the fields, once.
func (c *Client) setup() error {
	c.once.Do(func() {
		c.limits = limits{
			connect: orDefault(c.ConnectTimeout, defaultConnectTimeout),
			header:  orDefault(c.HeaderTimeout, defaultHeaderTimeout),
			idle:    orDefault(c.IdleTimeout, defaultIdleTimeout),
			total:   orDefault(c.Timeout, defaultTimeout),
			rate:    max(0, orDefault(c.MinRate, defaultMinRate)),
		}
		c.guard = guard{private: c.PrivateNetworks, networks: c.Networks, ports: c.Ports}
		c.plain = http.Header{
			"User-Agent":      {orDefault(c.UserAgent, defaultUserAgent)},
			"Accept-Encoding": {acceptEncoding},
		}
		c.backoff = orDefault(c.backoff, retryBase)
		c.invalid = c.check()
		c.connections()
	})
	return c.invalid
}

// check refuses fields that would not do what they say.
func (c *Client) check() error {
	if err := valid(c.Header); err != nil {
		return err
	}
	if err := valid(c.plain); err != nil {
		return err
	}
	for _, o := range c.Origins {
		u, err := url.Parse(o)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return fmt.Errorf("origin %.80q is not http://host or https://host", o)
		}
		c.origins = append(c.origins, u)
	}
	return nil
}

// connections makes the lowest links of the chain.
func (c *Client) connections() {
	d := newDialer(c)
	c.strict = newTransport(c, d, false)
	c.lax = c.strict
	if len(c.Insecure) > 0 {
		c.lax = newTransport(c, d, true)
	}
	if c.base != nil {
		c.strict, c.lax = c.base, c.base
	}
}

// link is the lowest link for a URL.
func (c *Client) link(u *url.URL) http.RoundTripper {
	if c.insecure(u) {
		return c.lax
	}
	return c.strict
}

// SetDelay keeps requests to a host at least d apart, as its robots.txt asks; more than MaxDelay is MaxDelay, with a
// warning, and nothing or less is no delay. host is a name, a port in it is ignored.
func (c *Client) SetDelay(host string, d time.Duration) {
	if d > MaxDelay {
		c.warn("http://"+host, fmt.Sprintf("asks for %s between requests: %s is given", d, MaxDelay))
		d = MaxDelay
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	c.host(strings.Trim(host, "[]")).delay(d, c.perSecond())
}

// Close closes the connections that are idle. The Client may be used again.
func (c *Client) Close() {
	if c.setup() != nil {
		return
	}
	for _, rt := range []http.RoundTripper{c.strict, c.lax} {
		if closer, ok := rt.(interface{ CloseIdleConnections() }); ok {
			closer.CloseIdleConnections()
		}
	}
}

func (c *Client) host(name string) *host { return c.hosts.get(name, c.perSecond()) }

func (c *Client) perSecond() float64 {
	if c.Rate > 0 {
		return c.Rate
	}
	return defaultRate
}

func (c *Client) maxBody() int64 { return orDefault(c.MaxBody, defaultMaxBody) }

func (c *Client) retries() int { return max(0, orDefault(c.Retries, defaultRetries)) }

// warn tells the user of the Client.
func (c *Client) warn(u, text string) {
	if c.Warn != nil {
		c.Warn(urlkey.Redact(u), text)
	}
}

package fetch

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// acceptEncoding is all that is ever asked for. brotli and zstd bodies unfold thousands of times larger than what gzip
// can, and no crawler's text needs them.
const acceptEncoding = "gzip, deflate"

// harmless are the headers of one request that may follow a redirect to another host. What is not known to be harmless
// may be a credential: API keys have many names.
var harmless = []string{"Accept", "Accept-Language", "If-Modified-Since", "If-None-Match", "Range", "User-Agent"}

// ours are the headers that the chain sets itself, or that belong to a connection.
var ours = []string{"Accept-Encoding", "Connection", "Content-Length", "Host", "Keep-Alive", "Proxy-Authorization",
	"Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// trail is where a chain of redirects has been, as far as credentials care.
type trail struct {
	first *url.URL
	same  bool // its origin was never left
	known bool // Client.Origins were never left
}

// begin is the trail of a first URL.
func (c *Client) begin(u *url.URL) trail { return trail{first: u, same: true, known: c.knows(u)} }

// step is the trail after a redirect to u. What was left is left for good: a host in between could send us back with
// its own path.
func (c *Client) step(t trail, u *url.URL) trail {
	t.same = t.same && within(t.first, u)
	t.known = t.known && c.knows(u)
	return t
}

// headers are those of a request to u: what was given for it, as far as the trail lets it, and what the Client adds.
func (c *Client) headers(given http.Header, t trail, u *url.URL) http.Header {
	trusted := !c.insecure(u)
	own := t.known && trusted && len(c.Header) > 0
	if len(given) == 0 && !own {
		return c.plain
	}
	h := c.plain.Clone()
	for name, v := range given {
		name = http.CanonicalHeaderKey(name)
		if slices.Contains(ours, name) || !(t.same && trusted) && !slices.Contains(harmless, name) {
			continue
		}
		h[name] = v
	}
	if own {
		for name, v := range c.Header {
			if name = http.CanonicalHeaderKey(name); !slices.Contains(ours, name) {
				h[name] = v
			}
		}
	}
	return h
}

// valid refuses what could end a header and begin another one.
func valid(h http.Header) error {
	for name, values := range h {
		if name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == ':' || r >= 0x7f }) {
			return &HeaderError{Name: name}
		}
		for _, v := range values {
			if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
				return &HeaderError{Name: name}
			}
		}
	}
	return nil
}

// knows says whether u belongs to Client.Origins.
func (c *Client) knows(u *url.URL) bool {
	return slices.ContainsFunc(c.origins, func(o *url.URL) bool { return within(o, u) })
}

// insecure says whether the certificate of u's host goes unchecked.
func (c *Client) insecure(u *url.URL) bool {
	return len(c.Insecure) > 0 && slices.ContainsFunc(c.Insecure, func(h string) bool { return strings.EqualFold(h, u.Hostname()) })
}

// within says whether u is of the same origin, or the same host by https instead of http, each on its own port.
func within(origin, u *url.URL) bool {
	if !strings.EqualFold(origin.Hostname(), u.Hostname()) {
		return false
	}
	from, to := port(origin), port(u)
	return origin.Scheme == u.Scheme && from == to || origin.Scheme == "http" && from == "80" && u.Scheme == "https" && to == "443"
}

// port is that of a URL, written or not.
func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}

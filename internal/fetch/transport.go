package fetch

import (
	"net/http"
	"net/url"
)

// transport is the chain as a RoundTripper.
type transport struct{ c *Client }

// Transport is the same chain for another http.Client, that of colly. It follows no redirects: CheckRedirect is the policy
// for them. Its responses are decoded, bounded, and have Uncompressed set, so that nobody decodes a .gz again; those
// that are not 2xx are no errors. It sends the headers of its requests by the rules of Get's.
func (c *Client) Transport() http.RoundTripper { return &transport{c} }

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.send(req)
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	resp.Request = req
	return resp, nil
}

func (t *transport) send(req *http.Request) (*http.Response, error) {
	c, rawURL := t.c, req.URL.String()
	if req.URL.User != nil {
		u := *req.URL
		rawURL = c.plainURL(&u)
	}
	err := c.setup()
	if err == nil {
		err = valid(req.Header)
	}
	if err != nil {
		return nil, &Error{Op: "get", URL: rawURL, Err: err}
	}
	r := *req
	r.Header = c.headers(req.Header, c.trail(req), req.URL)
	left := c.limits.total
	return c.fetch(req.Context(), &r, rawURL, &left)
}

// CloseIdleConnections is what http.Client.CloseIdleConnections calls.
func (t *transport) CloseIdleConnections() { t.c.Close() }

// trail goes back the redirects that an http.Client followed.
func (c *Client) trail(req *http.Request) trail {
	urls := []*url.URL{req.URL}
	for resp := req.Response; resp != nil && resp.Request != nil; resp = resp.Request.Response {
		if urls = append(urls, resp.Request.URL); len(urls) > MaxRedirects+1 {
			return trail{first: req.URL}
		}
	}
	t := c.begin(urls[len(urls)-1])
	for i := len(urls) - 2; i >= 0; i-- {
		t = c.step(t, urls[i])
	}
	return t
}

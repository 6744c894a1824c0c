package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
)

// Response is the answer to a Get, its status 2xx, or 304 when that was asked for.
type Response struct {
	// URL is where the body came from, after redirects: the base of what it lists.
	URL string
	// Redirects are the URLs that led there, the one asked for first; empty when there were none.
	Redirects []string
	Status    int
	Header    http.Header
	// Body is decoded and bounded. It must be closed, and is read by one goroutine.
	Body io.ReadCloser
}

// Get fetches a URL and follows its redirects. h is sent beside what the Client adds, as far as its host goes; it may be
// nil. Any error is an *Error. 204 and 205, which have no body, are errors, and so is a 206 or 304 that h did not ask for
// by a Range or a condition.
func (c *Client) Get(ctx context.Context, rawURL string, h http.Header) (*Response, error) {
	u, err := c.prepare(rawURL, h)
	if err != nil {
		return nil, &Error{Op: "get", URL: rawURL, Err: err}
	}
	t := c.begin(u)
	if u.Fragment != "" || u.User != nil {
		rawURL = c.plainURL(u)
	}
	var chain []string
	for left := c.limits.total; ; {
		r := http.Request{Method: http.MethodGet, URL: u, Host: u.Host, Header: c.headers(h, t, u)}
		resp, err := c.fetch(ctx, &r, rawURL, &left)
		if err != nil {
			return nil, err
		}
		if !isRedirect(resp.StatusCode) {
			return answer(resp, rawURL, chain, h)
		}
		_ = resp.Body.Close()
		chain = append(chain, rawURL)
		if u, err = c.target(u, resp.Header.Get("Location"), chain); err != nil {
			return nil, &Error{Op: "get", URL: rawURL, Status: resp.StatusCode, Err: err}
		}
		t = c.step(t, u)
		rawURL = c.plainURL(u)
	}
}

// prepare reads what a Get is given.
func (c *Client) prepare(rawURL string, h http.Header) (*url.URL, error) {
	if err := c.setup(); err != nil {
		return nil, err
	}
	if err := valid(h); err != nil {
		return nil, err
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, errors.New(reason(err))
	}
	return u, nil
}

// plainURL is u as text, with what is not sent taken from it.
func (c *Client) plainURL(u *url.URL) string {
	if u.User != nil {
		c.warn(u.Redacted(), "user and password in the URL are not sent")
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	return u.String()
}

// answer is what Get returns for the last response of its chain.
func answer(resp *http.Response, rawURL string, chain []string, h http.Header) (*Response, error) {
	if !asked(resp.StatusCode, h) {
		_ = resp.Body.Close()
		return nil, &Error{Op: "get", URL: rawURL, Status: resp.StatusCode}
	}
	return &Response{URL: rawURL, Redirects: chain, Status: resp.StatusCode, Header: resp.Header, Body: resp.Body}, nil
}

// asked says whether a status is an answer to the request.
func asked(status int, h http.Header) bool {
	switch status {
	case http.StatusNoContent, http.StatusResetContent:
		return false
	case http.StatusPartialContent:
		return h.Get("Range") != ""
	case http.StatusNotModified:
		return h.Get("If-None-Match") != "" || h.Get("If-Modified-Since") != ""
	}
	return status/100 == 2
}

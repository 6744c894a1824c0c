package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// fetch sends a request until it is answered or there is no hope, and follows no redirects. rawURL is its URL as text.
// left is the time that it may wait for the server, and is what is left of it afterwards. The body of the response is timed,
// decoded and bounded. The error is an *Error.
func (c *Client) fetch(ctx context.Context, r *http.Request, rawURL string, left *time.Duration) (*http.Response, error) {
	if err := c.guard.check(r.URL); err != nil {
		return nil, &Error{Op: "get", URL: rawURL, Err: err}
	}
	host := c.host(r.URL.Hostname())
	for n := 0; ; n++ {
		resp, err := c.try(ctx, r, rawURL, host, left)
		wait, again := c.again(r, resp, err, host, n)
		if !again || *left <= 0 {
			return resp, wrap(rawURL, err)
		}
		if resp != nil {
			_ = resp.Body.Close()
		}
		if err := sleep(ctx, wait); err != nil {
			return nil, wrap(rawURL, err)
		}
	}
}

// wrap makes err an *Error, where it is none.
func wrap(rawURL string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Op: "get", URL: rawURL, Err: err}
}

// try sends a request once, when its host's turn has come. What it takes is taken from left.
func (c *Client) try(ctx context.Context, r *http.Request, rawURL string, host *host, left *time.Duration) (*http.Response, error) {
	if err := host.allow(); err != nil {
		return nil, err
	}
	if err := c.turn(ctx, host); err != nil {
		return nil, err
	}
	b := &body{client: c, url: rawURL, caller: ctx}
	b.start(ctx, &c.limits, *left)
	resp, err := c.link(r.URL).RoundTrip(r.WithContext(b.ctx))
	if err != nil {
		err = b.cause(err)
		*left -= b.stop()
		return nil, c.failed(ctx, host, c.limits.named(err))
	}
	latency := b.headers()
	*left -= latency
	if host.answered(latency, busy(resp.StatusCode)) {
		c.warn(rawURL, fmt.Sprintf("host answers slowly: slowed down to %.3g requests a second", host.perSecond()))
	}
	if err := b.attach(r.Method, resp); err != nil {
		b.release(false)
		return nil, &Error{Op: "get", URL: rawURL, Status: resp.StatusCode, Err: err}
	}
	return resp, nil
}

// turn waits for the host, and for whoever else asks it.
func (c *Client) turn(ctx context.Context, host *host) error {
	if err := host.wait(ctx); err != nil || c.Pace == nil {
		return err
	}
	return c.Pace(ctx, host.name, host.perSecond())
}

// failed notes a request without an answer. What the caller ended, or we did not try, is not the host's fault.
func (c *Client) failed(ctx context.Context, host *host, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if _, ok := errors.AsType[*BlockedError](err); !ok && host.failed(err) {
		c.warn("http://"+host.name, fmt.Sprintf("host does not answer (%v): left alone for %s", err, breakFor))
	}
	return err
}

// again says whether a request is sent again, and after which wait. Beside that it slows the host down when it asked for it.
func (c *Client) again(r *http.Request, resp *http.Response, err error, host *host, n int) (time.Duration, bool) {
	var leave time.Duration
	if resp != nil {
		if !passingStatus(resp.StatusCode) {
			return 0, false
		}
		leave = c.complaint(host, resp)
	} else if !passing(err) {
		return 0, false
	}
	safe := r.Body == nil && (r.Method == http.MethodGet || r.Method == http.MethodHead)
	if !safe || n >= c.retries() || !host.spend() {
		return 0, false
	}
	if leave > 0 {
		return 0, true // the pace of the host waits for it
	}
	return backoff(n, c.backoff), true
}

// complaint slows the host down if the status says that it has too much to do, and returns how long it is left alone.
func (c *Client) complaint(host *host, resp *http.Response) time.Duration {
	if !busy(resp.StatusCode) {
		return 0
	}
	leave, cut := retryAfter(resp.Header, time.Now())
	if !host.complain(leave) {
		return leave
	}
	text := fmt.Sprintf("host answers %s: slowed down to %.3g requests a second", statusText(resp.StatusCode), host.perSecond())
	if leave > 0 {
		text += fmt.Sprintf(", after a pause of %s", leave)
	}
	if cut {
		text += ", though it asks for a longer one"
	}
	c.warn("http://"+host.name, text)
	return leave
}

// busy tells the statuses of a host that has too much to do.
func busy(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
}

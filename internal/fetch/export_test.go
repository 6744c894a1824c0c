package fetch

import (
	"net/http"
	"time"
)

// Over puts rt in the place of the network, for tests in which time matters.
func (c *Client) Over(rt http.RoundTripper) *Client {
	c.base = rt
	return c
}

// Hurry shortens the waits before retries, for tests over a real network.
func (c *Client) Hurry() *Client {
	c.backoff = time.Millisecond
	return c
}

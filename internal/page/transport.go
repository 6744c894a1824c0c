package page

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxErrorBody is how much of the body of an error's answer is read, so that the connection can be used again.
const maxErrorBody = 64 << 10

// maxForeseen bounds what is made room for because a header says so; real pages have less.
const maxForeseen = 1 << 20

// transport stands between colly and the transport that was given.
type transport struct {
	next    http.RoundTripper
	maxBody int64
}

// RoundTrip answers the first request of a visit with the response that was handed for it, and sees to it that colly
// decodes nothing: it would do so behind the limit, and a bomb would go through.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.open(req)
	if err != nil {
		return nil, err
	}
	coding := strings.TrimSpace(resp.Header.Get("Content-Encoding"))
	if !resp.Uncompressed && coding != "" && !strings.EqualFold(coding, "identity") {
		resp.Body.Close()
		return nil, fmt.Errorf("body is encoded as %q, which was not asked for", coding)
	}
	resp.Uncompressed = true
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		resp.Body = &limitedBody{io.LimitReader(resp.Body, maxErrorBody), resp.Body}
	} else if state := stateOf(req); state != nil {
		state.read(resp, t.maxBody)
	}
	return resp, nil
}

// read takes the body in place of colly, which would read it into memory that it makes larger again and again. One byte
// more than is allowed tells that there is more.
func (s *visit) read(resp *http.Response, maxBody int64) {
	var body bytes.Buffer
	if n := min(resp.ContentLength, maxForeseen); n > 0 {
		body.Grow(int(n) + bytes.MinRead)
	}
	_, s.err = body.ReadFrom(io.LimitReader(resp.Body, maxBody+1))
	resp.Body.Close()
	s.whole, resp.Body = body.Bytes(), http.NoBody
}

func stateOf(req *http.Request) *visit {
	state, _ := req.Context().Value(visitKey{}).(*visit)
	return state
}

func (t *transport) open(req *http.Request) (*http.Response, error) {
	state := stateOf(req)
	if state == nil || state.handed == nil {
		return t.send(req)
	}
	handed := *state.handed // the caller's own is left as it is
	state.handed = nil
	handed.Body = &limitedBody{&contextReader{req.Context(), handed.Body}, handed.Body}
	if handed.Request == nil || handed.Request.URL == nil {
		handed.Request = req
	}
	handed.Header = handed.Header.Clone()
	handed.Uncompressed = true
	return &handed, nil
}

// send lets the next transport choose the user agent where there is none, in place of colly's.
func (t *transport) send(req *http.Request) (*http.Response, error) {
	if len(req.Header["User-Agent"]) > 0 {
		return t.next.RoundTrip(req)
	}
	plain := *req
	plain.Header = req.Header.Clone()
	delete(plain.Header, "User-Agent")
	resp, err := t.next.RoundTrip(&plain)
	if resp != nil {
		resp.Request = req
	}
	return resp, err
}

type limitedBody struct {
	io.Reader
	io.Closer
}

// contextReader ends with its context: a response that was handed belongs to another request's.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

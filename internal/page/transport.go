package page

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxErrorBody is how much of the body of an error's answer is read, so that the connection can be used again.
const maxErrorBody = 64 << 10

// transport stands between colly and the transport that was given.
type transport struct{ next http.RoundTripper }

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
	}
	return resp, nil
}

func (t *transport) open(req *http.Request) (*http.Response, error) {
	state, _ := req.Context().Value(visitKey{}).(*visit)
	if state == nil || state.handed == nil {
		return t.next.RoundTrip(req)
	}
	handed := *state.handed // the caller's own is left as it is
	state.handed = nil
	if err := req.Context().Err(); err != nil {
		handed.Body.Close()
		return nil, err
	}
	if handed.Request == nil || handed.Request.URL == nil {
		handed.Request = req
	}
	handed.Header = handed.Header.Clone()
	handed.Uncompressed = true
	return &handed, nil
}

type limitedBody struct {
	io.Reader
	io.Closer
}

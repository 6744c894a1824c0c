package edgeonetest

import (
	"bytes"
	"io"
	"net/http"
)

// Transport carries requests to the simulator within the process, with no socket: for tests in virtual time. A
// connection that is cut is io.EOF.
func (s *Simulator) Transport() http.RoundTripper { return transport{s} }

type transport struct{ s *Simulator }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	in := req.Clone(ctx)
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer in.Body.Close()
	if in.Host == "" {
		in.Host = in.URL.Host
	}
	in.RemoteAddr, in.RequestURI = "in-process:0", in.URL.RequestURI()
	w := &recorder{header: make(http.Header), status: http.StatusOK}
	cut := t.serve(w, in)
	switch err := ctx.Err(); {
	case err != nil:
		return nil, err
	case cut:
		return nil, io.EOF
	}
	return w.response(req), nil
}

// serve is true when the connection was cut.
func (t transport) serve(w http.ResponseWriter, r *http.Request) (cut bool) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			cut = true
		default:
			panic(p)
		}
	}()
	t.s.ServeHTTP(w, r)
	return false
}

type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) WriteHeader(status int)      { w.status = status }
func (w *recorder) Write(b []byte) (int, error) { return w.body.Write(b) }

func (w *recorder) response(req *http.Request) *http.Response {
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(bytes.NewReader(w.body.Bytes())), ContentLength: int64(w.body.Len()), Request: req,
	}
}

package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/edgewarm/edgewarm/internal/inflate"
)

// body is a response's: timed, counted, decoded and bounded. It holds its watch, so that a request costs one allocation.
type body struct {
	watch
	client *Client
	url    string
	caller context.Context
	from   io.ReadCloser
	length int64 // as declared; -1 where it is not
	sent   int64 // bytes that came, before decoding
	wired  error // what ended from
	dec    *inflate.Reader
	err    error
}

// wire is the body before decoding.
type wire body

// attach makes b the body of resp and decodes it as its headers say.
func (b *body) attach(method string, resp *http.Response) error {
	b.from, b.length = resp.Body, resp.ContentLength
	coding := ""
	if c := resp.Header["Content-Encoding"]; len(c) > 0 && method != http.MethodHead {
		coding = strings.Join(c, ",")
	}
	dec, err := inflate.Encoded((*wire)(b), coding, b.client.maxBody())
	if err != nil {
		return err
	}
	b.dec = dec
	if dec.Mislabelled {
		b.client.warn(b.url, "says that it is gzip and is not: read as it is")
	}
	if coding != "" {
		resp.Header.Del("Content-Encoding")
		resp.Header.Del("Content-Length")
		resp.ContentLength = -1
	}
	resp.Body, resp.Uncompressed = b, true
	return nil
}

// Read gives out decoded bytes. Its error is an *Error, io.EOF, or that of the caller's context.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.dec.Read(p)
	if err != nil {
		b.err = b.finish(err)
	}
	return n, b.err
}

// finish says how the body ended and lets go of what it holds.
func (b *body) finish(err error) error {
	if b.wired != nil && b.wired != io.EOF && !isLimit(err) {
		err = b.wired
	}
	if err == inflate.ErrTrailing {
		b.client.warn(b.url, err.Error()+" are left out")
		err = io.EOF
	}
	if err == io.ErrUnexpectedEOF {
		err = &ShortError{Got: b.sent, Err: err}
	}
	b.release(err == io.EOF)
	if err == io.EOF {
		return err
	}
	return &Error{Op: "read", URL: b.url, Err: err}
}

func isLimit(err error) bool {
	_, ok := errors.AsType[*inflate.LimitError](err)
	return ok
}

// Close ends the fetch. A short rest is read, so that the connection can be used again.
func (b *body) Close() error {
	if b.err == nil {
		b.err = &Error{Op: "read", URL: b.url, Err: http.ErrBodyReadAfterClose}
		b.release(b.length-b.sent <= maxDrain)
	}
	return nil
}

// release closes what is below, after it read the rest where that is short.
func (b *body) release(drain bool) {
	if drain && b.wired == nil {
		b.hurry(drainTime)
		_, _ = io.CopyN(io.Discard, (*wire)(b), maxDrain)
	}
	_ = b.from.Close()
	b.stop()
	if b.dec != nil {
		_ = b.dec.Close()
	}
}

// Read reads from the connection.
func (w *wire) Read(p []byte) (int, error) {
	if w.wired != nil {
		return 0, w.wired
	}
	w.enter()
	n, err := w.from.Read(p)
	w.left(n)
	w.sent += int64(n)
	switch {
	case err != nil:
		w.wired = w.broken(err)
	case w.sent > w.client.maxBody()+maxDrain:
		w.wired = &LimitError{Max: w.client.maxBody(), Sent: true}
	}
	return n, w.wired
}

// broken names what ended the body before its end.
func (w *wire) broken(err error) error {
	if err == io.EOF {
		return err
	}
	if t := w.cause(nil); t != nil {
		return t
	}
	if w.caller.Err() != nil {
		return context.Cause(w.caller)
	}
	short := &ShortError{Got: w.sent, Err: err}
	if w.length > w.sent {
		short.Missing = w.length - w.sent
	}
	return short
}

// Package download reads bodies that come from afar, and gives up on one that stands still or breaks off.
package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Stall is how long a body may stand still where nothing else is said: longer than a store takes to move an object that
// nobody asked for lately, short enough that a nightly run does not wait for the morning.
const Stall = time.Minute

// Error is a body that could not be had, or not to its end. What is missing may be there the next time.
type Error struct{ Err error }

func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// errCut stands for io.ErrUnexpectedEOF, which is also said of a file that ends in the midst of its compression.
var errCut = errors.New("the connection broke off")

// Open opens a body, and ends the context that it gives open when nothing comes for the time of stall; 0 is Stall. Only
// waiting for the body counts, not what the reader does in between. What is returned can be sought in if the body can. Its
// errors and those of reading, but io.EOF, are an *Error; that of ctx is as it is.
func Open(ctx context.Context, stall time.Duration, open func(context.Context) (io.ReadCloser, error)) (io.ReadCloser, error) {
	if stall == 0 {
		stall = Stall
	}
	b := &body{outer: ctx, limit: stall}
	b.ctx, b.cancel = context.WithCancelCause(ctx)
	b.timer = time.AfterFunc(stall, func() { b.cancel(fmt.Errorf("nothing came for %v", stall)) })
	var err error
	if b.from, err = open(b.ctx); err != nil {
		err = b.failed(err)
		b.end()
		return nil, err
	}
	b.timer.Stop()
	if s, ok := b.from.(io.Seeker); ok {
		return seekable{b, s}, nil
	}
	return b, nil
}

type body struct {
	from   io.ReadCloser
	outer  context.Context
	ctx    context.Context // of the request, whose cause tells of a stall
	cancel context.CancelCauseFunc
	timer  *time.Timer
	limit  time.Duration
}

type seekable struct {
	*body
	io.Seeker
}

func (b *body) Read(p []byte) (int, error) {
	b.timer.Reset(b.limit)
	n, err := b.from.Read(p)
	b.timer.Stop()
	if err != nil && err != io.EOF {
		err = b.failed(err)
	}
	return n, err
}

func (b *body) failed(err error) error {
	switch cause := context.Cause(b.ctx); {
	case b.outer.Err() != nil:
		return context.Cause(b.outer)
	case cause != nil:
		err = cause
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = errCut
	}
	return &Error{err}
}

func (b *body) Close() error {
	defer b.end()
	return b.from.Close()
}

func (b *body) end() {
	b.timer.Stop()
	b.cancel(nil)
}

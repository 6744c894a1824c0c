package main

import (
	"context"
	"io"
	"sync"
)

// chunkSize is how much of stdin is read at once.
const chunkSize = 64 << 10

// input is stdin, whose Read returns when ctx ends, even when nothing comes: a signal must end a command that waits for
// its input.
type input struct {
	ctx    context.Context
	r      io.Reader
	begin  sync.Once
	chunks chan chunk
	rest   []byte
	err    error
}

// chunk is what was read, and the error that came with it.
type chunk struct {
	data []byte
	err  error
}

func newInput(ctx context.Context, r io.Reader) *input {
	return &input{ctx: ctx, r: r, chunks: make(chan chunk)}
}

// Read returns what was read, or the cause of the context's end.
func (i *input) Read(p []byte) (int, error) {
	i.begin.Do(func() { go i.feed() })
	for len(i.rest) == 0 {
		if i.err != nil {
			return 0, i.err
		}
		select {
		case <-i.ctx.Done():
			return 0, context.Cause(i.ctx)
		case c := <-i.chunks:
			i.rest, i.err = c.data, c.err
		}
	}
	n := copy(p, i.rest)
	i.rest = i.rest[n:]
	return n, nil
}

// feed reads into one buffer while the other is used: a chunk is only taken when the one before is used up. It ends with
// the input or the context, or, while it waits for the input, with the process.
func (i *input) feed() {
	buffers := [2][]byte{make([]byte, chunkSize), make([]byte, chunkSize)}
	for n := 0; ; n++ {
		buffer := buffers[n%2]
		read, err := i.r.Read(buffer)
		select {
		case <-i.ctx.Done():
			return
		case i.chunks <- chunk{buffer[:read], err}:
		}
		if err != nil {
			return
		}
	}
}

package inflate

import (
	"bufio"
	"io"
	"sync"
)

// bufferSize is what is read at a time: large enough that a system call is cheap against what it brings, small enough for
// a thousand open bodies.
const bufferSize = 16 << 10

// buffer is a pooled bufio.Reader.
type buffer struct{ bufio.Reader }

var buffers = sync.Pool{New: func() any {
	b := new(buffer)
	b.Reader = *bufio.NewReaderSize(nil, bufferSize)
	return b
}}

func newBuffer(r io.Reader) *buffer {
	b := buffers.Get().(*buffer)
	b.Reset(r)
	return b
}

func (b *buffer) release() {
	b.Reset(nil)
	buffers.Put(b)
}

// head looks at the first n bytes, or fewer where there are no more. What is wrong with the source comes up again on Read.
func (b *buffer) head(n int) []byte {
	head, _ := b.Peek(n)
	return head
}

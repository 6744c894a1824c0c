package inflate

import (
	"bytes"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// gzipLayer reads all members. It goes from one to the next itself, because what stands between them is to be told apart:
// nothing, padding, a member that is cut off, or something else.
type gzipLayer struct {
	zr  gzip.Reader
	in  *buffer
	err error
}

var gzips = sync.Pool{New: func() any { return new(gzipLayer) }}

func openGzip(in *buffer) (decoder, error) {
	g := gzips.Get().(*gzipLayer)
	g.in, g.err = in, nil
	if err := g.member(); err != nil {
		g.release()
		return nil, err
	}
	return g, nil
}

// member begins the next one, at its header.
func (g *gzipLayer) member() error {
	if err := g.zr.Reset(&g.in.Reader); err != nil {
		return early(err)
	}
	g.zr.Multistream(false)
	return nil
}

// Read is a loop, not a recursion: a million empty members take no stack.
func (g *gzipLayer) Read(p []byte) (int, error) {
	for g.err == nil {
		n, err := g.zr.Read(p)
		if err == io.EOF {
			err = g.next()
		}
		g.err = err
		if n > 0 || len(p) == 0 {
			return n, nil
		}
	}
	return 0, g.err
}

// next is called after a member. io.EOF says that it was the last one.
func (g *gzipLayer) next() error {
	head, err := g.in.Peek(len(gzipMagic))
	switch {
	case len(head) == 0:
		return err
	case isGzip(head):
		return g.member()
	case bytes.HasPrefix(gzipMagic, head):
		return early(err)
	}
	return g.padding()
}

// padding reads to the end through zeros, which tapes and some archivers add.
func (g *gzipLayer) padding() error {
	for {
		if _, err := g.in.Peek(1); err != nil {
			return err
		}
		rest, _ := g.in.Peek(g.in.Buffered())
		if len(bytes.TrimLeft(rest, "\x00")) > 0 {
			return ErrTrailing
		}
		_, _ = g.in.Discard(len(rest))
	}
}

func (g *gzipLayer) release() {
	g.in = nil
	gzips.Put(g)
}

// Package inflate reads what is compressed, whatever it calls itself, without ever giving out more than it was asked to.
//
// NewReader looks at the bytes of a file or a body and not at its name: gzip of any number of members, zstd and bzip2,
// once or twice over. Encoded follows the Content-Encoding of an HTTP response. Both stop at a limit of decoded bytes
// with a LimitError, so that a few kilobytes cannot become gigabytes, and both give out all that could be decoded before
// they say that the rest is missing.
package inflate

import (
	"errors"
	"io"
)

// maxLayers is how often something may be compressed: a .gz file that a server compresses again is seen in the wild,
// three layers only in attacks.
const maxLayers = 2

// ErrTooDeep is returned for what is compressed more than twice.
var ErrTooDeep = errors.New("compressed more than twice")

// errClosed is what a closed Reader answers: its decoders may already belong to another one.
var errClosed = errors.New("read after Close")

// Reader gives out decoded bytes. It is not safe for use by several goroutines.
type Reader struct {
	// Layers names what was decoded, outermost first: gzip, deflate, zstd or bzip2.
	Layers []string
	// Mislabelled is set when a Content-Encoding named gzip and the bytes were none, so that they are given out as they are.
	Mislabelled bool

	src   io.Reader
	limit int64 // 0: none
	left  int64
	err   error
	owned []releaser
}

// releaser is a pooled part of a Reader.
type releaser interface{ release() }

// Read gives out decoded bytes. Its errors are kept: once Read has failed it fails alike.
func (r *Reader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	if r.limit > 0 && int64(len(p)) > r.left {
		p = p[:r.left+1] // one more than may be given out tells the limit from the end
	}
	n, err := r.src.Read(p)
	if r.limit > 0 && int64(n) > r.left {
		n, err = int(r.left), &LimitError{Max: r.limit}
	}
	r.left -= int64(n)
	r.err = err
	return n, err
}

// Close gives the decoders back to their pools. It does not close what is read from, and may be called again.
func (r *Reader) Close() error {
	r.err = errClosed
	for _, o := range r.owned {
		o.release()
	}
	r.owned, r.src = nil, nil
	return nil
}

// newReader bounds src.
func newReader(src io.Reader, limit int64) *Reader {
	return &Reader{src: src, limit: limit, left: limit}
}

// own notes a pooled part to give back on Close.
func (r *Reader) own(o releaser) { r.owned = append(r.owned, o) }

// push puts a decoder around what is read so far.
func (r *Reader) push(name string, open opener) error {
	if len(r.Layers) == maxLayers {
		return ErrTooDeep
	}
	in, ok := r.src.(*buffer)
	if !ok {
		in = r.buffered()
	}
	d, err := open(in)
	if err != nil {
		return err
	}
	r.Layers = append(r.Layers, name)
	r.own(d)
	r.src = d
	return nil
}

// buffered puts a buffer in front of what is read so far, so that its first bytes can be looked at. What a decoder
// gives out to another decoder is bounded like the outcome: a bomb may be hidden under a layer that makes it small.
func (r *Reader) buffered() *buffer {
	src := r.src
	if len(r.Layers) > 0 && r.limit > 0 {
		src = newReader(src, r.limit)
	}
	b := newBuffer(src)
	r.own(b)
	r.src = b
	return b
}

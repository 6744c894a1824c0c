package inflate

import (
	"io"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zlib"
)

// isZlib knows the header of RFC 1950: method 8, and a check on both bytes. Servers send "deflate" with and without it.
func isZlib(head []byte) bool {
	return len(head) >= 2 && head[0]&0x0f == 8 && head[0]>>4 <= 7 && (uint(head[0])<<8|uint(head[1]))%31 == 0
}

// deflateLayer reads deflate with or without its zlib header.
type deflateLayer struct {
	io.ReadCloser
	pool *sync.Pool
}

func (d *deflateLayer) Read(p []byte) (int, error) { return d.ReadCloser.Read(p) }

func (d *deflateLayer) release() { d.pool.Put(d.ReadCloser) }

var zlibs, deflates sync.Pool

func openZlib(in *buffer) (decoder, error) {
	if zr, ok := zlibs.Get().(io.ReadCloser); ok {
		err := zr.(zlib.Resetter).Reset(&in.Reader, nil)
		return &deflateLayer{zr, &zlibs}, early(err)
	}
	zr, err := zlib.NewReader(&in.Reader)
	return &deflateLayer{zr, &zlibs}, early(err)
}

func openDeflate(in *buffer) (decoder, error) {
	if fr, ok := deflates.Get().(io.ReadCloser); ok {
		return &deflateLayer{fr, &deflates}, fr.(flate.Resetter).Reset(&in.Reader, nil)
	}
	return &deflateLayer{flate.NewReader(&in.Reader), &deflates}, nil
}

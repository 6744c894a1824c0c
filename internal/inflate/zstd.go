package inflate

import (
	"sync"

	"github.com/klauspost/compress/zstd"
)

// maxWindow is the memory that a zstd frame may ask for: RFC 8878 recommends 8 MiB as what every decoder grants, and all
// levels up to 19 stay under it.
const maxWindow = 8 << 20

// zstdLayer decodes in the goroutine that reads.
type zstdLayer struct{ *zstd.Decoder }

var zstds sync.Pool

func openZstd(in *buffer) (decoder, error) {
	if z, ok := zstds.Get().(*zstdLayer); ok {
		return z, z.Reset(in)
	}
	d, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(maxWindow))
	return &zstdLayer{d}, err
}

func (z *zstdLayer) release() {
	if z.Reset(nil) == nil {
		zstds.Put(z)
	}
}

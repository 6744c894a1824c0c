package inflate

import (
	"io"

	"github.com/klauspost/compress/zstd"
)

// NewWriter compresses for a Reader what is read once or twice and then thrown away: with zstd at its fastest, in the
// goroutine that writes. Close ends it, and does not close w.
func NewWriter(w io.Writer) (io.WriteCloser, error) {
	return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
		zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(maxWindow/8))
}

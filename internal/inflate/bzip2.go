package inflate

import (
	"compress/bzip2"
	"io"
)

// bzip2Layer is not pooled: the standard library's reader cannot be used again.
type bzip2Layer struct{ io.Reader }

func openBzip2(in *buffer) (decoder, error) { return bzip2Layer{bzip2.NewReader(in)}, nil }

func (bzip2Layer) release() {}

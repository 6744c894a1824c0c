package hls

import (
	"unsafe"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// How many bytes of URLs share one allocation: at first those of a multivariant playlist, then some fifty. A URL that is
// kept keeps its chunk, so that it must not be much larger.
const (
	firstChunk = 512
	chunk      = 4 << 10
)

// arena makes the URLs of a playlist. They are written one behind the other into chunks of which no byte is written
// twice, so that strings may look into them: allocating each was a third of the time that a playlist took.
type arena struct {
	chunk []byte
	used  int
}

// resolve returns what ref means at b.
func (a *arena) resolve(b *urlkey.Base, ref string) (string, error) {
	if need := len(b.String()) + len(ref); len(a.chunk)-a.used < need && need <= chunk {
		a.chunk, a.used = make([]byte, max(need, firstChunk, min(2*len(a.chunk), chunk))), 0
	}
	free := a.chunk[a.used:a.used]
	u, err := b.Append(free, []byte(ref))
	if err != nil {
		return "", err
	}
	if cap(u) != cap(free) { // it did not fit, and has an array of its own
		return string(u), nil
	}
	a.used += len(u)
	return unsafe.String(unsafe.SliceData(u), len(u)), nil
}

// view is body as a string without a copy of it. Nothing that Parse hands out may be a part of it, since its caller can
// use the body again: URLs are made in the arena, and the few other strings are cloned.
func view(body []byte) string { return unsafe.String(unsafe.SliceData(body), len(body)) }

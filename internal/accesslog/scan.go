package accesslog

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// The fields of a log are short: a call for each, or a look at each byte, would cost more than all the rest. So the first
// bytes are searched eight at a time, in one register, and only what is longer is left to bytes.IndexByte.
const (
	word    = 8
	nearby  = 4 * word
	ones    = 0x0101010101010101
	highest = 0x8080808080808080
)

// load reads eight bytes, of which there must be as many.
func load(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[i : i+word]) }

// zeros has the highest bit of the first byte that is 0 set, and perhaps those of bytes after it.
func zeros(w uint64) uint64 { return (w - ones) &^ w & highest }

// indexFrom returns where c is in b at or after i, -1 when it is not.
func indexFrom(b []byte, i int, c byte) int {
	pattern := ones * uint64(c)
	for end := min(i+nearby, len(b)-word); i < end; i += word {
		if found := zeros(load(b, i) ^ pattern); found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	j := bytes.IndexByte(b[i:], c)
	if j < 0 {
		return -1
	}
	return i + j
}

// startsWith tells whether text stands in b at i.
func startsWith(b []byte, i int, text []byte) bool {
	n := len(text)
	if len(b)-i < n {
		return false
	}
	if n < word {
		return string(b[i:i+n]) == string(text)
	}
	for j := 0; j < n-word; j += word {
		if load(b, i+j) != load(text, j) {
			return false
		}
	}
	return load(b, i+n-word) == load(text, n-word)
}

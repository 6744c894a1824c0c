package hls

import (
	"math"
	"strconv"
	"strings"
)

// subRange is length[@offset]; an offset of -1 means that it follows the range before it.
func subRange(s string) (r Range, ok bool) {
	length, offset, has := strings.Cut(trim(s), "@")
	n, err := strconv.ParseInt(trim(length), 10, 64)
	if err != nil || n <= 0 {
		return Range{}, false
	}
	r = Range{Offset: -1, Length: n}
	if offset = trim(offset); !has || offset == "" {
		return r, true
	}
	r.Offset, err = strconv.ParseInt(offset, 10, 64)
	return r, err == nil && r.Offset >= 0 && r.Offset <= math.MaxInt64-n
}

// chain gives ranges without an offset theirs: behind the range before it, if that is of the same resource.
type chain struct {
	uri string
	end int64
}

// place completes r. A first range without an offset begins at 0.
func (c *chain) place(uri string, r Range) Range {
	if r.Offset < 0 {
		r.Offset = 0
		if c.uri == uri && c.end <= math.MaxInt64-r.Length {
			r.Offset = c.end
		}
	}
	c.uri, c.end = uri, r.Offset+r.Length
	return r
}

package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Size is a number of bytes.
type Size int64

// sizeUnits are those that a size may be written with, the largest first.
var sizeUnits = []struct {
	name string
	size int64
}{
	{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}, {"kB", 1e3}, {"B", 1},
}

func setSize(p *Size, key, text string) (wrong, hint string) {
	for _, u := range sizeUnits {
		number, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		f, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if size := f * float64(u.size); err == nil && f >= 0 && size < math.MaxInt64/2 {
			*p = Size(size)
			return "", ""
		}
		break
	}
	return fmt.Sprintf("%s is %s, which is not a size such as 256MiB", key, show(text)), ""
}

// text is the size in the largest unit that it has a whole number of.
func (s Size) text() string {
	for _, u := range sizeUnits {
		if s != 0 && int64(s)%u.size == 0 {
			return strconv.FormatInt(int64(s)/u.size, 10) + u.name
		}
	}
	return "0B"
}

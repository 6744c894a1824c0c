package hls

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// maxSeconds is the longest time of one segment, a year: more is a mistake, and sums of it would not fit.
const maxSeconds = 366 * 24 * 3600

// seconds reads a decimal number of seconds at the start of s, and how many bytes it took: 0 when there is none.
func seconds(s string) (time.Duration, int) {
	i, negative := 0, false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		i, negative = 1, s[0] == '-'
	}
	n, end := digits(s, i)
	count := end - i
	if count > 18 {
		n = maxSeconds
	}
	d := time.Duration(min(n, maxSeconds)) * time.Second
	if end < len(s) && s[end] == '.' {
		i = end + 1
		n, end = digits(s, i)
		count += end - i
		d += fraction(n, end-i)
	}
	if count == 0 {
		return 0, 0
	}
	if end < len(s) && s[end]|0x20 == 'e' {
		return exponential(s)
	}
	if negative {
		d = -d
	}
	return d, end
}

// digits reads the digits at s[i:], of which the first 18 count, and where they end.
func digits(s string, i int) (n int64, end int) {
	from := i
	for ; i < len(s) && s[i]-'0' <= 9; i++ {
		if i-from < 18 {
			n = n*10 + int64(s[i]-'0')
		}
	}
	return n, i
}

// powers are those of ten.
var powers = [...]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// fraction is n as the digits behind a point.
func fraction(n int64, digits int) time.Duration {
	if digits = min(digits, 18); digits <= 9 {
		return time.Duration(n * powers[9-digits])
	}
	return time.Duration(n / powers[digits-9])
}

func exponential(s string) (time.Duration, int) {
	end := strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune("+-.eE0123456789", r) })
	if end < 0 {
		end = len(s)
	}
	f, err := strconv.ParseFloat(s[:end], 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, 0
	}
	f = max(-maxSeconds, min(f, maxSeconds))
	return time.Duration(f * float64(time.Second)), end
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// add sums two times that are not negative, without going over.
func add(a, b time.Duration) time.Duration {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// whole reads a decimal integer that is not negative, and may have a fraction, which is cut.
func whole(s string) (int64, bool) {
	s, _, _ = strings.Cut(trim(s), ".")
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 0
}

// resolution reads 1920x1080.
func resolution(s string) (width, height int) {
	i := strings.IndexAny(s, "xX")
	if i < 0 {
		return 0, 0
	}
	w, errW := strconv.ParseUint(trim(s[:i]), 10, 31)
	h, errH := strconv.ParseUint(trim(s[i+1:]), 10, 31)
	if errW != nil || errH != nil {
		return 0, 0
	}
	return int(w), int(h)
}

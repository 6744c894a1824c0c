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
	i := 0
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		i++
	}
	first, whole := i, int64(0)
	for ; i < len(s) && isDigit(s[i]); i++ {
		whole = min(whole*10+int64(s[i]-'0'), maxSeconds)
	}
	digits := i - first
	nanos, unit := int64(0), int64(time.Second)
	if i < len(s) && s[i] == '.' {
		for i++; i < len(s) && isDigit(s[i]); i++ {
			unit /= 10
			nanos += unit * int64(s[i]-'0')
			digits++
		}
	}
	if digits == 0 {
		return 0, 0
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		return exponential(s)
	}
	d := time.Duration(whole)*time.Second + time.Duration(nanos)
	if negative {
		d = -d
	}
	return d, i
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

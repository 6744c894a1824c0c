package dash

import (
	"strconv"
	"strings"
	"time"
)

// maxHours bounds every time of a manifest, a year: more is a mistake, and sums would not fit.
const maxHours = 366 * 24

// duration is parseDuration, with 0 for what is none.
func duration(s string) time.Duration {
	d, _ := parseDuration(s)
	return d
}

// parseDuration reads an xs:duration such as PT1H2M3.5S. Years and months have no length, and are not read.
func parseDuration(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if !strings.HasPrefix(s, "P") {
		return 0, false
	}
	days, clock, _ := strings.Cut(s[1:], "T")
	d1, ok1 := sum(days, map[byte]float64{'D': 24 * 3600})
	d2, ok2 := sum(clock, map[byte]float64{'H': 3600, 'M': 60, 'S': 1})
	total := min(d1+d2, maxHours*3600)
	return time.Duration(total * float64(time.Second)), ok1 && ok2
}

func sum(s string, units map[byte]float64) (total float64, ok bool) {
	for s != "" {
		i := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if i < 0 {
			return 0, false
		}
		n, err := strconv.ParseFloat(s[:i], 64)
		unit := units[s[i]]
		if err != nil || unit == 0 {
			return 0, false
		}
		total += n * unit
		s = s[i+1:]
	}
	return total, true
}

// ticks turns a number of ticks of a scale into time.
func ticks(n, scale int64) time.Duration {
	if n <= 0 {
		return 0
	}
	if scale <= 0 {
		scale = 1
	}
	whole, rest := n/scale, n%scale
	if whole > maxHours*3600 {
		return maxHours * time.Hour
	}
	return time.Duration(whole)*time.Second + time.Duration(float64(rest)/float64(scale)*float64(time.Second))
}

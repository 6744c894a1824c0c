package config

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxDuration keeps times that are surely a slip (and the arithmetic on them) out: ten years.
const maxDuration = 10 * 365 * 24 * time.Hour

var bareNumber = regexp.MustCompile(`^[0-9]+$`)

func setDuration(p *time.Duration, key, text string) (wrong, hint string) {
	d, err := ParseDuration(text)
	switch {
	case err != nil && bareNumber.MatchString(text):
		return fmt.Sprintf("%s is %s, which has no unit", key, show(text)), fmt.Sprintf("write %ss for seconds", text)
	case err != nil:
		return fmt.Sprintf("%s is %s, which is not a time", key, show(text)), "write it as 30s, 5m, 72h or 7d"
	case d < 0:
		return fmt.Sprintf("%s is %s, which is below 0", key, show(text)), ""
	case d > maxDuration:
		return fmt.Sprintf("%s is %s, which is more than ten years", key, show(text)), ""
	}
	*p = d
	return "", ""
}

// ParseDuration is time.ParseDuration with whole days in front: 7d, 1d12h.
func ParseDuration(text string) (time.Duration, error) {
	number, rest, found := strings.Cut(text, "d")
	if !found {
		return time.ParseDuration(text)
	}
	days, err := strconv.ParseUint(number, 10, 16)
	if err != nil {
		return 0, err
	}
	d := time.Duration(days) * 24 * time.Hour
	if rest == "" {
		return d, nil
	}
	more, err := time.ParseDuration(rest)
	if err == nil && (more < 0 || more > maxDuration) {
		err = errors.New("days and a remainder out of range")
	}
	return d + more, err
}

// formatDuration is the shortest form that ParseDuration reads: 72h, not 72h0m0s.
func formatDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // containers often have none
)

// AutoReset as Submit.Reset learns the hour, and takes DefaultReset until it is known.
const (
	AutoReset    = "auto"
	DefaultReset = "00:00 Asia/Shanghai"
)

// ParseReset reads when a service makes its quotas whole, as submit.reset has it: the hour of the day and its time zone,
// 00:00 Asia/Shanghai. Without a zone it is UTC.
func ParseReset(text string) (hour int, zone *time.Location, err error) {
	clock, name, _ := strings.Cut(strings.TrimSpace(text), " ")
	number, ok := strings.CutSuffix(clock, ":00")
	hour, err = strconv.Atoi(number)
	if !ok || err != nil || len(number) != 2 || hour < 0 || hour > 23 {
		return 0, nil, fmt.Errorf("%q is no full hour such as 00:00 or 16:00", clock)
	}
	zone, err = time.LoadLocation(strings.TrimSpace(name))
	if err != nil || strings.TrimSpace(name) == "Local" {
		return 0, nil, fmt.Errorf("%q is no time zone such as Asia/Shanghai or UTC", strings.TrimSpace(name))
	}
	return hour, zone, nil
}

package backtest

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Quota is a number of units, or a percentage of what all candidates cost.
type Quota struct {
	Units   int
	Percent float64
}

// errQuota is what ParseQuota says.
var errQuota = errors.New("a quota is a number of units, as 500, or a percentage of what could be warmed, as 5%")

// ParseQuota reads 500 or 5%.
func ParseQuota(s string) (Quota, error) {
	if text, ok := strings.CutSuffix(s, "%"); ok {
		percent, err := strconv.ParseFloat(text, 64)
		if err != nil || !(percent > 0 && percent <= 100) {
			return Quota{}, errQuota
		}
		return Quota{Percent: percent}, nil
	}
	units, err := strconv.Atoi(s)
	if err != nil || units <= 0 {
		return Quota{}, errQuota
	}
	return Quota{Units: units}, nil
}

// String is what ParseQuota reads.
func (q Quota) String() string {
	if q.Percent > 0 {
		return strconv.FormatFloat(q.Percent, 'f', -1, 64) + "%"
	}
	return strconv.Itoa(q.Units)
}

// Of is the quota in units, for candidates that cost so many together.
func (q Quota) Of(cost int) int {
	if q.Percent > 0 {
		return int(math.Ceil(float64(cost) * q.Percent / 100))
	}
	return q.Units
}
